"""How numbers, days and names read on a page. Words, no markup."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from liaison_crm.core.periods import DateRange

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
LONGEST_IN_DAYS = 99
DAYS_A_MONTH = 30.44
MONTHS_A_YEAR = 12


def number(value: float | None) -> str:
    """1284 reads 1,284; what is not known reads as a dash."""
    if value is None:
        return DASH
    whole = f"{abs(value):,.0f}" if float(value).is_integer() else f"{abs(value):,.1f}"
    return f"{MINUS}{whole}" if value < 0 else whole


def compact(value: float | None) -> str:
    """Three figures at most: 940, 12.4k, 3.1M."""
    if value is None:
        return DASH
    size = abs(value)
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if size >= limit * 0.9995:
            short = size / limit
            figures = f"{short:.0f}" if short >= 99.95 else f"{short:.1f}".removesuffix(".0")  # noqa: PLR2004 (100 with its rounding)
            return f"{MINUS if value < 0 else ''}{figures}{unit}"
    return number(round(value) if size >= 10 else round(value, 1))  # noqa: PLR2004 (two figures)


def percent(value: float | None, places: int = 0) -> str:
    if value is None:
        return DASH
    shown = f"{abs(value):,.{places}f}"
    return f"{MINUS if value < 0 and float(shown.replace(',', '')) else ''}{shown}%"


def signed(value: float | None) -> str:
    """With its sign, for a change: +9, 0, or 4 with a true minus."""
    text = number(value)
    return f"+{text}" if value is not None and value > 0 else text


def count_of(count: int, noun: str) -> str:
    """1 visit, 3 visits; give "practice,practices" or "person,people" where an s will not do."""
    one, _, many = noun.partition(",")
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def sentence(items: Sequence[object]) -> str:
    """a, b and c."""
    words = [str(item) for item in items]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def local_day(when: date | datetime) -> date:
    """The day on the wall calendar of the zone that is active now."""
    if isinstance(when, datetime):
        return (timezone.localtime(when) if timezone.is_aware(when) else when).date()
    return when


def ago(when: date | datetime | None, now: date | datetime) -> str:
    """Whole days between two days as people say them: today, tomorrow, 41 days ago."""
    if when is None:
        return "never"
    days = (local_day(when) - local_day(now)).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    if near:
        return near
    span = _span(abs(days))
    return f"in {span}" if days > 0 else f"{span} ago"


def _span(days: int) -> str:
    if days <= LONGEST_IN_DAYS:
        return count_of(days, "day")
    months = round(days / DAYS_A_MONTH)
    if months < 2 * MONTHS_A_YEAR:
        return count_of(months, "month")
    return count_of(months // MONTHS_A_YEAR, "year")


def short_day(when: date | datetime | None, now: date | datetime | None = None) -> str:
    """12 Nov; with its year where that is not this year's."""
    if when is None:
        return DASH
    day = local_day(when)
    this_year = now is None or local_day(now).year == day.year
    return f"{day.day} {day:%b}" if this_year else f"{day.day} {day:%b %Y}"


def long_day(when: date | datetime) -> str:
    """Monday 23 November."""
    day = local_day(when)
    return f"{day:%A} {day.day} {day:%B}"


def month_name(when: date) -> str:
    return f"{when:%B %Y}"


def month_span(during: DateRange) -> str:
    """August to October 2026; with both years where it crosses one."""
    first, last = during.start, during.last
    if (first.year, first.month) == (last.year, last.month):
        return month_name(last)
    start = f"{first:%B}" if first.year == last.year else month_name(first)
    return f"{start} to {month_name(last)}"


def clock(when: datetime) -> str:
    """10:40 in the zone that is active now."""
    return f"{timezone.localtime(when):%H:%M}"


TITLES = {"dr", "mr", "mrs", "ms", "prof"}


def initials(name: str) -> str:
    """Two letters that stand for a person: Dr. Priya Raman is PR."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    words = [word for word in words if word.rstrip(".").lower() not in TITLES] or words
    if not words:
        return "?"
    first, last = words[0][0], words[-1][0] if len(words) > 1 else ""
    return (first + last).upper()


def lasting(span: timedelta) -> str:
    """0.4 s, 12 s, 3 min, 2 h: as long as it took, in one unit."""
    seconds = span.total_seconds()
    for limit, unit in ((3600, "h"), (60, "min")):
        if seconds >= limit:
            return f"{seconds / limit:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"  # noqa: PLR2004 (two figures)


def phone_number(digits: str) -> str:
    """(216) 555-0142 where it is a North American number, as it stands otherwise."""
    plain = "".join(mark for mark in digits if mark in "0123456789")
    if len(plain) == 11 and plain.startswith("1"):  # noqa: PLR2004 (country code and ten digits)
        plain = plain[1:]
    if len(plain) != 10:  # noqa: PLR2004  digits of a US number
        return digits
    return f"({plain[:3]}) {plain[3:6]}-{plain[6:]}"
