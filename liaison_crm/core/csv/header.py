"""The header: which columns a file must have, and where this one has them."""

from __future__ import annotations

import csv
import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from liaison_crm.core.csv.refusals import (
    BrokenHeader,
    DuplicateColumn,
    WrongColumns,
    WrongDelimiter,
)
from liaison_crm.core.text import shown

OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns to read, by name; cells come in this order whatever order the file has.

    Names match without regard to case and outer spaces. An absent optional column reads as
    empty cells. Unless `ignores_others`, a column that is not named here refuses the file.
    A delimiter other than the comma is declared, never guessed.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    ignores_others: bool = False
    delimiter: str = ","

    @property
    def names(self) -> tuple[str, ...]:
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file's rows turn into rows of the declared columns."""

    width: int
    header: tuple[str, ...]
    places: tuple[int, ...]
    delimiter: str = ","

    def arrange(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Rows in the declared order; an absent column reads an empty cell put at the end."""
        if self.places == tuple(range(self.width)):
            return rows
        if self.width in self.places:
            rows = [[*row, ""] for row in rows]
        if len(self.places) == 1:
            return [[row[self.places[0]]] for row in rows]
        return list(map(itemgetter(*self.places), rows))


def read_layout(line: str, number: int, columns: Columns) -> Layout:
    """Find each declared column in the header line, or refuse the file and say what is wrong."""
    declared = {column_key(name): name for name in columns.names}
    if columns.delimiter == ",":
        _refuse_another_delimiter(line, set(declared))
    return arranged_layout(header_cells(line, number, columns.delimiter), columns)


def arranged_layout(header: Sequence[str], columns: Columns) -> Layout:
    """Where the declared columns stand in this header, or why the file is refused."""
    declared = {column_key(name): name for name in columns.names}
    found = [column_key(name) for name in header]
    _refuse_duplicates(header, found, declared, columns)
    missing = [name for name in columns.required if column_key(name) not in found]
    unknown = [name for name, key in zip(header, found, strict=True) if key not in declared]
    if missing or (unknown and not columns.ignores_others):
        absent = [name for key, name in declared.items() if key not in found]
        wrong = [] if columns.ignores_others else unknown
        raise WrongColumns(missing=missing, unknown=wrong, meant=_meant(unknown, absent))
    width = len(header)
    places = {key: place for place, key in reversed(list(enumerate(found)))}
    in_order = tuple(places.get(column_key(name), width) for name in columns.names)
    return Layout(width, tuple(header), in_order, columns.delimiter)


def column_key(name: str) -> str:
    """Two names with the same key are one column."""
    return " ".join(name.split()).casefold()


def _refuse_duplicates(
    header: Sequence[str], found: list[str], declared: dict[str, str], columns: Columns
) -> None:
    twice = {key for key, count in Counter(found).items() if count > 1}
    if columns.ignores_others:
        twice &= set(declared)
    names = sorted({shown(n.strip()) for n, key in zip(header, found, strict=True) if key in twice})
    if names:
        raise DuplicateColumn(
            f"The header has a column twice: {', '.join(names)}.", columns=names, line=1
        )


def _refuse_another_delimiter(line: str, declared: set[str]) -> None:
    """Compared by how many names each delimiter makes out; a header of commas is never in doubt."""
    by_comma = _names(line, ",")
    for delimiter, plural in OTHER_DELIMITERS.items():
        names = _names(line, delimiter)
        better = len(names & declared) > len(by_comma & declared)
        alone = "," not in line and len(names) > 1 and not by_comma & declared
        if better or alone or line.strip() == f"sep={delimiter}":
            raise WrongDelimiter(
                f"The columns are separated by {plural}. Save the file with commas.", line=1
            )


def _names(line: str, delimiter: str) -> set[str]:
    return {column_key(part.strip().strip('"')) for part in line.split(delimiter)}


def header_cells(line: str, number: int, delimiter: str = ",") -> list[str]:
    try:
        return next(csv.reader([line], strict=True, delimiter=delimiter))
    except csv.Error as error:
        raise BrokenHeader(
            "The header is not one line of names, or a quote in it does not close.", line=number
        ) from error


def _meant(unknown: list[str], absent: list[str]) -> dict[str, str]:
    close = {
        name: difflib.get_close_matches(
            column_key(name), [column_key(a) for a in absent], n=1, cutoff=0.75
        )
        for name in unknown[:20]
    }
    named = {column_key(name): name for name in absent}
    return {name: named[matches[0]] for name, matches in close.items() if matches}
