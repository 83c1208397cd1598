"""Which pages a liaison needs without signal: the day's stops, whom he may meet there, the logs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import NoReverseMatch, reverse

from accounts.models import User
from contacts.models import Affiliation
from visits.education.models import Message
from visits.models import PlannedVisit
from visits.reports.today import LEFT_WITHIN
from visits.reports.whereabouts import likely_places

MOST_PAGES = 90
MOST_STOPS = 15
MOST_LEFT = 5
MOST_MESSAGES = 5
PHYSICIANS_EACH = 3
ALWAYS = ("today", "new-visit", "follow-ups", "issues", "outbox", "find", "more")


def pages_for_the_day(person: User, *, on: date) -> list[str]:
    """Addresses, those he needs first at the front, each once and at most `MOST_PAGES`."""
    places = likely_places(person, on=on)
    stops = places.stops[:MOST_STOPS]
    left = PlannedVisit.objects.visible_to(person).open().filter(liaison=person).before(on)
    left = left.filter(planned_on__gt=on - LEFT_WITHIN).order_by("-planned_on", "pk")
    recent = [visit.practice_id for visit in places.recent]
    physicians = _physicians(person, [stop.practice_id for stop in stops], on=on)
    pages: list[str] = [*_known(ALWAYS)]
    for stop in stops:
        pages += [_log(plan=stop.pk), *_office(stop.practice_id)]
        pages += _physician_pages(stop.physician_id, physicians[stop.practice_id])
    told = Message.objects.visible_to(person).current(on).order_by("-valid_from", "pk")
    pages += [message.get_absolute_url() for message in told[:MOST_MESSAGES]]
    pages += [_log(plan=pk) for pk in left.values_list("pk", flat=True)[:MOST_LEFT]]
    for practice in recent:
        pages += [_log(practice=practice), *_office(practice)]
    return list(dict.fromkeys(pages))[:MOST_PAGES]


def _known(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        try:
            yield reverse(name)
        except NoReverseMatch:
            continue


def _log(**of: int) -> str:
    [(name, value)] = of.items()
    return f"{reverse('new-visit')}?{name}={value}"


def _office(practice: int) -> list[str]:
    return [reverse("practice", args=[practice]), f"{reverse('new-follow-up')}?practice={practice}"]


def _physician_pages(planned: int | None, others: list[int]) -> list[str]:
    first = [planned] if planned else []
    return [reverse("physician", args=[pk]) for pk in [*first, *others][: PHYSICIANS_EACH + 1]]


def _physicians(person: User, practices: list[int], *, on: date) -> dict[int, list[int]]:
    """Of each practice the physicians who work there now; those who mainly do come first."""
    here = Affiliation.objects.visible_to(person).current(on).filter(practice__in=practices)
    found: dict[int, list[int]] = defaultdict(list)
    for practice, physician in here.order_by("-is_primary", "pk").values_list(
        "practice", "physician"
    ):
        if len(found[practice]) < PHYSICIANS_EACH:
            found[practice].append(physician)
    return found
