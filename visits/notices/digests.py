"""What a digest says: a liaison's day, a manager's week. Only what the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Territory, User
from contacts.models import Practice
from liaison_crm.core.periods import DateRange, Month, site_today
from liaison_crm.core.wording import count_of, long_day, month_name, month_span, percent
from referrals.models import IntakeBatch, UnmatchedRow, VolumeCell
from referrals.reports import Freshness, freshness
from visits.issues.models import Issue
from visits.issues.querysets import IssueQuerySet
from visits.issues.reports import fixed_and_untold
from visits.models import FollowUp, PlannedVisit
from visits.notices.falling import Compared, falling_now
from visits.notices.models import Digest, Notice
from visits.promises.reports import OwnerOverdue, promises_by_owner
from visits.reports.coverage import NOTHING, Coverage, coverage_by_territory
from visits.reports.periods import freshness_words, recent_span
from visits.reports.relationship import referrals_in

Kind = Digest.Kind
NEWS_FOR = timedelta(days=7)
LISTED = 12
FALLING = 6
TERRITORIES = 8
NEARLY_ALL = 99.5  # percent


@dataclass(frozen=True, slots=True)
class Day:
    """What is due, whom to tell that it is fixed, where to go, what is new."""

    on: date
    promises: tuple[FollowUp, ...]
    more_promises: int
    untold: tuple[Issue, ...]
    stops: tuple[PlannedVisit, ...]
    notices: tuple[Notice, ...]

    kind = Kind.DAILY
    template = "daily"

    @property
    def is_empty(self) -> bool:
        return not (self.promises or self.untold or self.stops or self.notices)

    @property
    def overdue(self) -> int:
        return sum(one.due_on < self.on for one in self.promises)

    @property
    def subject(self) -> str:
        """The first two that are true: stops, promises, what to tell, news."""
        parts = (
            (len(self.stops), "stop"),
            (len(self.promises) + self.more_promises, "promise due,promises due"),
            (len(self.untold), "fixed issue to tell,fixed issues to tell"),
            (len(self.notices), "new notice"),
        )
        said = [count_of(count, noun) for count, noun in parts if count][:2]
        return f"{long_day(self.on)}: {', '.join(said)}" if said else long_day(self.on)


@dataclass(frozen=True, slots=True)
class TerritoryCovered:
    name: str
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Falling:
    practice: Practice
    compared: Compared
    words: str


@dataclass(frozen=True, slots=True)
class MonthSoFar:
    """A month's referrals; provisional until the month is final, with the share that is here."""

    month: date
    referrals: int
    is_final: bool
    words: str


@dataclass(frozen=True, slots=True)
class Imports:
    """Files of the last week, and the rows that still wait for the directory."""

    done: int
    failed: tuple[IntakeBatch, ...]
    latest: IntakeBatch | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Week:
    """How the team stands: coverage, what is overdue, who falls, whether the numbers are fresh."""

    on: date
    covered: Coverage
    least_covered: tuple[TerritoryCovered, ...]
    overdue: tuple[OwnerOverdue, ...]
    falling: tuple[Falling, ...]
    compared: str
    months: tuple[MonthSoFar, ...]
    freshness: str
    imports: Imports
    notices: tuple[Notice, ...]

    kind = Kind.WEEKLY
    template = "weekly"

    @property
    def is_empty(self) -> bool:
        return not (self.covered.practices or self.overdue or self.falling or self.imports.latest)

    @property
    def promises_overdue(self) -> int:
        return sum(one.overdue for one in self.overdue)

    @property
    def subject(self) -> str:
        said = (
            [f"{percent(self.covered.share)} of practices seen"] if self.covered.practices else []
        )
        if self.promises_overdue:
            said.append(f"{count_of(self.promises_overdue, 'promise')} overdue")
        if self.falling:
            said.append(f"{count_of(len(self.falling), 'A practice')} falling")
        return f"Your team's week: {', '.join(said)}" if said else "Your team's week"


def digest_for(person: User, kind: str, *, on: date, now: datetime) -> Day | Week:
    return _week(person, on=on, now=now) if kind == Kind.WEEKLY else _day(person, on=on, now=now)


def kind_for(person: User) -> str | None:
    """Liaisons get their day, managers the team's week; admins keep records and get neither."""
    return {User.Role.LIAISON: Kind.DAILY, User.Role.MANAGER: Kind.WEEKLY}.get(
        User.Role(person.role)
    )


def _day(person: User, *, on: date, now: datetime) -> Day:
    due = FollowUp.objects.visible_to(person).owned_by(person).due_by(on)
    stops = PlannedVisit.objects.visible_to(person).open().filter(liaison=person).on_day(on)
    promises = list(due.for_list().order_by("due_on", "pk")[: LISTED + 1])
    more = due.count() - LISTED if len(promises) > LISTED else 0
    return Day(
        on=on,
        promises=tuple(promises[:LISTED]),
        more_promises=more,
        untold=tuple(_to_tell(person, now)[:LISTED]),
        stops=tuple(stops.select_related("practice", "physician").in_order()[:LISTED]),
        notices=_news(person, now),
    )


def _to_tell(person: User, now: datetime) -> IssueQuerySet:
    """What is fixed and his to tell the office, the longest waiting first."""
    return fixed_and_untold(person).to_be_told_by(person, on=site_today(now))


def _week(person: User, *, on: date, now: datetime) -> Week:
    span, fresh = recent_span(now), freshness(now)
    covered = coverage_by_territory(person, now=now)
    names = Territory.objects.visible_to(person).in_bulk(covered)
    least = sorted(
        (
            TerritoryCovered(names[pk].name, one)
            for pk, one in covered.items()
            if pk in names and not names[pk].is_unassigned
        ),
        key=lambda one: (one.coverage.share or 0, one.name),
    )
    return Week(
        on=on,
        covered=sum((one.coverage for one in least), NOTHING),
        least_covered=tuple(least[:TERRITORIES]),
        overdue=tuple(one for one in promises_by_owner(person, on=on) if one.overdue),
        falling=tuple(
            Falling(practice, one, one.words(span.recent))
            for practice, one in falling_now(person, span, limit=FALLING)
        ),
        compared=month_span(span.recent),
        months=_months_so_far(person, fresh, after=span.recent),
        freshness=freshness_words(fresh),
        imports=_imports(person, now),
        notices=_news(person, now),
    )


def _news(person: User, now: datetime) -> tuple[Notice, ...]:
    """Unseen, of this week; a promise due today is listed as one already."""
    unseen = Notice.objects.visible_to(person).unseen().made_since(now - NEWS_FOR)
    return tuple(unseen.exclude(kind=Notice.Kind.DUE)[:LISTED])


def _months_so_far(person: User, fresh: Freshness, *, after: DateRange) -> tuple[MonthSoFar, ...]:
    """From the last compared month through the running one."""
    wanted = DateRange.of_months(Month.of(after.last), Month.of(fresh.today))
    counts = VolumeCell.objects.visible_to(person).aggregate(
        **{
            f"month_{place}": referrals_in(DateRange(month.start, month.end))
            for place, month in enumerate(wanted.months())
        }
    )
    return tuple(
        _so_far(month, counts[f"month_{place}"], fresh)
        for place, month in enumerate(wanted.months())
    )


def _so_far(month: Month, referrals: int, fresh: Freshness) -> MonthSoFar:
    known = fresh.of(month.start)
    said = f"{month_name(month.start)}: {count_of(referrals, 'referral')}"
    if known.is_final:
        return MonthSoFar(month.start, referrals, is_final=True, words=f"{said}.")
    share = known.expected_percent
    arrived = "not over" if share is None else f"about {percent(share)} should have arrived"
    if share is not None and share >= NEARLY_ALL:
        arrived = "nearly all should have arrived"
    return MonthSoFar(
        month.start, referrals, is_final=False, words=f"{said}, provisional ({arrived})."
    )


def _imports(person: User, now: datetime) -> Imports:
    finished = IntakeBatch.objects.visible_to(person).exclude(finished_at=None)
    this_week = finished.filter(finished_at__gte=now - NEWS_FOR)
    latest = finished.filter(state=IntakeBatch.State.DONE).order_by("-finished_at", "-pk")
    return Imports(
        done=this_week.filter(state=IntakeBatch.State.DONE).count(),
        failed=tuple(
            this_week.filter(state=IntakeBatch.State.FAILED).order_by("-finished_at")[:FALLING]
        ),
        latest=latest.first(),
        waiting=UnmatchedRow.objects.visible_to(person).waiting().count(),
    )
