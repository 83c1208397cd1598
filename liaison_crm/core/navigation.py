"""Where a person can go: one list for the laptop's rail, the phone's tab bar and the More page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

EVERYONE = frozenset({"liaison", "manager", "admin"})
DESK = frozenset({"manager", "admin"})
LIAISONS = frozenset({"liaison"})
ADMINS = frozenset({"admin"})


@dataclass(frozen=True, slots=True)
class Entry:
    url_name: str
    label: str
    icon: str
    roles: frozenset[str] = EVERYONE
    raised: bool = False  # the one button in the tab bar
    href: str = ""
    current: bool = False


ENTRIES = (
    Entry("today", "Today", "sun"),
    Entry("plan", "Plan", "route"),
    Entry("find", "Find", "search"),
    Entry("growth", "Growth", "trending-up"),
    Entry("physicians", "Physicians", "stethoscope"),
    Entry("practices", "Practices", "building-2"),
    Entry("territories", "Territories", "map"),
    Entry("coverage", "Coverage", "target"),
    Entry("visits", "Visits", "map-pin-check"),
    Entry("follow-ups", "Follow-ups", "list-checks"),
    Entry("issues", "Issues", "message-circle-warning"),
    Entry("my-corrections", "Corrections", "pencil-line", LIAISONS),
    Entry("corrections", "Corrections", "pencil-line", DESK),
    Entry("messages", "Messages", "presentation"),
    Entry("notices", "Notices", "bell"),
    Entry("imports", "Import", "upload", DESK),
    Entry("admin:index", "Admin", "settings", ADMINS),
)
LOG = Entry("new-visit", "Log visit", "plus", raised=True)
MORE = Entry("more", "More", "menu")
ON_TABS = ("today", "find", "new-visit", "growth", "more")


@dataclass(frozen=True, slots=True)
class Navigation:
    """What one person sees of the list, with the page he is on marked."""

    rail: tuple[Entry, ...]
    tabs: tuple[Entry, ...]
    more: tuple[Entry, ...]
    log: Entry | None
    me: Entry | None
    home: str


def navigation_for(role: str, path: str) -> Navigation:
    placed = {entry.url_name: entry for entry in _placed(role)}
    here = _place_of(path, [entry.href for entry in placed.values()])
    placed = {name: replace(entry, current=entry.href == here) for name, entry in placed.items()}
    tabs = tuple(placed[name] for name in ON_TABS if name in placed)
    apart = {LOG.url_name, MORE.url_name}
    rail = tuple(entry for name, entry in placed.items() if name not in apart)
    return Navigation(
        rail=rail,
        tabs=tuple(_under_more(tab, tabs) for tab in tabs),
        more=tuple(entry for entry in rail if entry.url_name not in ON_TABS),
        log=placed.get(LOG.url_name),
        me=placed.get(MORE.url_name),
        home=rail[0].href if rail else "/",
    )


def _placed(role: str) -> Iterator[Entry]:
    """The entries open to a role whose address exists."""
    for entry in (*ENTRIES, LOG, MORE):
        if role in entry.roles:
            try:
                yield replace(entry, href=reverse(entry.url_name))
            except NoReverseMatch:
                continue


def _place_of(path: str, places: list[str]) -> str:
    """The longest address that the path lies under; the root only for itself."""
    under = [
        place for place in places if path == place or (place != "/" and path.startswith(place))
    ]
    return max(under, key=len, default="")


def _under_more(tab: Entry, tabs: tuple[Entry, ...]) -> Entry:
    """On a phone a page without a tab of its own is found under More."""
    lost = not any(other.current for other in tabs)
    return replace(tab, current=True) if tab.url_name == MORE.url_name and lost else tab


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav` for people who are signed in, and the `theme` they chose."""
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "theme": theme if theme in {"light", "dark"} else "",
        "nav": navigation_for(user.role, request.path) if user and signed_in else None,
    }
