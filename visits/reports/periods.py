"""Which months the pages speak of, and how sure one may be of them."""

from __future__ import annotations

from datetime import date, datetime

from liaison_crm.core.periods import Month, site_today
from liaison_crm.core.wording import short_day
from referrals.reports import Freshness
from referrals.rollups import closes_on
from visits.reports.relationship import Span


def last_closed_month(now: datetime) -> Month:
    """The latest month that is compared with a year before. The rule, for every page:

    A month is compared whole and only once it is closed. The running month would stand beside a
    full one, and one that has just ended still fills up, so either would look like a fall.
    """
    today = site_today(now)
    last = Month.of(today) - 1
    while closes_on(last.start) > today:
        last -= 1
    return last


def recent_span(now: datetime) -> Span:
    return Span.up_to(last_closed_month(now))


def first_provisional_month(fresh: Freshness, *, months: int) -> date:
    """The first of the last `months` months that is not final, the running one at the latest."""
    this_month = Month.of(fresh.today)
    back = (this_month - step for step in range(months, 0, -1))
    return next((one.start for one in back if not fresh.of(one.start).is_final), this_month.start)


def freshness_words(fresh: Freshness) -> str:
    """For example: Counted up to 22 Nov 02:31. About 62% of November has arrived."""
    if fresh.as_of is None:
        return "Not counted yet."
    counted = f"Counted up to {short_day(fresh.as_of)}."
    month = fresh.today.replace(day=1)
    share = fresh.of(month).expected_share
    if share is None:
        return f"{counted} {month:%B} is not over."
    return f"{counted} About {share:.0%} of {month:%B} should have arrived."
