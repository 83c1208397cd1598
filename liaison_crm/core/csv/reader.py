"""The strict reader: quick over clean blocks, careful over the others."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import BinaryIO

from liaison_crm.core.csv.blocks import ENCODINGS, Block, blocks, count_lines, split_lines
from liaison_crm.core.csv.header import Columns, Layout, Row, read_layout
from liaison_crm.core.csv.records import Shape, read_records
from liaison_crm.core.csv.refusals import EmptyFile, WrongEncoding
from liaison_crm.core.csv.sniff import SNIFFED_BYTES, refuse_other_kinds
from liaison_crm.core.csv.writer import ESCAPED, restore

MESSAGES = {
    "unclosed_quote": "A quote opens in this row and does not close.",
    "quote": "A quote stands in the wrong place.",
    "cell_too_long": "A cell of this row is too long.",
    "nul": "This row has a NUL character.",
}


@dataclass(frozen=True, slots=True)
class RowError:
    """One refused row: its physical line, why, in which column if one is to blame."""

    line: int
    code: str
    message: str
    column: str = ""
    cells: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Batch:
    """Good rows, each with the line it starts on, and the rows refused between them."""

    lines: Sequence[int]
    rows: Sequence[Row]
    errors: list[RowError]

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        return iter(zip(self.lines, self.rows, strict=True))


class CsvFile:
    """An open file whose header is right. Iterate once: it yields `Batch`es.

    A file that turns out unreadable further down raises `CsvRefused` from the iteration.
    """

    def __init__(self, source: Iterator[Block], columns: Columns) -> None:
        self.columns = columns
        self.layout, below = _read_header(source, columns)
        self._batches = _batches(chain([below], source), self.layout)
        first = next(self._batches, None)
        if first is None:
            raise EmptyFile("This file has a header and no rows.", line=1)
        self._batches = chain([first], self._batches)

    def __iter__(self) -> Iterator[Batch]:
        return self._batches


def open_csv(stream: BinaryIO, columns: Columns, *, encoding: str = "utf-8") -> CsvFile:
    """Check kind, encoding, delimiter and header; refuse the file before any row is read.

    The stream is read from where it stands and must be seekable.
    """
    if encoding not in ENCODINGS:
        raise WrongEncoding(
            f"This encoding is not read here. Known: {', '.join(ENCODINGS)}.", field="encoding"
        )
    at = stream.tell()
    refuse_other_kinds(stream.read(SNIFFED_BYTES))
    stream.seek(at)
    return CsvFile(blocks(stream, encoding), columns)


def _read_header(source: Iterator[Block], columns: Columns) -> tuple[Layout, Block]:
    """The first line that is not blank, and what stands below it in its block."""
    for block in source:
        lines = split_lines(block.text)
        for at, line in enumerate(lines):
            if line.strip():
                rest = Block("".join(lines[at + 1 :]), block.first_line + at + 1, block.is_last)
                return read_layout(line, block.first_line + at, columns), rest
    raise EmptyFile("This file is empty.")


def _batches(source: Iterator[Block], layout: Layout) -> Iterator[Batch]:
    """The batches that hold anything. A record cut by a block's end moves to the next block."""
    unfinished = ""
    for following in source:
        started_on = following.first_line - count_lines(unfinished)
        block = Block(unfinished + following.text, started_on, following.is_last)
        batch = _quick_batch(block, layout)
        unfinished = ""
        if batch is None:
            batch, unfinished = _careful_batch(block, layout)
        if batch.rows or batch.errors:
            yield _arranged(batch, block, layout)


def _quick_batch(block: Block, layout: Layout) -> Batch | None:
    """Every line of the block is one row of the right width, or None."""
    text = block.text
    returns = text.count("\r")
    if "\x00" in text or returns != text.count("\r\n"):
        return None
    if returns:
        text = text.replace("\r\n", "\n")
    lines = text.removesuffix("\n").split("\n")
    cut = layout.delimiter
    rows = _quick_rows(lines, cut) if '"' in text else [line.split(cut) for line in lines]
    if len(rows) != len(lines) or set(map(len, rows)) != {layout.width} or "" in lines:
        return None
    return Batch(range(block.first_line, block.first_line + len(rows)), rows, [])


def _quick_rows(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, strict=True, delimiter=delimiter))
    except csv.Error:
        return []


def _careful_batch(block: Block, layout: Layout) -> tuple[Batch, str]:
    """What is good and what is not, record by record, and the start of an unfinished one."""
    shape = Shape(layout.width, layout.delimiter)
    records = read_records(
        split_lines(block.text), block.first_line, shape=shape, is_last=block.is_last
    )
    lines, rows = [], []
    errors = [
        RowError(line, code, MESSAGES[code], cells=[raw]) for line, code, raw in records.broken
    ]
    for line, cells in zip(records.lines, records.cells, strict=True):
        if not cells or (len(cells) == 1 < layout.width and not cells[0].strip()):
            continue
        if error := _row_error(line, cells, layout.width):
            errors.append(error)
        else:
            lines.append(line)
            rows.append(cells)
    errors.sort(key=attrgetter("line"))
    return Batch(lines, rows, errors), "".join(records.unfinished)


def _row_error(line: int, cells: list[str], width: int) -> RowError | None:
    if len(cells) != width:
        message = f"This row has {len(cells)} cells, the header has {width}."
        return RowError(line, "ragged", message, cells=cells)
    if any("\x00" in cell for cell in cells):
        return RowError(line, "nul", MESSAGES["nul"], cells=cells)
    return None


def _arranged(batch: Batch, block: Block, layout: Layout) -> Batch:
    """Formula marks taken off, and cells in the declared order of columns."""
    rows = batch.rows
    if ESCAPED.search(block.text):
        rows = [[restore(cell) for cell in row] for row in rows]
    return Batch(batch.lines, layout.arrange(rows), batch.errors)
