"""A person at a phone or a laptop, who counts what he taps and notes what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

from accounts.models import User

PHONE = {"width": 390, "height": 844}
# As tall as its page, so that no bar lies over what axe measures.
TALL_PHONE = {"width": 390, "height": 2400}
NARROWEST = {"width": 320, "height": 640}
LAPTOP = {"width": 1440, "height": 900}
# A form with mistakes sent by the outbox: the browser notes the status of the answer.
MISTAKES = "the server responded with a status of 422"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Half way through a fade every colour is too faint.
AT_REST = """() => document.getAnimations().every(
    one => one.playState !== 'running' || one.effect.getComputedTiming().iterations === Infinity)"""


@dataclass
class Visitor:
    """One browser window of one person."""

    page: Page
    site: str
    taps: int = 0
    strange_requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        response = self.page.goto(self.site + path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"

    def tap(self, target: Locator) -> None:
        self.taps += 1
        target.click()

    def sideways(self) -> int:
        """By how many pixels the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return width

    def barriers(self) -> list[str]:
        """What axe finds wrong with the page for people who cannot see or point, once it rests."""
        self.page.wait_for_function(AT_REST)
        found: dict[str, Any] = (
            Axe().run(self.page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response
        )
        return [
            f"{one['id']}: {node['html'][:160]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]

    def note_request(self, request: Request) -> None:
        if urlsplit(request.url).scheme in {"http", "https"} and not request.url.startswith(
            self.site
        ):
            self.strange_requests.append(request.url)

    def note_message(self, message: ConsoleMessage) -> None:
        if MISTAKES in message.text:
            return
        if message.type == "error" or "Content Security Policy" in message.text:
            self.complaints.append(message.text)


@contextmanager
def visiting(
    browser: Browser, site: str, person: User | None, *, theme: str = "light", **window: Any
) -> Iterator[Visitor]:
    """A window in which `person` is signed in, or nobody. It must end with no complaint."""
    # What a service worker fetches in the background belongs to the tests that are about it.
    usual = {"viewport": PHONE, "service_workers": "block"}
    context = browser.new_context(color_scheme=theme, **{**usual, **window})  # type: ignore[arg-type]  # any option of a window
    if person:
        client = Client()
        client.force_login(person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    page = context.new_page()
    page.set_default_timeout(8_000)
    visitor = Visitor(page, site)
    page.on("request", visitor.note_request)
    page.on("console", visitor.note_message)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    try:
        yield visitor
    finally:
        context.close()
    assert not visitor.strange_requests
    assert not visitor.complaints
