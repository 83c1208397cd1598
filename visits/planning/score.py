"""Why a practice is worth a visit on a day, and how much: the rules of `docs/planning.md`.

Plain functions of facts. Each reason is a sentence with its number, its points, and a mark: what
made it so. A reason that was dismissed stays away while its mark is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from liaison_crm.core.wording import count_of, number, percent, short_day
from visits.planning.candidates import Facts
from visits.planning.route import ROAD_FACTOR, Point
from visits.reports.distance import miles
from visits.reports.reasons import FEW, NOTABLE
from visits.reports.relationship import Span

Kind = Literal["issue", "promise", "overdue", "falling", "wish", "newcomer", "nearby", "door"]

ISSUE = 35.0
PROMISE, PROMISE_LATE = 30.0, 10.0
WISH = 25.0
NEWCOMER = 20.0
FALLING, MOST_LOST = 15.0, 30
OVERDUE: Mapping[str, float] = {"A": 30.0, "B": 20.0, "C": 12.0, "D": 6.0}
MOST_OVERDUE = 2.0  # cadences; later than that is no more urgent
NEARBY, NEAR_MILES, RIPE = 10.0, 3.0, 0.5
DOOR = 5.0


@dataclass(frozen=True, slots=True)
class Fixed:
    """A complaint of the office that was mended, and nobody told the office yet."""

    pk: int
    words: str
    resolved_on: date


@dataclass(frozen=True, slots=True)
class Reason:
    kind: Kind
    points: float
    headline: str
    words: str
    mark: str
    tone: Literal["", "up", "down"] = ""

    @property
    def sentence(self) -> str:
        return f"{self.headline} {self.words}".strip()


@dataclass(frozen=True, slots=True)
class Occasion:
    """The day one plans for, and what is already on it."""

    on: date
    zone: ZoneInfo
    span: Span
    stops: Sequence[tuple[str, Point]] = ()
    fixed: Mapping[int, Fixed] | None = None


def reasons(facts: Facts, day: Occasion) -> list[Reason]:
    """All that are true, the weightiest first; none on a weekday when the office sees nobody."""
    if facts.windows and day.on.weekday() not in {one.weekday for one in facts.windows}:
        return []
    found = [*_issue(facts, day), *_promise(facts, day), *_wish(facts, day)]
    found += [*_overdue(facts, day), *_falling(facts, day), *_newcomer(facts, day)]
    found += _nearby(facts, day)
    if found:
        found += _door(facts, day)
    return sorted(found, key=lambda one: -one.points)


def score(found: Sequence[Reason]) -> float:
    return sum(one.points for one in found)


def _issue(facts: Facts, day: Occasion) -> Iterator[Reason]:
    if day.fixed and (fixed := day.fixed.get(facts.practice)):
        when = short_day(fixed.resolved_on, day.on)
        yield Reason(
            "issue", ISSUE, "Fixed, not yet told:", f"{fixed.words}, {when}.", f"{fixed.pk}"
        )


def _promise(facts: Facts, day: Occasion) -> Iterator[Reason]:
    due_on = facts.promise_due_on
    if facts.promise is None or due_on is None:
        return
    days = (day.on - due_on).days
    late = PROMISE_LATE if days > 0 else 0.0
    head = f"Promise {count_of(days, 'day')} late" if days > 0 else "Promise due"
    when = f"since {short_day(due_on, day.on)}" if days > 0 else short_day(due_on, day.on)
    mark = f"{facts.promise} {due_on}"
    yield Reason("promise", PROMISE + late, head, f"{when}: {facts.promise_words}.", mark)


def _wish(facts: Facts, day: Occasion) -> Iterator[Reason]:
    if facts.wish is None or facts.wish_on is None:
        return
    words = f"by {short_day(facts.wish_on, day.on)}: {count_of(facts.year, 'referral')} in a year."
    yield Reason("wish", WISH, "You meant to come again", words, f"{facts.wish}")


def _overdue(facts: Facts, day: Occasion) -> Iterator[Reason]:
    """Past the cadence of its tier; never seen counts as one cadence over."""
    if not facts.cadence:
        return
    tier = f"{'an' if facts.tier == 'A' else 'a'} {facts.tier} practice"
    seen = _last_seen(facts, day)
    if seen is None:
        words = f"{tier}, due every {facts.cadence} days."
        yield Reason("overdue", 2 * OVERDUE[facts.tier], "Never seen:", words, "never")
        return
    days = (day.on - seen).days
    if days <= facts.cadence:
        return
    over = days - facts.cadence
    points = OVERDUE[facts.tier] * (1 + min(over / facts.cadence, MOST_OVERDUE))
    words = f"{tier}, last seen {days} days ago, due every {facts.cadence}."
    yield Reason("overdue", points, f"{count_of(over, 'day')} overdue:", words, f"{seen}")


def _falling(facts: Facts, day: Occasion) -> Iterator[Reason]:
    """The last three closed months against the same months a year before."""
    if not facts.before or facts.before < FEW:
        return
    lost = facts.before - facts.recent
    share = 100 * lost / facts.before
    if share < NOTABLE:
        return
    words = f"on last year: {number(facts.recent)} against {number(facts.before)} in three months."
    yield Reason(
        "falling",
        FALLING + min(lost, MOST_LOST),
        f"Referrals down {percent(share)}",
        words,
        f"{day.span.recent.last:%Y-%m}",
        "down",
    )


def _newcomer(facts: Facts, day: Occasion) -> Iterator[Reason]:
    """Somebody started there within sixty days, and nobody of us was let in since."""
    since = facts.newcomer_since
    if not facts.newcomers or since is None:
        return
    seen = _last_seen(facts, day)
    if seen is not None and seen >= since:
        return
    when = f"since {short_day(since, day.on)}"
    if facts.is_new:
        head, words = "New practice", f"{when}, {count_of(facts.newcomers, 'physician')}."
    elif facts.newcomers == 1:
        head, words = f"{facts.newcomer} is new", f"here {when}."
    else:
        head, words = f"{facts.newcomers} physicians are new", f"here, the last {when}."
    yield Reason("newcomer", NEWCOMER, head, words, f"{since}")


def _nearby(facts: Facts, day: Occasion) -> Iterator[Reason]:
    """Close to a stop of that day, and half of its time has gone."""
    if not day.stops or facts.point is None or not _is_ripe(facts, day):
        return
    point = facts.point
    away, name = min((ROAD_FACTOR * miles(point, there), name) for name, there in day.stops)
    if away <= NEAR_MILES:
        words = f"from {name}." if away else f"with {name}."
        head = f"{away:.1f} miles" if away else "In one place"
        # Near is near on any day, so the mark never changes.
        yield Reason("nearby", NEARBY * (1 - away / (2 * NEAR_MILES)), head, words, "near")


def _is_ripe(facts: Facts, day: Occasion) -> bool:
    seen = _last_seen(facts, day)
    if not facts.cadence:
        return False
    return seen is None or (day.on - seen).days >= RIPE * facts.cadence


def _door(facts: Facts, day: Occasion) -> Iterator[Reason]:
    """An office that sees liaisons on one day alone waits a week for the next."""
    if len(facts.windows) == 1:
        yield Reason("door", DOOR, "They see liaisons on", f"{facts.windows[0].words}.", "door")


def _last_seen(facts: Facts, day: Occasion) -> date | None:
    seen: datetime | None = facts.last_seen_at
    return seen.astimezone(day.zone).date() if seen else None
