"""What a cell may hold, strictly: only ASCII digits, only the declared form, only sane ranges.

Each function takes the cell's text and answers its value, or raises `CellRefused` with a code
and a sentence for the person who sent the file.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from liaison_crm.core.npi import REASONS, npi_problem
from liaison_crm.core.periods import EARLIEST, LATEST, local_moment
from liaison_crm.core.text import shown

# How a source may declare its dates. The separator is part of the declaration.
DATE_FORMS = {
    "YYYY-MM-DD": re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    "MM/DD/YYYY": re.compile(r"(?P<month>[0-9]{2})/(?P<day>[0-9]{2})/(?P<year>[0-9]{4})"),
    "M/D/YYYY": re.compile(r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    "DD/MM/YYYY": re.compile(r"(?P<day>[0-9]{2})/(?P<month>[0-9]{2})/(?P<year>[0-9]{4})"),
    "D/M/YYYY": re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    "DD.MM.YYYY": re.compile(r"(?P<day>[0-9]{2})\.(?P<month>[0-9]{2})\.(?P<year>[0-9]{4})"),
    "YYYYMMDD": re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
}
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,6})?)?")
_OFFSET = re.compile(r"(.*?)(Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])")
_COUNT = re.compile(r"[0-9]{1,10}")
_MONEY = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


class CellRefused(ValueError):
    """This cell cannot be read. `str()` is a sentence, `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@lru_cache(maxsize=20_000)
def date_cell(
    text: str, form: str = "YYYY-MM-DD", *, earliest: date = EARLIEST, latest: date = LATEST
) -> date:
    """A day in the declared form, from `earliest` to `latest`, both included."""
    match = DATE_FORMS[form].fullmatch(text)
    if not match:
        raise CellRefused("date_form", f"'{shown(text)}' is not a date written {form}.")
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError as error:
        raise CellRefused("date", f"'{text}' is not a day of the calendar.") from error
    if not earliest <= day <= latest:
        raise CellRefused("date_range", f"'{text}' is not between {earliest} and {latest}.")
    return day


def moment_cell(
    text: str,
    zone: ZoneInfo,
    form: str = "YYYY-MM-DD",
    *,
    earliest: date = EARLIEST,
    latest: date = LATEST,
) -> datetime:
    """A day, or a day and a time, in UTC. Without an offset it is local to `zone`."""
    day_text, _, time_text = text.replace("T", " ", 1).partition(" ")
    day = date_cell(day_text, form, earliest=earliest, latest=latest)
    clock_text, offset = time_text, ""
    if match := _OFFSET.fullmatch(time_text):
        clock_text, offset = match[1], match[2]
    clock = _clock(clock_text, text) if time_text else time()
    if offset:
        return datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC)
    return local_moment(day, clock, zone)


def count_cell(text: str, *, most: int = 2_147_483_647) -> int:
    """A whole number from 0 on: digits and nothing else."""
    if not _COUNT.fullmatch(text):
        raise CellRefused("count", f"'{shown(text)}' is not a whole number.")
    if int(text) > most:
        raise CellRefused("count_range", f"'{text}' is more than {most:,}.")
    return int(text)


def money_cell(text: str) -> Decimal:
    """An amount from 0 on with at most two decimals: no sign, symbol, separator or exponent."""
    if not _MONEY.fullmatch(text):
        raise CellRefused("money", f"'{shown(text)}' is not an amount such as 1234.50.")
    return Decimal(text).quantize(Decimal("0.01"))


def npi_cell(text: str) -> str:
    if problem := npi_problem(text):
        raise CellRefused(problem, REASONS[problem])
    return text


def _clock(text: str, whole: str) -> time:
    match = _TIME.fullmatch(text)
    try:
        if match:
            return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        pass
    raise CellRefused("time", f"'{shown(whole)}' has no time written HH:MM.")
