"""What a viewer may know of the practices and physicians on a page: volumes, change, last seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Max, Q, QuerySet, Subquery, Sum

from accounts.models import Assignment, User
from liaison_crm.core.periods import DateRange, Month
from referrals.models import VolumeCell
from visits.models import Visit

SHOWN_MONTHS = 12
COMPARED_MONTHS = 3

Subject = Literal["practice", "physician"]


@dataclass(frozen=True, slots=True)
class Span:
    """The months a list speaks of. All are closed: a running month has no last year to stand
    beside, so it is in neither the line nor the change.

    `shown` is a year, for the spark. `recent` is its last quarter, set against `before`: the same
    months of the year before.
    """

    shown: DateRange
    recent: DateRange
    before: DateRange

    @classmethod
    def up_to(cls, last: Month) -> Span:
        recent = DateRange.of_months(last - (COMPARED_MONTHS - 1), last)
        return cls(
            shown=DateRange.of_months(last - (SHOWN_MONTHS - 1), last),
            recent=recent,
            before=recent.last_year(),
        )


@dataclass(frozen=True, slots=True)
class Relationship:
    """Referrals of the shown months, oldest first; of the compared ones; and the last meeting.

    `before` is None where our numbers do not reach back that far.
    """

    months: tuple[int, ...]
    recent: int = 0
    before: int | None = 0
    last_seen_at: datetime | None = None

    @property
    def referrals(self) -> int:
        return sum(self.months)

    @property
    def change(self) -> int:
        """0 where there is nothing to compare with."""
        return 0 if self.before is None else self.recent - self.before

    @property
    def tone(self) -> str:
        return "up" if self.change > 0 else "down" if self.change < 0 else ""

    @property
    def change_percent(self) -> float | None:
        """None where nothing was there a year before, or nobody knows."""
        return 100 * self.change / self.before if self.before else None


def relationships(
    viewer: User, subject: Subject, pks: Collection[int], *, span: Span
) -> dict[int, Relationship]:
    """By id, for every id given; only what happened at practices the viewer works counts."""
    volumes = _volumes(viewer, subject, pks, span)
    seen = _last_seen(viewer, subject, pks)
    return {pk: _relationship(volumes.get(pk), seen.get(pk), span) for pk in pks}


def _relationship(
    volume: dict[str, Any] | None, seen_at: datetime | None, span: Span
) -> Relationship:
    if volume is None:
        return Relationship(months=(0,) * SHOWN_MONTHS, last_seen_at=seen_at)
    is_known = volume["known_from"] <= span.before.start
    return Relationship(
        months=tuple(volume[f"month_{n}"] for n in range(SHOWN_MONTHS)),
        recent=volume["recent"],
        before=volume["before"] if is_known else None,
        last_seen_at=seen_at,
    )


def _volumes(
    viewer: User, subject: Subject, pks: Collection[int], span: Span
) -> dict[int, dict[str, Any]]:
    months = {
        f"month_{n}": Sum("referrals", filter=Q(month=month.start), default=0)
        for n, month in enumerate(span.shown.months())
    }
    counted: QuerySet[VolumeCell, dict[str, Any]] = (
        VolumeCell.objects.visible_to(viewer)
        .filter(Q(**{f"{subject}__in": pks}))
        .months_between(span.before.start, span.recent.end)
        .values(f"{subject}_id")
        .annotate(
            recent=referrals_in(span.recent),
            before=referrals_in(span.before),
            known_from=Subquery(VolumeCell.objects.order_by("month").values("month")[:1]),
            **months,
        )
    )
    return {row.pop(f"{subject}_id"): row for row in counted}


def referrals_in(months: DateRange, path: str = "") -> Sum:
    """The referrals of whole months, added up over the cells that lie along `path`."""
    inside = Q(**{f"{path}month__gte": months.start, f"{path}month__lt": months.end})
    return Sum(f"{path}referrals", filter=inside, default=0)


def _last_seen(viewer: User, subject: Subject, pks: Collection[int]) -> dict[int, datetime]:
    where = "practice" if subject == "practice" else "attendees__physician"
    seen = (
        Visit.objects.visible_to(viewer)
        .let_in()
        .filter(Q(**{f"{where}__in": pks}))
        .values(where)
        .annotate(last=Max("held_at"))
        .order_by()
    )
    return {row[where]: row["last"] for row in seen}


def owners(viewer: User, *, on: date, territories: Iterable[int] | None = None) -> dict[int, User]:
    """Who owns each territory on that day, by the territory's id."""
    assignments = Assignment.objects.visible_to(viewer).in_force(on).owning()
    if territories is not None:
        assignments = assignments.filter(territory__in=set(territories))
    return {held.territory_id: held.user for held in assignments.select_related("user")}
