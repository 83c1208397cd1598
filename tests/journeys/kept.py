"""What a phone keeps: the pages of the day, and what waits in its outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page

from tests.services import eventually

# Keys of the pages kept on the device, of whoever is signed in.
PAGES = """async () => {
  const found = []
  for (const name of await caches.keys()) if (/^pages-(?!who$)/.test(name))
    for (const { url } of await (await caches.open(name)).keys()) {
      found.push(`${name} ${new URL(url).pathname}`)
    }
  return found
}"""
READ = """() => new Promise(yes => {
  indexedDB.open('outbox').onsuccess = opened => {
    const reading = opened.target.result.transaction('entries').objectStore('entries').getAll()
    reading.onsuccess = () => { opened.target.result.close(); yes(reading.result) }
  }
})"""
WRITE = """entries => new Promise(yes => {
  indexedDB.open('outbox').onsuccess = opened => {
    const writing = opened.target.result.transaction('entries', 'readwrite')
    for (const entry of entries) writing.objectStore('entries').put(entry)
    writing.oncomplete = () => { opened.target.result.close(); yes() }
  }
})"""


def pages(page: Page) -> list[str]:
    found: list[str] = page.evaluate(PAGES)
    return found


def outbox(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(READ)
    return found


def put_in_outbox(page: Page, entries: Sequence[dict[str, Any]]) -> None:
    page.evaluate(WRITE, list(entries))


def look_for_signal(page: Page) -> None:
    """What a browser tells when it has a network again."""
    page.evaluate("dispatchEvent(new Event('online'))")


def wait_for_the_day(page: Page, last: str) -> None:
    """Its pages follow in the background, `last` among the last of them."""
    eventually(lambda: any(last in one for one in pages(page)), "the day is on the phone")


def pill(page: Page) -> Locator:
    return page.locator("main > .sync, .log .sync").first
