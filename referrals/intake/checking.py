"""Is each cell what its column may hold? Everything that needs no other row and no table to tell.

A file of a million rows has few different days, physicians, lines and places, so what was found
good once is remembered, and most cells cost one look into a dictionary.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from liaison_crm.core.csv import CellRefused, date_cell, moment_cell, npi_cell
from liaison_crm.core.text import clean_line
from referrals.intake.columns import KEPT
from referrals.intake.scrubbing import StoredRow
from referrals.models import Referral, Status

# The columns of the staging table, in the order they are written here.
STAGED = ("line", "code", "reason", "cells", "patient_key", *KEPT)

MOST_REMEMBERED = 50_000
LONGEST_KEPT_CELL = 200
LONGEST_REASON = 200
ONE_DAY = timedelta(days=1)
DAY_LENGTH = len("YYYY-MM-DD")
LOCAL_LENGTH = len("YYYY-MM-DDTHH:MM:SS")
NULL = "\\N"

_ZIP = re.compile(r"([0-9]{5})(?:-[0-9]{4})?")
_ID = re.compile(r"[0-9]{1,18}")
_ZONED = re.compile(r"[T ].*(?:Z|[+-][0-9]{2}:?[0-9]{2})")
_ESCAPE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Check = Callable[[str], str]


class Checks(Protocol):
    """`checks[cell]` is the cell as it is staged, or `CellRefused`."""

    def __getitem__(self, cell: str, /) -> str: ...


class Remembering(dict[str, str]):
    """Checks each different cell once."""

    def __init__(self, check: Check) -> None:
        super().__init__()
        self.check = check

    def __missing__(self, cell: str) -> str:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        good = self[cell] = self.check(cell)
        return good


class Each:
    """Checks cells of which hardly two are the same."""

    def __init__(self, check: Check) -> None:
        self.check = check

    def __getitem__(self, cell: str) -> str:
        return self.check(cell)


class RowCheck:
    """The rules for the files of one source on one day."""

    def __init__(self, *, zone: ZoneInfo, today: date) -> None:
        self.zone = zone
        self.today = today
        self.zoned_clocks: set[str] = set()
        self.local_clocks: set[str] = set()
        # A moment may carry the date of a zone where tomorrow has begun.
        self.moment_days = Remembering(lambda cell: day(cell, latest=today + ONE_DAY))
        self.offsets = Remembering(self.offset)
        self.by_column: dict[str, Checks] = {
            "external_id": Each(line_of(longest=80)),
            "referred_on": Remembering(lambda cell: day(cell, latest=today)),
            "referring_npi": Remembering(npi_cell),
            "service_line": Remembering(line_of(longest=80)),
            "destination": Remembering(line_of(longest=120)),
            "status": Remembering(one_of("status", Status.values)),
            "status_at": Each(self.moment),
            "practice_id": Remembering(optional(practice_id, absent=NULL)),
            "practice_name": Remembering(optional(line_of(longest=200))),
            "practice_zip": Remembering(optional(zip_code)),
            "left_because": Remembering(
                optional(one_of("left_because", Referral.LeftBecause.values))
            ),
            "receiving_npi": Remembering(optional(npi_cell)),
        }
        self.in_order = [self.by_column[name] for name in KEPT]
        self.practice_at = [KEPT.index(f"practice_{part}") for part in ("id", "name", "zip")]

    def staged(self, row: StoredRow) -> str:
        """The row as a line for COPY: its cells, or why it is refused."""
        if row.code:
            return refused(row.line, row.code, row.reason, row.cells)
        try:
            cells = [check[cell] for check, cell in zip(self.in_order, row.cells, strict=True)]
            self.refuse_no_practice(cells)
        except CellRefused as problem:
            reason = f"{self.culprit(row.cells)}{problem}"
            return refused(row.line, problem.code, reason, row.cells)
        key = f"\\\\x{row.patient_key}" if row.patient_key else NULL
        return "\t".join((str(row.line), NULL, NULL, NULL, key, *cells)) + "\n"

    def culprit(self, cells: list[str]) -> str:
        """The name of the first column whose cell is refused, as the start of a sentence."""
        for name, cell in zip(KEPT, cells, strict=True):
            try:
                self.by_column[name][cell]
            except CellRefused:
                return f"{name}: "
        return ""

    def refuse_no_practice(self, cells: list[str]) -> None:
        number, name, place = (cells[at] for at in self.practice_at)
        if number == NULL and not (name and place):
            raise CellRefused(
                "practice_missing", "Give practice_id, or practice_name and practice_zip."
            )

    def moment(self, cell: str) -> str:
        """A moment that PostgreSQL reads the same whatever its own zone is.

        The two halves of it repeat from row to row, so both are remembered. On the days on which
        the source's clocks change each local time is looked at for itself.
        """
        on, clock = cell[:DAY_LENGTH], cell[DAY_LENGTH:]
        if clock in self.zoned_clocks and self.moment_days[on]:
            return cell
        if clock in self.local_clocks and (offset := self.offsets[on]):
            return cell + offset
        moment = moment_cell(cell, self.zone, latest=self.today + ONE_DAY)
        if _ZONED.fullmatch(clock):
            remember(clock, self.zoned_clocks)
            return cell
        if clock and "." not in clock:
            remember(clock, self.local_clocks)
        return moment.isoformat()

    def offset(self, on: str) -> str:
        """The offset of the source's clocks on that day, as '-05:00'; nothing if they change."""
        today = date.fromisoformat(self.moment_days[on])
        midnights = (datetime.combine(today + n * ONE_DAY, time(), self.zone) for n in (0, 1))
        first, last = (midnight.isoformat()[LOCAL_LENGTH:] for midnight in midnights)
        return first if first == last else ""


def remember(clock: str, clocks: set[str]) -> None:
    if len(clocks) >= MOST_REMEMBERED:
        clocks.clear()
    clocks.add(clock)


def staged_lines(rows: Iterable[StoredRow], check: RowCheck) -> Iterator[str]:
    return map(check.staged, rows)


def refused(line: int, code: str, reason: str, cells: list[str]) -> str:
    """A line for COPY that holds the refusal and what the row said."""
    kept = json.dumps([cell[:LONGEST_KEPT_CELL] for cell in cells])
    told = (code, reason[:LONGEST_REASON], kept)
    nothing = [NULL] * (len(STAGED) - 1 - len(told))
    return "\t".join((str(line), *(text.translate(_ESCAPE) for text in told), *nothing)) + "\n"


def day(cell: str, *, latest: date) -> str:
    return date_cell(cell, latest=latest).isoformat()


def line_of(*, longest: int) -> Check:
    """One line of text that is not empty, composed and without anything that deceives."""

    def check(cell: str) -> str:
        text = cell.strip(" ") if cell.isascii() and cell.isprintable() else cleaned(cell)
        if not text:
            raise CellRefused("missing", "This cell is empty.")
        if len(text) > longest:
            raise CellRefused("too_long", f"This cell has more than {longest} characters.")
        return text.translate(_ESCAPE) if "\\" in text else text

    return check


def cleaned(cell: str) -> str:
    try:
        return clean_line(cell)
    except ValidationError as problem:
        raise CellRefused(problem.code or "text", problem.messages[0]) from problem


def one_of(column: str, values: list[str]) -> Check:
    def check(cell: str) -> str:
        if cell not in values:
            raise CellRefused(column, f"This must be one of {', '.join(values)}.")
        return cell

    return check


def optional(check: Check, *, absent: str = "") -> Check:
    return lambda cell: check(cell) if cell.strip(" ") else absent


def practice_id(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise CellRefused("practice_id", "This is not the number of a practice.")
    return cell


def zip_code(cell: str) -> str:
    found = _ZIP.fullmatch(cell)
    if not found:
        raise CellRefused("zip", "This is not a ZIP code of five digits, or of five and four.")
    return found[1]
