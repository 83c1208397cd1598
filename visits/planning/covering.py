"""Coverage: which A, B and C practices were seen within the cadence of their tier.

It speaks of offices that were reached, never of how many visits somebody logged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.models import Territory, User
from liaison_crm.core.wording import count_of, percent
from visits.planning.models import COVERED_TIERS, CoverageGoal
from visits.reports.relationship import owners

LISTED = 30


@dataclass(frozen=True, slots=True)
class Covered:
    """Practices of a tier, and how many of them somebody was let in at in time."""

    practices: int = 0
    seen: int = 0

    def __add__(self, other: Covered) -> Covered:
        return Covered(self.practices + other.practices, self.seen + other.seen)

    @property
    def share(self) -> float | None:
        return 100 * self.seen / self.practices if self.practices else None

    @property
    def overdue(self) -> int:
        return self.practices - self.seen


@dataclass(frozen=True, slots=True)
class Line:
    """A territory, or all that one person owns, by tier."""

    name: str
    tiers: Mapping[str, Covered]
    untiered: int = 0
    owner: User | None = None
    territory: Territory | None = None
    names: tuple[str, ...] = ()

    @property
    def total(self) -> Covered:
        return sum((self.tiers.get(tier, Covered()) for tier in COVERED_TIERS), Covered())

    @property
    def by_tier(self) -> list[tuple[str, Covered]]:
        return [(tier, self.tiers.get(tier, Covered())) for tier in COVERED_TIERS]


@dataclass(frozen=True, slots=True)
class Overdue:
    """A practice past its cadence. `days` is None where nobody was ever let in."""

    practice: int
    name: str
    city: str
    territory: int
    tier: str
    cadence: int
    last_seen_at: datetime | None
    days: int | None
    planned_on: date | None

    @property
    def days_over(self) -> int | None:
        return None if self.days is None else self.days - self.cadence


@dataclass(frozen=True, slots=True)
class Coverage:
    goal: int
    territories: tuple[Line, ...]
    people: tuple[Line, ...]
    total: Line = field(default_factory=lambda: Line("", {}))

    @property
    def headline(self) -> str:
        all_of_them = self.total.total
        if not all_of_them.practices:
            return "No practice has a tier yet"
        return f"{percent(all_of_them.share)} of A, B and C practices seen in time"


COUNTED = """
    SELECT p.territory_id, coalesce(t.tier, ''), count(*),
           count(*) FILTER (WHERE t.tier = ANY(%(covered)s) AND EXISTS (
               SELECT FROM visits_visit AS v
               WHERE v.practice_id = p.id AND v.taken_back_at IS NULL
                 AND v.outcome <> 'no_access'
                 AND v.held_at >= %(now)s - c.days * interval '1 day'
           ))
    FROM contacts_practice AS p
    LEFT JOIN visits_practicetier AS t ON t.practice_id = p.id
    LEFT JOIN visits_cadence AS c ON c.tier = t.tier
    WHERE p.closed_on IS NULL AND p.territory_id = ANY(%(territories)s)
    GROUP BY 1, 2
"""
LATE = """
    SELECT p.id, p.name, p.city, p.territory_id, t.tier, c.days, seen.at,
           (extract(epoch FROM %(now)s - seen.at) / 86400)::integer, planned.on_day
    FROM visits_practicetier AS t
    JOIN contacts_practice AS p ON p.id = t.practice_id
    JOIN visits_cadence AS c ON c.tier = t.tier
    LEFT JOIN LATERAL (
        SELECT v.held_at AS at FROM visits_visit AS v
        WHERE v.practice_id = p.id AND v.taken_back_at IS NULL AND v.outcome <> 'no_access'
        ORDER BY v.held_at DESC LIMIT 1
    ) AS seen ON true
    LEFT JOIN LATERAL (
        SELECT min(s.planned_on) AS on_day FROM visits_plannedvisit AS s
        WHERE s.practice_id = p.id AND s.planned_on >= %(on)s
          AND s.visit_id IS NULL AND s.dropped_at IS NULL
    ) AS planned ON true
    WHERE p.closed_on IS NULL AND p.territory_id = ANY(%(territories)s)
      AND t.tier = ANY(%(tiers)s)
      AND (seen.at IS NULL OR seen.at < %(now)s - c.days * interval '1 day')
    ORDER BY t.tier, coalesce(seen.at, '-infinity') + c.days * interval '1 day', p.id
    LIMIT %(most)s
"""


def coverage(viewer: User, *, on: date, now: datetime) -> Coverage:
    """By territory and by who owns it, of the territories the viewer works today.

    The counts are one statement of SQL: whether a visit is in time depends on the row of the
    cadence, which the ORM would look up once for every practice.
    """
    territories = list(Territory.objects.worked_by(viewer, on=on))
    held = owners(viewer, on=on, territories=[one.pk for one in territories])
    counted: dict[int, dict[str, Covered]] = defaultdict(dict)
    told = {
        "covered": list(COVERED_TIERS),
        "now": now,
        "territories": [one.pk for one in territories],
    }
    for territory, tier, practices, seen in _rows(COUNTED, told):
        counted[territory][tier] = Covered(practices, seen)
    lines = tuple(
        Line(
            str(one),
            counted[one.pk],
            untiered=counted[one.pk].get("", Covered()).practices,
            owner=held.get(one.pk),
            territory=one,
        )
        for one in territories
        if counted[one.pk] or not one.is_unassigned
    )
    return Coverage(
        goal=CoverageGoal.objects.visible_to(viewer).the_one().percent,
        territories=lines,
        people=tuple(_by_owner(lines)),
        total=_together("", lines),
    )


def overdue(
    viewer: User,
    *,
    on: date,
    now: datetime,
    territory: Territory | None = None,
    tiers: Sequence[str] = COVERED_TIERS,
) -> tuple[Overdue, ...]:
    """Practices past their cadence, A first, longest overdue first."""
    here = Territory.objects.worked_by(viewer, on=on)
    if territory:
        here = here.filter(pk=territory.pk)
    told = {
        "now": now,
        "on": on,
        "territories": list(here.values_list("pk", flat=True)),
        "tiers": list(tiers),
        "most": LISTED,
    }
    return tuple(Overdue(*row) for row in _rows(LATE, told))


def _by_owner(lines: Iterable[Line]) -> Iterable[Line]:
    """Each owner with all of his territories put together, in the order of names."""
    theirs: dict[User, list[Line]] = defaultdict(list)
    for line in lines:
        if line.owner:
            theirs[line.owner].append(line)
    for person in sorted(theirs, key=lambda one: (one.name, one.pk)):
        yield _together(person.name, theirs[person], owner=person)


def _together(name: str, lines: Iterable[Line], *, owner: User | None = None) -> Line:
    lines = list(lines)
    tiers: dict[str, Covered] = defaultdict(Covered)
    for line in lines:
        for tier, covered in line.tiers.items():
            tiers[tier] += covered
    return Line(
        name,
        dict(tiers),
        untiered=sum(line.untiered for line in lines),
        owner=owner,
        names=tuple(line.name for line in lines),
    )


def words(line: Line, goal: int) -> str:
    """For a meter: what its bar and its tick say."""
    total = line.total
    return (
        f"{percent(total.share)} of {count_of(total.practices, 'practice')} "
        f"seen in time, goal {goal}%"
    )


def _rows(statement: str, told: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return list(cursor.fetchall())
