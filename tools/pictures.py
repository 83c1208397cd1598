"""Take the pictures of `docs/screens.md` from a running `make demo`.

    .venv/bin/python tools/pictures.py http://127.0.0.1:8000

Each screen on a phone and on a laptop, light and dark, into `docs/pictures/screens/`.
"""

from __future__ import annotations

import base64
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "pictures" / "screens"
SIZES = {"phone": {"width": 390, "height": 844}, "laptop": {"width": 1440, "height": 900}}
THEMES = ("light", "dark")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
# A screen is named by its address, or by where a link to one is found and how that link begins.
Place = str | tuple[str, str]
LIAISON: dict[str, Place] = {
    "today": "/",
    "plan": "/plan/",
    "log": ("/", "/visits/new/?plan="),
    "find": "/find/?q=ma",
    "practice": ("/", "/practices/"),
    "physician": ("/physicians/", "/physicians/"),
    "visit": ("/visits/", "/visits/"),
    "promises": "/follow-ups/",
    "issues": "/issues/",
    "issue": ("/issues/", "/issues/"),
    "messages": "/messages/",
    "referrals": "/referrals/",
    "referral-by-hand": "/referrals/new/",
    "corrections": "/corrections/mine/",
    "outbox": "/outbox/",
    "notices": "/notices/",
    "digest": "/notices/digest/",
    "more": "/more/",
}
MANAGER: dict[str, Place] = {
    "team": "/",
    "growth": "/growth/",
    "coverage": "/coverage/",
    "tiers": "/tiers/",
    "issue-trend": "/issues/trend/",
    "issue-rules": "/issues/rules/",
    "promises-by-owner": "/follow-ups/owners/",
    "physicians": "/physicians/",
    "practices": "/practices/",
    "territories": "/territories/",
    "territory": ("/territories/", "/territories/"),
}
ADMIN: dict[str, Place] = {
    "import": "/import/",
    "unmatched": "/import/unmatched/",
    "corrections-desk": "/corrections/",
    "runs": "/growth/runs/",
    "records": "/admin/contacts/physician/",
}
PEOPLE = {"Liaison": LIAISON, "Manager": MANAGER, "Admin": ADMIN}
TO_WEBP = """async data => {
  const picture = new Image()
  picture.src = `data:image/png;base64,${data}`
  await picture.decode()
  const canvas = new OffscreenCanvas(picture.width, picture.height)
  canvas.getContext('2d').drawImage(picture, 0, 0)
  const smaller = await canvas.convertToBlob({ type: 'image/webp', quality: .82 })
  const bytes = new Uint8Array(await smaller.arrayBuffer())
  return btoa(Array.from(bytes, one => String.fromCharCode(one)).join(''))
}"""


def main() -> int:
    if len(sys.argv) != 2:  # noqa: PLR2004  the program and the site
        print(__doc__)  # noqa: T201  this is a program
        return 2
    site = sys.argv[1].rstrip("/")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        for size in SIZES:
            for theme in THEMES:
                for person, screens in PEOPLE.items():
                    _take(browser, site, person, screens, size=size, theme=theme)
        browser.close()
    return 0


def _take(
    browser: Browser, site: str, person: str, screens: dict[str, Place], *, size: str, theme: str
) -> None:
    context = browser.new_context(
        viewport=SIZES[size],  # type: ignore[arg-type]  # a viewport is such a dict
        color_scheme=theme,  # type: ignore[arg-type]  # one of the two
        service_workers="block",
    )
    page, press = context.new_page(), context.new_page()
    page.goto(f"{site}/")
    page.get_by_role("button", name=re.compile(person)).first.click()
    page.wait_for_load_state()
    for name, place in screens.items():
        address = place if isinstance(place, str) else _linked(page, site, *place)
        answer = page.goto(site + address, wait_until="networkidle")
        if answer is None or not answer.ok:
            raise RuntimeError(f"{name} at {address} cannot be seen.")
        picture = press.evaluate(TO_WEBP, base64.b64encode(page.screenshot()).decode())
        (FOLDER / f"{name}-{size}-{theme}.webp").write_bytes(base64.b64decode(picture))
    context.close()


def _linked(page: Page, site: str, where: str, beginning: str) -> str:
    """The first address on that page which begins so and goes on."""
    page.goto(site + where, wait_until="networkidle")
    for link in page.locator(f'main a[href^="{beginning}"]').all():
        address = link.get_attribute("href") or ""
        if re.match(rf"{re.escape(beginning)}\d", address):
            return address
    raise RuntimeError(f"No link to {beginning} on {where}.")


if __name__ == "__main__":
    sys.exit(main())
