"""The pages in a real Chromium on a slow phone: bytes, requests, and when one can read them.

Served by gunicorn with hashed and compressed static files, as in production. Network figures are
Chromium's own: Fast 3G is 1.6 Mbit/s and 150 ms, Slow 3G 400 kbit/s and 400 ms, as Lighthouse
names them; the processor is slowed four times.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright
from rich.console import Console

from accounts.models import User
from benchmarks import pages
from benchmarks.table import Row

PHONE = {"width": 390, "height": 844}
KILOBYTES, GROWTH_KILOBYTES, REQUESTS = 60, 100, 7
FAST_3G = {"latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOW_3G = {"latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOWED_TIMES = 4
LCP_FAST_MS, LCP_SLOW_MS, LCP_OFFLINE_MS, INP_MS, CLS = 2000, 5000, 500, 100, 0.05
TIMES = 3
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
# Kept by the page from its first moment on: the last largest paint, the sum of unexpected shifts,
# and the slowest answer to a tap.
WATCH = """
    window.seen = { lcp: 0, cls: 0, inp: 0 }
    const watch = (type, note, more = {}) => new PerformanceObserver(
        list => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more })
    watch('largest-contentful-paint', one => { seen.lcp = one.startTime })
    watch('layout-shift', one => { if (!one.hadRecentInput) seen.cls += one.value })
    const slowest = one => { seen.inp = Math.max(seen.inp, one.duration) }
    watch('event', slowest, { durationThreshold: 16 })
"""


@dataclass
class Load:
    """What one load of a page cost."""

    lcp_ms: float
    shift: float
    bytes: int = 0
    requests: int = 0


@dataclass
class Wire:
    """Counts what comes over the network, as Chromium measures it there."""

    bytes: int = 0
    requests: int = 0
    known: set[str] = field(default_factory=set)

    def listen(self, session: CDPSession) -> None:
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.loadingFinished", self._finished)

    def _sent(self, event: Any) -> None:
        if event["request"]["url"].startswith("http"):
            self.known.add(event["requestId"])
            self.requests += 1

    def _finished(self, event: Any) -> None:
        if event["requestId"] in self.known:
            self.bytes += int(event["encodedDataLength"])


def measure(console: Console, *, quick: bool = False) -> list[Row]:
    size = (60, 200, 4000, 1000) if quick else (400, 1300, 60_000, 9000)
    liaison, manager = pages.build(console, *size)
    ids = pages.ids_of(liaison)
    rows: list[Row] = []
    times = 1 if quick else TIMES
    # Signed in before the browser starts: beside its event loop Django touches no database.
    by_liaison, by_manager = session_of(liaison), session_of(manager)
    with pages.served() as port, chromium() as browser:
        site = f"http://localhost:{port}"
        practice = f"/practices/{ids.own_practices[0]}/"
        log = f"/visits/new/?practice={ids.own_practices[0]}"
        for name, path, session in (
            ("Today", "/", by_liaison),
            ("Log visit", log, by_liaison),
            ("Practice", practice, by_liaison),
            ("Find", "/find/", by_liaison),
            ("Growth", "/growth/", by_manager),
        ):
            with visit_by(browser, site, session) as context:
                rows += _page_rows(name, context, site + path, times)
        with visit_by(browser, site, by_liaison) as context:
            rows += _used(context, site + log)
        with visit_by(browser, site, by_liaison, service_workers="allow") as context:
            rows += _without_signal(context, site)
    return rows


@contextmanager
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is not installed; `apt-get install chromium` brings it.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


def session_of(person: User) -> str:
    cookie: str = pages.signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
    return cookie


@contextmanager
def visit_by(
    browser: Browser,
    site: str,
    session: str,
    service_workers: Literal["allow", "block"] = "block",
) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, service_workers=service_workers)  # type: ignore[arg-type]  # a viewport is such a dict
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session, "url": site}])
    context.add_init_script(WATCH)
    yield context
    context.close()


def _page_rows(name: str, context: BrowserContext, address: str, times: int) -> Iterator[Row]:
    budget = GROWTH_KILOBYTES if name == "Growth" else KILOBYTES
    cold = _load(context, address, FAST_3G)
    weight = cold.bytes / 1024
    yield Row(f"{name}, cold", f"{cold.bytes:,} bytes", "the bar", weight, budget, "kB")
    yield Row(f"{name}, cold", "requests", "the bar", cold.requests, REQUESTS, "requests")
    for label, network, bar in (
        ("Fast 3G", FAST_3G, LCP_FAST_MS),
        ("Slow 3G", SLOW_3G, LCP_SLOW_MS),
    ):
        loads = sorted((_load(context, address, network) for _ in range(times)), key=_by_lcp)
        median = loads[len(loads) // 2]
        yield Row(
            f"{name}, LCP on {label}",
            f"{median.lcp_ms:.0f} ms",
            "the bar",
            median.lcp_ms,
            bar,
            "ms",
        )
    yield Row(f"{name}, shift", f"{cold.shift:.3f}", "the bar", cold.shift, CLS, "x")


def _by_lcp(load: Load) -> float:
    return load.lcp_ms


def _load(context: BrowserContext, address: str, network: dict[str, float]) -> Load:
    """One cold load: nothing cached, on a slow network and a slow processor."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", {"offline": False, **network})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED_TIMES})
    wire = Wire()
    wire.listen(session)
    page.goto(address, wait_until="networkidle", timeout=60_000)
    seen = page.evaluate("seen")
    page.close()
    return Load(seen["lcp"], seen["cls"], wire.bytes, wire.requests)


def _used(context: BrowserContext, address: str) -> Iterator[Row]:
    """Log visit under the fingers: how long the slowest tap takes to show."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED_TIMES})
    page.goto(address, wait_until="networkidle")
    _tap_everything(page)
    seen = page.evaluate("seen")
    page.close()
    yield Row("Log visit, INP", f"{seen['inp']:.0f} ms", "the bar", seen["inp"], INP_MS, "ms")
    yield Row("Log visit, shift in use", f"{seen['cls']:.3f}", "the bar", seen["cls"], CLS, "x")


def _without_signal(context: BrowserContext, site: str) -> Iterator[Row]:
    """Today from the phone's own copy, once it has been there with signal."""
    page = context.new_page()
    page.goto(f"{site}/", wait_until="networkidle")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload(wait_until="networkidle")
    context.set_offline(True)
    found = []
    for _ in range(TIMES):
        page.goto(f"{site}/", wait_until="load")
        page.wait_for_timeout(300)
        found.append(page.evaluate("seen.lcp"))
    page.close()
    median = sorted(found)[len(found) // 2]
    yield Row("Today, offline, LCP", f"{median:.0f} ms", "the bar", median, LCP_OFFLINE_MS, "ms")


def _tap_everything(page: Page) -> None:
    for role, name in (
        ("radio", "Good talk"),
        ("radio", "Drop-off"),
        ("radio", "1 month"),
        ("radio", "Quick hello"),
    ):
        page.get_by_role(role, name=name).first.check()  # type: ignore[arg-type]  # both are roles
    page.wait_for_timeout(300)
