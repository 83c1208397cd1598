"""What goes wrong where, month by month, and how many referrals hang on the offices it annoys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Territory, User
from liaison_crm.core.periods import DateRange, site_zone
from referrals.models import VolumeCell
from visits.issues.models import Category, Issue

# By hand: an office counts once for a line and category however often it complained, and its
# referrals are in a table of their own. The ORM would join the two and multiply both.
# The two parts that say what the viewer may see are compiled from the querysets that hold it.
TREND = """
WITH raised AS (
    SELECT one.practice_id, one.service_line_id, one.category, one.state, one.came_back_from_id,
           date_trunc('month', one.raised_at AT TIME ZONE %s)::date AS month
    FROM ({issues}) AS one
), offices AS (
    SELECT DISTINCT practice_id, service_line_id, category FROM raised
), yearly AS (
    SELECT cell.practice_id, sum(cell.referrals) AS referrals
    FROM ({cells}) AS cell GROUP BY cell.practice_id
), affected AS (
    SELECT offices.service_line_id, offices.category, count(*) AS offices,
           coalesce(sum(yearly.referrals), 0)::bigint AS referrals
    FROM offices LEFT JOIN yearly USING (practice_id)
    GROUP BY offices.service_line_id, offices.category
)
SELECT raised.service_line_id, line.name, raised.category, count(*),
       count(*) FILTER (WHERE raised.state IN ('raised', 'acknowledged', 'resolved')),
       count(*) FILTER (WHERE raised.came_back_from_id IS NOT NULL),
       affected.offices, affected.referrals,
       ARRAY[{months}]
FROM raised
JOIN affected ON affected.category = raised.category
    AND affected.service_line_id IS NOT DISTINCT FROM raised.service_line_id
LEFT JOIN referrals_serviceline AS line ON line.id = raised.service_line_id
GROUP BY raised.service_line_id, line.name, raised.category, affected.offices, affected.referrals
ORDER BY affected.referrals DESC, count(*) DESC, line.name NULLS LAST, raised.category
"""
IN_MONTH = "count(*) FILTER (WHERE raised.month = %s)"
ISSUE_COLUMNS = (
    "practice_id",
    "service_line_id",
    "category",
    "state",
    "raised_at",
    "came_back_from_id",
)


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One kind of trouble with one clinic. `referrals` is what its offices send us in a year."""

    service_line: int | None
    service_line_name: str
    category: str
    issues: int
    open: int
    came_back: int
    offices: int
    referrals: int
    months: tuple[int, ...]

    @property
    def no_line(self) -> str:
        """As the list of issues asks for those about no particular service."""
        return "" if self.service_line else "1"

    @property
    def category_name(self) -> str:
        return str(Category(self.category).label)

    @property
    def name(self) -> str:
        """For example: Report speed, Imaging."""
        line = f", {self.service_line_name}" if self.service_line_name else ""
        return f"{self.category_name}{line}"


def issue_trend(
    viewer: User, *, during: DateRange, year: DateRange, territory: Territory | None = None
) -> tuple[TrendRow, ...]:
    """By clinic and category: issues raised in these whole months, and the referrals at stake.

    What was withdrawn does not count. `year` are the months whose referrals are summed; a viewer
    who sees an issue without working its office does not see that office's referrals.
    """
    start, end = during.moments(site_zone())
    issues = Issue.objects.visible_to(viewer).standing()
    issues = issues.filter(raised_at__gte=start, raised_at__lt=end)
    cells = VolumeCell.objects.visible_to(viewer).months_between(year.start, year.end)
    if territory:
        issues = issues.filter(practice__territory=territory)
        cells = cells.filter(practice__territory=territory)
    cells = cells.filter(practice__in=issues.order_by().values("practice"))
    try:
        issues_sql, issue_values = _compiled(issues, ISSUE_COLUMNS)
        cells_sql, cell_values = _compiled(cells, ("practice_id", "referrals"))
    except EmptyResultSet:
        return ()
    months = list(during.months())
    statement = TREND.format(
        issues=issues_sql, cells=cells_sql, months=", ".join([IN_MONTH] * len(months))
    )
    firsts: list[date] = [month.start for month in months]
    with connection.cursor() as cursor:
        cursor.execute(statement, [str(site_zone()), *issue_values, *cell_values, *firsts])
        return tuple(_row(row) for row in cursor.fetchall())


def _compiled(rows: QuerySet[Any], columns: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    return rows.order_by().values(*columns).query.sql_with_params()


def _row(row: Sequence[Any]) -> TrendRow:
    line, name, category, issues, still_open, came_back, offices, referrals, months = row
    return TrendRow(
        service_line=line,
        service_line_name=name or "",
        category=category,
        issues=issues,
        open=still_open,
        came_back=came_back,
        offices=offices,
        referrals=referrals,
        months=tuple(months),
    )
