"""A row of theirs becomes a row of ours, in the words and the date form of the canonical file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache

from liaison_crm.core.csv import Batch, CellRefused, Columns, RowError, date_cell
from liaison_crm.core.text import match_key, shown
from liaison_crm.core.workbook import ERRORS, Cell, as_text
from referrals.intake.columns import KEPT, PATIENT_NUMBER
from referrals.models import HeaderMap, Status

TARGETS = (*KEPT, PATIENT_NUMBER)
# What a whole file may say with one word, where it has no column for it.
FIXABLE = ("service_line", "destination", "status")

MOST_REMEMBERED = 20_000
_CLOCK_12 = re.compile(r"(1[0-2]|0?[1-9]):([0-5][0-9])(?::([0-5][0-9]))? ?([AaPp])\.?[Mm]\.?")

Kept = tuple[str, ...]
Refused = tuple[RowError, Kept]


class Translator:
    """Reads the rows of one header as a person said it."""

    def __init__(self, header_map: HeaderMap) -> None:
        self.form = header_map.date_form
        self.has_12_hours = header_map.clock == HeaderMap.Clock.HOURS_12
        self.delimiter = header_map.delimiter
        self.statuses = {status: str(status) for status in Status.values}
        self.statuses |= {match_key(word): ours for word, ours in header_map.statuses.items()}
        self.names = tuple(dict.fromkeys(header_map.columns.values()))
        self.places = [self._place(header_map.columns.get(target)) for target in TARGETS]
        self.fixed = [header_map.fixed.get(target, "") for target in TARGETS]
        self.day_at = TARGETS.index("referred_on")
        self.moment_at = TARGETS.index("status_at")
        self.status_at = TARGETS.index("status")
        self.status_is_fixed = bool(self.fixed[self.status_at])
        self.moment = lru_cache(MOST_REMEMBERED)(self._moment)

    @property
    def columns(self) -> Columns:
        """The columns of the file that are read; the others may hold whom they like."""
        return Columns(required=self.names, ignores_others=True, delimiter=self.delimiter)

    def batch(self, batch: Batch) -> tuple[Batch, list[Refused]]:
        """The rows as ours, and those that cannot be, with what may be kept of them."""
        return self.rows(batch, batch.errors)

    def rows(
        self, rows: Iterable[tuple[int, Sequence[Cell]]], errors: list[RowError]
    ) -> tuple[Batch, list[Refused]]:
        lines: list[int] = []
        good: list[list[str]] = []
        refused: list[Refused] = []
        for line, cells in rows:
            theirs = self._arranged(cells)
            try:
                good.append(self._translated(theirs))
            except CellRefused as problem:
                told = RowError(line, problem.code, str(problem))
                refused.append((told, tuple(as_text(cell) for cell in theirs[: len(KEPT)])))
            else:
                lines.append(line)
        return Batch(lines, good, errors), refused

    def _place(self, name: str | None) -> int:
        return self.names.index(name) if name is not None else -1

    def _arranged(self, cells: Sequence[Cell]) -> list[Cell]:
        return [
            cells[place] if place >= 0 else fixed
            for place, fixed in zip(self.places, self.fixed, strict=True)
        ]

    def _translated(self, theirs: list[Cell]) -> list[str]:
        ours = [cell if isinstance(cell, str) else as_text(cell) for cell in theirs]
        self._refuse_errors(ours)
        ours[self.day_at] = self._on("referred_on", self._day, theirs[self.day_at])
        ours[self.moment_at] = self._on("status_at", self.moment, theirs[self.moment_at])
        if not self.status_is_fixed:
            ours[self.status_at] = self._status(ours[self.status_at])
        return ours

    def _refuse_errors(self, ours: list[str]) -> None:
        if not ERRORS.isdisjoint(ours):
            name = next(name for name, cell in zip(TARGETS, ours, strict=True) if cell in ERRORS)
            raise CellRefused("excel_error", f"{name}: This cell holds an error of Excel.")

    def _on(self, name: str, read: Callable[[Cell], str], cell: Cell) -> str:
        try:
            return read(cell)
        except CellRefused as problem:
            raise CellRefused(problem.code, f"{name}: {problem}") from problem

    def _day(self, cell: Cell) -> str:
        if isinstance(cell, datetime):
            return cell.date().isoformat()
        if isinstance(cell, date):
            return cell.isoformat()
        return date_cell(as_text(cell).strip(" "), self.form).isoformat()

    def _moment(self, cell: Cell) -> str:
        """A day, or a day and a time, as the canonical file writes it; its zone is not touched."""
        if isinstance(cell, datetime):
            midnight = cell.time() == time()
            return cell.date().isoformat() if midnight else cell.isoformat(timespec="seconds")
        if isinstance(cell, date):
            return cell.isoformat()
        text = as_text(cell).strip(" ").replace("T", " ", 1)
        day, _, clock = text.partition(" ")
        on = date_cell(day, self.form).isoformat()
        return f"{on}T{self._clock(clock.strip(' '), text)}" if clock else on

    def _clock(self, clock: str, whole: str) -> str:
        """A clock of 24 hours is read where every row is checked; one of twelve is read here."""
        if not self.has_12_hours:
            return clock
        found = _CLOCK_12.fullmatch(clock)
        if not found:
            raise CellRefused("time", f"'{shown(whole)}' has no time written H:MM AM or PM.")
        hour = int(found[1]) % 12 + (12 if found[4] in "pP" else 0)
        return f"{hour:02}:{found[2]}:{found[3] or '00'}"

    def _status(self, cell: str) -> str:
        word = cell.strip(" ")
        if not word:
            raise CellRefused("status", "status: This cell is empty.")
        ours = self.statuses.get(word) or self.statuses.get(match_key(word))
        if ours is None:
            raise CellRefused("status", f"status: '{shown(word)}' is not matched to a status.")
        return ours


def in_batches(
    rows: Iterator[tuple[int, Sequence[Cell]]], size: int
) -> Iterator[list[tuple[int, Sequence[Cell]]]]:
    held: list[tuple[int, Sequence[Cell]]] = []
    for row in rows:
        held.append(row)
        if len(held) >= size:
            yield held
            held = []
    if held:
        yield held
