"""Registry files as lines for the staging table, with what was left out counted and kept.

A file is cut into pieces of whole rows, and each piece is read by itself: here, or in a process of
`readers`. So this module knows no database.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from contacts.registry.layout import COLUMNS
from contacts.registry.rows import Refused, Skipped, read_row, staged
from contacts.registry.selection import Filter
from liaison_crm.core.csv import CsvRefused, open_csv

PIECE_BYTES = 1024 * 1024
HEADER_LINES = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """Some whole rows of a file, under its header."""

    header: bytes
    rows: bytes
    first_line: int


@dataclass(slots=True)
class Outcome:
    """What a piece holds: staging lines, and what was left out of them."""

    staged: str = ""
    read: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, Refused, Sequence[str]]] = field(default_factory=list)


def pieces(stream: BinaryIO) -> Iterator[Piece]:
    """Cut a file at line ends where every quote is closed, or at least at line ends."""
    header = stream.readline()
    line, held = 1 + HEADER_LINES, b""
    while chunk := stream.read(PIECE_BYTES):
        held += chunk
        if cut := last_row_end(held):
            yield Piece(header, held[:cut], line)
            line += held.count(b"\n", 0, cut)
            held = held[cut:]
    if held:
        yield Piece(header, held, line)


def last_row_end(text: bytes) -> int:
    """Where the last whole row ends. A cell may hold a line end, but then its quote is open."""
    end = last = text.rfind(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end - 1) + 1
    return end or last


def read_piece(piece: Piece, choice: Filter | None) -> Outcome:
    """Read every row: take it, skip it, or refuse it."""
    outcome = Outcome()
    if not piece.rows.strip():
        return outcome
    lines: list[str] = []
    above = piece.first_line - 1 - HEADER_LINES
    for batch in open_csv(io.BytesIO(piece.header + piece.rows), COLUMNS):
        for error in batch.errors:
            why = Refused(error.code, error.message)
            outcome.refused.append((above + error.line, why, error.cells[:1]))
        for line, cells in batch:
            outcome.read += 1
            row = read_row(cells)
            if isinstance(row, Refused):
                outcome.refused.append((above + line, row, cells))
            elif isinstance(row, Skipped):
                outcome.skipped[row] += 1
            elif choice and not choice.takes(row):
                outcome.skipped[Skipped.FILTERED] += 1
            else:
                lines.append(staged(row))
    outcome.staged = "".join(lines)
    return outcome


def refuse_unreadable(files: Sequence[Path]) -> None:
    """Check kind, layout and encoding of every file before a row of the first is read."""
    for path in files:
        with path.open("rb") as stream:
            open_csv(stream, COLUMNS)


def refuse_as_a_whole(path: Path, refusal: CsvRefused) -> None:
    """Raise what is wrong with the file, with the line counted from its first."""
    with path.open("rb") as stream:
        for _ in open_csv(stream, COLUMNS):
            pass
    raise refusal
