"""Months as a line with the year before: which ones, and how sure one may be of each."""

from __future__ import annotations

from datetime import date

from liaison_crm.core import charts
from liaison_crm.core.periods import DateRange, Month
from liaison_crm.core.wording import month_name, number
from referrals.reports.breakdown import MonthCounts
from visits.reports.relationship import SHOWN_MONTHS


def charted_months(compared: DateRange, today: date) -> DateRange:
    """A year up to the compared months, with the year before it, through the running month."""
    first = Month.of(compared.last) - (SHOWN_MONTHS - 1)
    return DateRange.of_months(first.last_year, Month.of(today))


def month_line(counted: MonthCounts, charted: DateRange, *, closed: Month) -> charts.MonthLine:
    """A year of closed months, and those that are over but still fill up.

    The running month is no point of the line, where it would look like a fall.
    """
    first, running = Month.of(charted.start) + SHOWN_MONTHS, Month.of(charted.last)
    points = tuple(
        charts.MonthPoint(
            month.start,
            value=counted.of(month),
            before=counted.of(month.last_year),
            provisional=month > closed,
        )
        for month in DateRange.of_months(first, running - 1).months()
    )
    latest = next(point for point in reversed(points) if not point.provisional)
    against = f" against {number(latest.before)} a year before" if latest.before else ""
    title = f"Referrals per month. {month_name(latest.month)}: {number(latest.value)}{against}."
    return charts.MonthLine(title, points)
