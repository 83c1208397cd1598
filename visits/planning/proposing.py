"""Tiers by volume: what each practice would get from what it sent in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.models import User
from liaison_crm.core.wording import count_of
from visits.planning.models import Tier
from visits.reports.relationship import Span

SHOWN = 40


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of a hundred practices that sent us anything become A, B and C; the others are D.

    Those that sent nothing are D. Practices with equal volumes get the same tier, the better one.
    """

    a: int = 10
    b: int = 20
    c: int = 30
    only_new: bool = False

    def as_percent(self) -> dict[str, int]:
        return {"A": self.a, "B": self.b, "C": self.c}


@dataclass(frozen=True, slots=True)
class Move:
    practice: int
    name: str
    city: str
    referrals: int
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """How many practices each tier has now and would have, and the biggest that would change."""

    now: Mapping[str, int]
    then: Mapping[str, int]
    changes: int
    biggest: tuple[Move, ...]

    @property
    def headline(self) -> str:
        if not self.changes:
            return "No tier would change"
        return f"{count_of(self.changes, 'practice')} would change tier"

    @property
    def more(self) -> int:
        return self.changes - len(self.biggest)

    @property
    def tiers(self) -> list[tuple[str, int, int]]:
        return [(tier, self.now.get(tier, 0), self.then.get(tier, 0)) for tier in Tier.values]

    @property
    def untiered(self) -> tuple[int, int]:
        return self.now.get("", 0), self.then.get("", 0)


PROPOSED = """
    WITH sent AS (
        SELECT p.id AS practice_id, coalesce(sum(v.referrals), 0) AS referrals
        FROM contacts_practice AS p
        LEFT JOIN referrals_volumecell AS v
          ON v.practice_id = p.id AND v.month >= %(start)s AND v.month < %(end)s
        WHERE p.closed_on IS NULL
        GROUP BY p.id
    ), ranked AS (
        SELECT practice_id, referrals,
               100.0 * (rank() OVER (ORDER BY referrals DESC) - 1)
                   / nullif(count(*) FILTER (WHERE referrals > 0) OVER (), 0) AS above
        FROM sent
    ), proposed AS (
        SELECT r.practice_id, r.referrals, coalesce(t.tier, '') AS was,
               CASE WHEN %(only_new)s AND t.tier IS NOT NULL THEN t.tier
                    WHEN r.referrals = 0 THEN 'D'
                    WHEN r.above < %(a)s THEN 'A'
                    WHEN r.above < %(b)s THEN 'B'
                    WHEN r.above < %(c)s THEN 'C'
                    ELSE 'D' END AS became
        FROM ranked AS r
        LEFT JOIN visits_practicetier AS t USING (practice_id)
    )
"""
CHANGES = f"{PROPOSED}, changes AS (SELECT * FROM proposed WHERE was <> became)"  # noqa: S608  our words
COUNTED = f"{PROPOSED} SELECT was, became, count(*) FROM proposed GROUP BY 1, 2"  # noqa: S608  our words
BIGGEST = f"""
    {CHANGES}
    SELECT p.id, p.name, p.city, c.referrals, c.was, c.became
    FROM changes AS c JOIN contacts_practice AS p ON p.id = c.practice_id
    ORDER BY c.referrals DESC, p.id LIMIT %(shown)s
"""  # noqa: S608  our words


def parameters(shares: Shares, span: Span) -> dict[str, Any]:
    return {
        "start": span.shown.start,
        "end": span.shown.end,
        "a": shares.a,
        "b": shares.a + shares.b,
        "c": shares.a + shares.b + shares.c,
        "only_new": shares.only_new,
    }


def proposal(viewer: User, shares: Shares, *, span: Span) -> Proposal:
    """What `give_tiers_by_volume` would do. SQL, because the service writes by the same words.

    Only managers and admins propose, and they see every territory.
    """
    if not viewer.sees_all_territories:
        return Proposal({}, {}, 0, ())
    told = parameters(shares, span)
    now: dict[str, int] = defaultdict(int)
    then: dict[str, int] = defaultdict(int)
    changes = 0
    for was, became, count in _rows(COUNTED, told):
        now[was] += count
        then[became] += count
        changes += count if was != became else 0
    biggest = _rows(BIGGEST, {**told, "shown": SHOWN})
    return Proposal(dict(now), dict(then), changes, tuple(Move(*row) for row in biggest))


def _rows(statement: str, told: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return list(cursor.fetchall())
