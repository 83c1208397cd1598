"""When offices see liaisons: some at certain hours only, and what is planned keeps to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, time

from contacts.models import WelcomeWindow
from liaison_crm.demo.directory import Market, Office

Week = Mapping[int, tuple[time, time]]

WEEKS: Mapping[str, Week] = {
    "Tuesday lunch only": {1: (time(12), time(13))},
    "Mornings before 9": {day: (time(8), time(9)) for day in range(5)},
    "Mornings before 10": {day: (time(8), time(10)) for day in range(5)},
    "Wednesday and Thursday afternoons": {2: (time(13), time(16)), 3: (time(13), time(16))},
}


def open_doors(market: Market) -> None:
    """Whatever an office says in words of its days and hours, it has as windows too."""
    owned = [
        office for office in market.offices if office.owner and not _is_a_story(market, office)
    ]
    for number, office in enumerate(owned[::12]):
        office.practice.access_rule = list(WEEKS)[number % len(WEEKS)]
        office.practice.save(update_fields=["access_rule", "updated_at"])
    WelcomeWindow.objects.bulk_create(
        WelcomeWindow(practice=office.practice, weekday=day, opens_at=opens, closes_at=closes)
        for office in market.offices
        for day, (opens, closes) in WEEKS.get(office.practice.access_rule, {}).items()
    )


def weeks() -> dict[int, Week]:
    """By practice, when it sees liaisons; one that is not there sees them at any time."""
    found: dict[int, dict[int, tuple[time, time]]] = defaultdict(dict)
    for window in WelcomeWindow.objects.order_by("practice", "weekday"):
        found[window.practice_id][window.weekday] = (window.opens_at, window.closes_at)
    return dict(found)


def is_open(week: Week | None, day: date, at: time) -> bool:
    if week is None:
        return True
    opens, closes = week.get(day.weekday(), (time.max, time.min))
    return opens <= at < closes


def _is_a_story(market: Market, office: Office) -> bool:
    return office in market.stories.values()
