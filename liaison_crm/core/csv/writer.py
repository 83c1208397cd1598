"""Writing CSV that no spreadsheet runs, and that reads back as it was.

A spreadsheet takes a cell that starts with one of `=+-@`, a tab or a return for a formula.
Text like that gets an apostrophe in front (ASVS 5.0, 1.2.10), and the reader takes it off. An
apostrophe that was already there before such a start is doubled, so that reading back is exact.
Numbers that are numbers in Python are written bare: a minus belongs to them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.http import StreamingHttpResponse

TRIGGERS = "=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20"
ESCAPED = re.compile(f"'[{TRIGGERS}]")
_NEEDS_MARK = re.compile(f"'*[{TRIGGERS}]")
_MARKED = re.compile(f"'+[{TRIGGERS}]")
ROWS_AT_ONCE = 500
BOM = "\ufeff"

Cell = str | int | float | Decimal | date | datetime | bool | None


def neutralise(text: str) -> str:
    """Text that a spreadsheet shows instead of running it."""
    return f"'{text}" if _NEEDS_MARK.match(text) else text


def restore(text: str) -> str:
    """The exact inverse of `neutralise`."""
    return text[1:] if _MARKED.match(text) else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file in pieces of whole rows, every cell quoted, lines ended as RFC 4180 says.

    Every cell is quoted: a delimiter, quote or line end inside one cannot start a new cell.
    """
    held = _Held()
    writer = csv.writer(held, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_written(name) for name in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_written(cell) for cell in row])
        if number % ROWS_AT_ONCE == 0:
            yield held.take()
    yield held.take()


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """A download that starts at once and keeps memory flat."""
    return csv_download(name, csv_lines(header, rows))


def csv_download(name: str, lines: Iterator[str]) -> StreamingHttpResponse:
    """What `csv_lines` made, as a download.

    It starts with a byte order mark: without one Excel misreads every accent.
    """
    pieces = (piece.encode() for piece in _with_mark(lines))
    return StreamingHttpResponse(
        pieces,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{_safe_name(name)}.csv"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _with_mark(pieces: Iterator[str]) -> Iterator[str]:
    yield BOM
    yield from pieces


def _safe_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "export"


def _written(cell: Cell) -> str | int | float | Decimal:
    match cell:
        case str():
            return neutralise(cell)
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case date():
            return cell.isoformat()
        case _:
            return cell


class _Held:
    """What the csv module wrote since it was last taken."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def write(self, piece: str) -> None:
        self._pieces.append(piece)

    def take(self) -> str:
        taken = "".join(self._pieces)
        self._pieces.clear()
        return taken
