"""Suggested stops for a day: the practices with the best reasons, less what was dismissed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.models import User
from liaison_crm.core.workdays import Workdays
from visits.days import day_for
from visits.issues.reports import fixed_and_untold
from visits.planning.candidates import Facts, candidates
from visits.planning.closed import closed_because
from visits.planning.models import Dismissal
from visits.planning.route import Point
from visits.planning.score import Fixed, Occasion, Reason, reasons, score
from visits.reports.periods import recent_span

SHOWN = 6
# These say when or where, not why: alone they are no reason to go.
NOT_ALONE = frozenset({"door"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A practice worth a visit. `reasons` come the weightiest first."""

    facts: Facts
    reasons: tuple[Reason, ...]

    @property
    def main(self) -> Reason:
        return self.reasons[0]

    @property
    def others(self) -> tuple[Reason, ...]:
        return self.reasons[1:3]

    @property
    def score(self) -> float:
        return score(self.reasons)

    @property
    def marks(self) -> dict[str, str]:
        return {one.kind: one.mark for one in self.reasons}


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The best first. `closed` says why there are none, and `hidden` what was dismissed."""

    shown: tuple[Suggestion, ...] = ()
    more: int = 0
    closed: str = ""
    hidden: tuple[Dismissal, ...] = ()

    def of(self, practice: int) -> Suggestion | None:
        return next((one for one in self.shown if one.facts.practice == practice), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose day is planned, which one, and when somebody asks."""

    liaison: User
    on: date
    at: datetime


def suggestions(
    asked: Asked,
    *,
    viewer: User,
    workdays: Workdays,
    stops: Sequence[tuple[str, Point]] = (),
    limit: int | None = SHOWN,
) -> Suggestions:
    """For the liaison, as `viewer` may see them: himself, or who sees every territory.

    `stops` are the places already on that day. Nothing is suggested for a day that is over or on
    which offices are closed.
    """
    liaison, on, today = asked.liaison, asked.on, day_for(asked.liaison, asked.at)
    if (liaison != viewer and not viewer.sees_all_territories) or on < today:
        return Suggestions()
    if closed := closed_because(on, workdays):
        return Suggestions(closed=closed)
    declined = tuple(
        Dismissal.objects.visible_to(viewer)
        .filter(liaison=liaison)
        .in_force(on)
        .select_related("practice")
    )
    span, zone = recent_span(asked.at), ZoneInfo(liaison.time_zone)
    day = Occasion(on, zone, span, stops, _fixed(viewer, zone))
    found = _ranked(candidates(liaison, on=on, today=today, span=span), day, _marks(declined))
    shown = tuple(found if limit is None else found[:limit])
    return Suggestions(shown, len(found) - len(shown), hidden=declined)


def _ranked(
    facts: Iterable[Facts], day: Occasion, declined: Mapping[tuple[int, str], set[str]]
) -> list[Suggestion]:
    """By score; where that ties the bigger practice, then the older row."""
    found = []
    for one in facts:
        left = tuple(
            reason
            for reason in reasons(one, day)
            if reason.mark not in declined.get((one.practice, reason.kind), ())
        )
        if any(reason.kind not in NOT_ALONE for reason in left):
            found.append(Suggestion(one, left))
    return sorted(found, key=lambda one: (-one.score, -one.facts.year, one.facts.practice))


def _marks(declined: Iterable[Dismissal]) -> Mapping[tuple[int, str], set[str]]:
    """By practice and kind of reason, the marks that were declined."""
    marks: dict[tuple[int, str], set[str]] = defaultdict(set)
    for one in declined:
        for kind, mark in one.marks.items():
            marks[one.practice_id, kind].add(mark)
    return marks


def _fixed(viewer: User, zone: ZoneInfo) -> dict[int, Fixed]:
    """By practice, the complaint that was mended longest ago and that the office does not know."""
    found: dict[int, Fixed] = {}
    waiting = fixed_and_untold(viewer).values_list("practice", "pk", "said", "resolved_at")
    for practice, pk, said, resolved_at in waiting:
        assert resolved_at is not None  # the database holds that of a resolved issue
        found.setdefault(practice, Fixed(pk, said, resolved_at.astimezone(zone).date()))
    return found
