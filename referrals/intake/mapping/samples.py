"""What stands in the columns of a file, as far as a person needs to tell what they are.

A column that may be the patient's is shown by its shape alone: `Aaaaa Aaaaa`, `9999999`. Only
what is said to be one of our columns is shown as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from liaison_crm.core.csv import Columns, open_csv
from liaison_crm.core.text import shown
from liaison_crm.core.workbook import Cell, as_text, sheet_rows
from referrals.intake.mapping.looking import Kind
from referrals.models import SealedFile

ROWS_LOOKED_AT = 20_000
SAMPLES = 3
MOST_WORDS = 60
LONGEST_SHAPE = 24
_LOWER = re.compile(r"[^\W\d_A-Z]+")
_UPPER = re.compile(r"[A-Z]")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Sample:
    """A column of theirs: some of what it holds, and every different word if they are few."""

    name: str
    shown: tuple[str, ...]
    words: tuple[str, ...]
    filled: int


def count_cells(
    stream: BinaryIO,
    sealed: SealedFile,
    names: Sequence[str],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> dict[str, Counter[str]]:
    """What stands in each column whose name the header has once, in one reading."""
    names = [name for name in names if name and names.count(name) == 1]
    found: list[Counter[str]] = [Counter() for _ in names]
    rows = _rows(stream, sealed, names, delimiter, encoding)
    for row in islice(rows, ROWS_LOOKED_AT):
        for counter, cell in zip(found, row, strict=False):
            if len(counter) <= MOST_WORDS and (text := as_text(cell).strip()):
                counter[text] += 1
    return dict(zip(names, found, strict=True))


def samples_of(counted: Mapping[str, Counter[str]], *, plain: Collection[str]) -> list[Sample]:
    """One sample for each column; those in `plain` show what they hold."""
    return [_sample(name, counter, is_plain=name in plain) for name, counter in counted.items()]


def shape(text: str) -> str:
    """Small letters, capitals and digits, and what stands between them."""
    shaped = _DIGIT.sub("9", _UPPER.sub("A", _LOWER.sub("aaa", text)))
    return shaped[:LONGEST_SHAPE]


def _sample(name: str, counter: Counter[str], *, is_plain: bool) -> Sample:
    some = [text for text, _ in counter.most_common()]
    shows = some if is_plain else list(dict.fromkeys(map(shape, some)))
    is_few = is_plain and len(some) <= MOST_WORDS
    return Sample(
        name=name,
        shown=tuple(shown(text) for text in shows[:SAMPLES]),
        words=tuple(some) if is_few else (),
        filled=counter.total(),
    )


def _rows(
    stream: BinaryIO,
    sealed: SealedFile,
    names: Sequence[str],
    delimiter: str,
    encoding: str,
) -> Iterator[Sequence[Cell]]:
    stream.seek(0)
    if sealed.kind == Kind.XLSX:
        told = sheet_rows(stream, sealed.sheet)
        _, header = next(told, (0, []))
        places = [[as_text(cell).strip() for cell in header].index(name) for name in names]
        for _, cells in told:
            yield [cells[place] if place < len(cells) else "" for place in places]
        return
    columns = Columns(required=tuple(names), ignores_others=True, delimiter=delimiter)
    for batch in open_csv(stream, columns, encoding=encoding):
        yield from batch.rows
