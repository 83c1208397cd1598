"""Records out of lines, when quotes, line ends or mistakes ask for care."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_LINES_IN_A_CELL = 500
# Below these, a line of somebody's note is too easily taken for a row.
FEWEST_COLUMNS_TO_RECOGNISE_A_ROW = 4
FEWEST_CELLS_BEFORE_A_NOTE = 4


@dataclass(slots=True)
class Records:
    """What a run of lines holds. `unfinished` lines are the start of a record that goes on."""

    lines: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    broken: list[tuple[int, str, str]] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shape:
    """How many cells a row of this table has, and what stands between them."""

    width: int
    delimiter: str = ","


class _Unclosed(Exception):
    """A quote opened in this record and no end of it is believable."""


class _Unfinished(Exception):
    """The lines at hand end inside a quoted cell."""


def read_records(lines: list[str], first_line: int, *, shape: Shape, is_last: bool) -> Records:
    """Each record with the line it starts on; a bad one costs its own first line only.

    The rest of a record that an unclosed quote would have swallowed is read again as rows of
    its own.
    """
    records = Records()
    at = 0
    while at < len(lines):
        try:
            cells, used = _read_record(lines, at, shape, is_last)
        except _Unfinished:
            records.unfinished = lines[at:]
            return records
        except _Unclosed:
            records.broken.append((first_line + at, "unclosed_quote", lines[at]))
            used = 1
        except csv.Error as error:
            code = "cell_too_long" if "field larger" in str(error) else "quote"
            records.broken.append((first_line + at, code, lines[at]))
            used = 1
        else:
            records.lines.append(first_line + at)
            records.cells.append(cells)
        at += used
    return records


def _read_record(lines: list[str], at: int, shape: Shape, is_last: bool) -> tuple[list[str], int]:
    if '"' not in lines[at]:
        line = lines[at].rstrip("\r\n")
        return (line.split(shape.delimiter) if line else []), 1
    feed = _Feed(lines, at, shape, is_last)
    try:
        cells = next(csv.reader(feed, strict=True, delimiter=shape.delimiter))
    except csv.Error as error:
        if feed.given > 1:
            raise _Unclosed from error
        raise
    if feed.given > 1 and feed.swallowed_a_row_at_its_end():
        raise _Unclosed
    return cells, feed.given


class _Feed:
    """Gives the csv module one record's lines, and stops it when it swallows other rows."""

    def __init__(self, lines: list[str], at: int, shape: Shape, is_last: bool) -> None:
        self.lines = lines
        self.at = at
        self.width = shape.width
        self.delimiter = shape.delimiter
        self.is_last = is_last
        self.given = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.given > 1 and self._looks_like_a_row(self._latest()):
            raise _Unclosed
        if self.given >= MOST_LINES_IN_A_CELL:
            raise _Unclosed
        if self.at + self.given >= len(self.lines):
            raise _Unclosed if self.is_last else _Unfinished
        self.given += 1
        return self._latest()

    def swallowed_a_row_at_its_end(self) -> bool:
        """The line that closed the quote is itself a whole row of a table this wide."""
        first, cut = self.lines[self.at], self.delimiter
        cells_before = first.count(cut, 0, first.rfind(f'{cut}"') + 1)
        return cells_before >= FEWEST_CELLS_BEFORE_A_NOTE and self._looks_like_a_row(self._latest())

    def _latest(self) -> str:
        return self.lines[self.at + self.given - 1]

    def _looks_like_a_row(self, line: str) -> bool:
        cuts = line.count(self.delimiter)
        return self.width >= FEWEST_COLUMNS_TO_RECOGNISE_A_ROW and cuts == self.width - 1
