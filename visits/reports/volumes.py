"""What a practice or a physician sends us: by month, and whom or what it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import CharField, DateField, F, IntegerField, QuerySet, Subquery, Sum, Value

from accounts.models import User
from liaison_crm.core import charts
from liaison_crm.core.periods import DateRange, Month, site_today
from referrals.models import VolumeCell
from visits.reports.reasons import FEW
from visits.reports.relationship import Relationship, Span, referrals_in

CHARTED_MONTHS = 24
YEAR = 12
Part = Literal["physician", "practice", "service_line"]


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole: its referrals of the year, of the last quarter and of last year's.

    `before` is None where our numbers do not reach back that far.
    """

    pk: int
    name: str
    year: int
    recent: int
    before: int | None

    @property
    def change_percent(self) -> float | None:
        """None where too few came to speak of percent, or nobody knows the year before."""
        if not self.before or max(self.recent, self.before) < FEW:
            return None
        return 100 * (self.recent - self.before) / self.before


@dataclass(frozen=True, slots=True)
class Volumes:
    """Counts by month over three years, and the parts they come from, biggest first.

    `known_from` is the first month anybody's referrals are counted; before it nothing is known,
    which is not the same as zero.
    """

    span: Span
    known_from: date
    months: dict[date, int]
    parts: dict[str, tuple[Share, ...]]

    @property
    def any(self) -> bool:
        return any(self.months.values())

    @property
    def relationship(self) -> Relationship:
        """The same figures as a row of a list shows."""
        return Relationship(
            months=tuple(self._of(month) for month in self.span.shown.months()),
            recent=sum(self._of(month) for month in self.span.recent.months()),
            before=_known(
                sum(self._of(month) for month in self.span.before.months()),
                is_known=self.span.before.start >= self.known_from,
            ),
        )

    def part(self, kind: Part, pk: int) -> Share | None:
        return next((share for share in self.parts.get(kind, ()) if share.pk == pk), None)

    def chart(self, title: str, *, now: datetime, provisional_from: date) -> charts.MonthLine:
        """Two years up to the running month, each beside the year before where we know it."""
        last = Month.of(site_today(now))
        first = last - (CHARTED_MONTHS - 1)
        points = tuple(
            charts.MonthPoint(
                month.start,
                value=_known(self._of(month), is_known=month.start >= self.known_from),
                before=_known(
                    self._of(month.last_year), is_known=month.last_year.start >= self.known_from
                ),
                provisional=month.start >= provisional_from,
            )
            for month in DateRange.of_months(first, last).months()
        )
        return charts.MonthLine(title, points)

    def _of(self, month: Month) -> int:
        return self.months.get(month.start, 0)


def _known(count: int, *, is_known: bool) -> int | None:
    return count if is_known else None


def volumes_of(
    viewer: User, *, now: datetime, span: Span, parts: tuple[Part, ...], **subject: int
) -> Volumes:
    """`volumes_of(ana, practice=7, parts=("physician",), ...)`, in one statement.

    The months and the parts are separate groupings of the same cells, so they are put together
    by UNION ALL: one snapshot, and no row is counted twice.
    """
    last = Month.of(site_today(now))
    during = DateRange.of_months(last - (CHARTED_MONTHS + YEAR - 1), last)
    cells = VolumeCell.objects.visible_to(viewer).months_between(during.start, during.end)
    cells = cells.filter(**subject)
    by_month = _grouped(cells, "month", span)
    rows = list(by_month.union(*(_grouped(cells, part, span) for part in parts), all=True))
    known_from = min((row["known_from"] for row in rows), default=during.start)
    return Volumes(
        span=span,
        known_from=known_from,
        months={row["on"]: row["total"] for row in rows if row["kind"] == "month"},
        parts={
            part: tuple(_shares(rows, part, is_compared=known_from <= span.before.start))
            for part in parts
        },
    )


NAMES: dict[str, Any] = {
    "month": Value("", output_field=CharField()),
    "physician": Value("", output_field=CharField()),
    "practice": F("practice__name"),
    "service_line": F("service_line__name"),
}


def _grouped(cells: QuerySet[VolumeCell], by: str, span: Span) -> QuerySet[Any, dict[str, Any]]:
    is_month = by == "month"
    grouped: QuerySet[Any, Any] = (
        cells.order_by()
        .annotate(
            kind=Value(by, output_field=CharField()),
            on=F("month") if is_month else Value(None, output_field=DateField()),
            pk_of=Value(None, output_field=IntegerField()) if is_month else F(f"{by}_id"),
            name=NAMES[by],
        )
        .values("kind", "on", "pk_of", "name")
        .annotate(
            total=Sum("referrals"),
            year=referrals_in(span.shown),
            recent=referrals_in(span.recent),
            before=referrals_in(span.before),
            known_from=Subquery(VolumeCell.objects.order_by("month").values("month")[:1]),
        )
    )
    return grouped


def _shares(rows: list[dict[str, Any]], part: str, *, is_compared: bool) -> Iterator[Share]:
    mine = [row for row in rows if row["kind"] == part]
    for row in sorted(mine, key=lambda row: (-row["year"], -row["total"], row["pk_of"])):
        before = _known(row["before"], is_known=is_compared)
        yield Share(row["pk_of"], row["name"], row["year"], row["recent"], before)
