"""What is known of every practice a liaison might go to: the facts the suggestions are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Territory, User
from contacts.welcome.models import WelcomeWindow
from liaison_crm.core.periods import site_today
from visits.planning.models import Tier
from visits.planning.route import Point
from visits.reports.relationship import Span

WISH_COMES_DUE = timedelta(days=3)
WISH_FADES = timedelta(days=60)
DUE_SOON = timedelta(days=2)
NEW_FOR = timedelta(days=60)
PLANNED_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Window:
    """When an office welcomes a visit on one weekday: Tuesday 12 to 13."""

    weekday: int
    opens_at: str
    closes_at: str

    @property
    def words(self) -> str:
        day = WelcomeWindow.Weekday(self.weekday).label
        return f"{day} {_short(self.opens_at)} to {_short(self.closes_at)}"


@dataclass(frozen=True, slots=True)
class Facts:
    """One practice on one day. What is not there, is None; `before` also where nobody knows."""

    practice: int
    name: str
    city: str
    point: Point | None = None
    tier: str = ""
    cadence: int | None = None
    last_seen_at: datetime | None = None
    wish: int | None = None
    wish_on: date | None = None
    promise: int | None = None
    promise_words: str = ""
    promise_due_on: date | None = None
    newcomers: int = 0
    newcomer: str = ""
    newcomer_since: date | None = None
    is_new: bool = False
    recent: int = 0
    before: int | None = None
    year: int = 0
    access_rule: str = ""
    windows: tuple[Window, ...] = ()


FACTS = """
    SELECT p.id, p.name, p.city, p.latitude, p.longitude, coalesce(t.tier, ''), c.days,
           seen.at, wish.id, wish.see_again_on, promise.id, coalesce(promise.promise, ''),
           promise.due_on, newcomer.many, coalesce(newcomer.who, ''), newcomer.since,
           newcomer.only AND seen.at IS NULL, volume.recent,
           CASE WHEN first.month <= %(before_start)s THEN volume.before END, volume.year,
           p.access_rule, door.windows
    FROM contacts_practice AS p
    LEFT JOIN visits_practicetier AS t ON t.practice_id = p.id
    LEFT JOIN visits_cadence AS c ON c.tier = t.tier
    LEFT JOIN LATERAL (
        SELECT v.held_at AS at FROM visits_visit AS v
        WHERE v.practice_id = p.id AND v.taken_back_at IS NULL AND v.outcome <> 'no_access'
        ORDER BY v.held_at DESC LIMIT 1
    ) AS seen ON true
    LEFT JOIN LATERAL (
        SELECT last.id, last.see_again_on FROM (
            SELECT v.id, v.see_again_on, v.liaison_id FROM visits_visit AS v
            WHERE v.practice_id = p.id AND v.taken_back_at IS NULL
            ORDER BY v.held_at DESC LIMIT 1
        ) AS last
        WHERE last.liaison_id = %(liaison)s
          AND last.see_again_on > %(wish_from)s AND last.see_again_on <= %(wish_to)s
    ) AS wish ON true
    LEFT JOIN LATERAL (
        SELECT f.id, f.promise, f.due_on FROM visits_followup AS f
        WHERE f.practice_id = p.id AND f.owner_id = %(liaison)s
          AND f.kept_at IS NULL AND f.dropped_at IS NULL AND f.due_on <= %(due_by)s
        ORDER BY f.due_on, f.id LIMIT 1
    ) AS promise ON true
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE a.starts_on > %(new_from)s) AS many,
               max(a.starts_on) FILTER (WHERE a.starts_on > %(new_from)s) AS since,
               (array_agg('Dr. ' || d.first_name || ' ' || d.last_name
                    ORDER BY a.starts_on DESC NULLS LAST, d.id))[1] AS who,
               bool_and(a.starts_on IS NOT NULL AND a.starts_on > %(new_from)s) AS only
        FROM contacts_affiliation AS a
        JOIN contacts_physician AS d ON d.id = a.physician_id AND d.status = 'active'
        WHERE a.practice_id = p.id AND (a.ends_on IS NULL OR a.ends_on > %(on)s)
          AND (a.starts_on IS NULL OR a.starts_on <= %(on)s)
    ) AS newcomer ON true
    LEFT JOIN LATERAL (
        SELECT coalesce(sum(v.referrals) FILTER (WHERE v.month >= %(recent_start)s), 0) AS recent,
               coalesce(sum(v.referrals) FILTER (WHERE v.month >= %(before_start)s
                                                   AND v.month < %(before_end)s), 0) AS before,
               coalesce(sum(v.referrals) FILTER (WHERE v.month >= %(year_start)s), 0) AS year
        FROM referrals_volumecell AS v
        WHERE v.practice_id = p.id AND v.month >= %(before_start)s AND v.month < %(recent_end)s
    ) AS volume ON true
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_array(w.weekday, w.opens_at, w.closes_at)
                        ORDER BY w.weekday) AS windows
        FROM contacts_welcomewindow AS w WHERE w.practice_id = p.id
    ) AS door ON true
    CROSS JOIN (SELECT (SELECT v.month FROM referrals_volumecell AS v
                        ORDER BY v.month LIMIT 1) AS month) AS first
    WHERE p.closed_on IS NULL AND p.territory_id = ANY(%(territories)s)
      AND (%(tiers)s::text[] IS NULL OR t.tier = ANY(%(tiers)s))
      AND NOT EXISTS (
          SELECT FROM visits_plannedvisit AS s
          WHERE s.practice_id = p.id AND s.liaison_id = %(liaison)s
            AND s.visit_id IS NULL AND s.dropped_at IS NULL
            AND s.planned_on >= %(planned_from)s AND s.planned_on < %(planned_to)s
      )
"""


COLUMNS = tuple(field.name for field in fields(Facts))


def candidates(liaison: User, *, on: date, today: date, span: Span) -> list[Facts]:
    """The open practices of the liaison's territories that are on no plan of his around that day.

    Those who see all territories have none of their own: for them it is the A and B practices
    that nobody covers.

    One statement of SQL: each fact is the first or the sum of a few rows behind an index, found
    once for each practice of the territory and never for the others, which the ORM's joins and
    groups cannot say.
    """
    own = Territory.objects.worked_by(liaison, on=site_today())
    if liaison.sees_all_territories:
        own = own.filter(is_unassigned=True)
    told: dict[str, Any] = {
        "liaison": liaison.pk,
        "territories": list(own.values_list("pk", flat=True)),
        "tiers": [Tier.A, Tier.B] if liaison.sees_all_territories else None,
        "on": on,
        "wish_from": on - WISH_FADES,
        "wish_to": on + WISH_COMES_DUE,
        "due_by": on + DUE_SOON,
        "new_from": on - NEW_FOR,
        "planned_from": today,
        "planned_to": on + PLANNED_SOON,
        "recent_start": span.recent.start,
        "recent_end": span.recent.end,
        "before_start": span.before.start,
        "before_end": span.before.end,
        "year_start": span.shown.start,
    }
    with connection.cursor() as cursor:
        cursor.execute(FACTS, told)
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: Sequence[Any]) -> Facts:
    pk, name, city, latitude, longitude, *rest, windows = row
    point = None if latitude is None or longitude is None else (latitude, longitude)
    there = tuple(Window(*window) for window in windows or ())
    return Facts(**dict(zip(COLUMNS, (pk, name, city, point, *rest, there), strict=True)))


def _short(clock: str) -> str:
    return clock[:5].removesuffix(":00").removeprefix("0")
