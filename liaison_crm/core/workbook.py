"""Excel workbooks, read row by row: nothing is run, unpacked to disk or held as a whole.

A workbook is a ZIP archive, so it is looked at before anything of it is unpacked: how many
members, how large, how tightly packed. Cells come as text; a formula as the value that was saved
with it, a date as a date.
"""

from __future__ import annotations

import itertools
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from liaison_crm.core.csv.refusals import CsvRefused, EmptyFile, FileTooLarge

MOST_MEMBERS = 1_000
MOST_BYTES = 1024 * 1024 * 1024
MOST_SHARED_BYTES = 128 * 1024 * 1024
HIGHEST_RATIO = 100
# Small parts of a workbook are packed tightly for good reasons.
SMALL_BYTES = 1024 * 1024
MOST_CELLS = 512
LAST_ROW = 1_048_576
EXACT_BELOW = 10**15
ENCRYPTED = 0x1
ERRORS = frozenset(
    ("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!", "#GETTING_DATA")
)
BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, KeyError, ValueError, TypeError,
    AttributeError, IndexError, NotImplementedError, EOFError, OSError, SyntaxError,
    AssertionError, OverflowError, RuntimeError,
)  # fmt: skip

Cell = str | datetime | date | time


class NotAWorkbook(CsvRefused):
    """An archive of another kind, or a workbook that is damaged or locked."""

    code = "not_workbook"
    http_status = 415


class NoSuchSheet(CsvRefused):
    code = "no_such_sheet"


def is_archive(start: bytes) -> bool:
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def refuse_unsafe(stream: BinaryIO) -> None:
    """Raise unless this archive is a workbook of a size that can be read; unpacks nothing."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except BROKEN as error:
        raise NotAWorkbook("This archive is damaged, or it is no Excel workbook.") from error
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise NotAWorkbook("This is an archive, not an Excel workbook.")
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise NotAWorkbook("This workbook is locked with a password. Save it without one.")
    if len(names) < len(members) or any(_leads_out(name) for name in names):
        raise NotAWorkbook("This archive is not built as Excel builds a workbook.")
    _refuse_bombs(members)
    stream.seek(0)


def as_text(cell: Cell) -> str:
    """A date as ISO 8601 writes it, whatever it looks like in the sheet."""
    return cell if isinstance(cell, str) else cell.isoformat()


def sheet_names(stream: BinaryIO) -> list[str]:
    with _workbook(stream) as book:
        return [sheet.title for sheet in _sheets(book)]


def sheet_rows(stream: BinaryIO, sheet: str = "") -> Iterator[tuple[int, list[Cell]]]:
    """Each row of the named or the first sheet that says anything, with its number in Excel."""
    with _workbook(stream) as book:
        found = [one for one in _sheets(book) if not sheet or one.title == sheet]
        if not found:
            raise NoSuchSheet("This workbook has no such sheet.")
        found[0].reset_dimensions()
        rows = found[0].iter_rows(values_only=True)
        for number in itertools.count(1):
            try:
                values = next(rows, None)
            except BROKEN as error:
                raise NotAWorkbook(f"Row {number} of this workbook is damaged.") from error
            if values is None:
                return
            if number > LAST_ROW:
                raise FileTooLarge("This sheet has more rows than Excel allows.", limit=LAST_ROW)
            if cells := _cells(values):
                yield number, cells


def _refuse_bombs(members: Sequence[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or total > MOST_BYTES:
        raise FileTooLarge("This workbook is too large. Send it as CSV.", limit=MOST_BYTES)
    for member in members:
        packed = max(1, member.compress_size)
        if member.file_size > SMALL_BYTES and member.file_size / packed > HIGHEST_RATIO:
            raise FileTooLarge(
                "This workbook is packed too tightly to be read safely. Send it as CSV.",
                limit=HIGHEST_RATIO,
            )
        if member.filename != "xl/sharedStrings.xml":
            continue
        if member.file_size > MOST_SHARED_BYTES:
            raise FileTooLarge(
                "This workbook has too much text. Send it as CSV.", limit=MOST_SHARED_BYTES
            )


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts


@contextmanager
def _workbook(stream: BinaryIO) -> Iterator[Workbook]:
    stream.seek(0)
    try:
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except BROKEN as error:
        raise NotAWorkbook("This workbook is damaged. Save it anew, or send CSV.") from error
    try:
        yield book
    finally:
        book.close()


def _sheets(book: Workbook) -> list[Any]:
    """Sheets with cells, without those that are charts. The library's types do not tell them."""
    every: list[Any] = list(book.worksheets)
    sheets = [one for one in every if isinstance(one, ReadOnlyWorksheet)]
    if not sheets:
        raise EmptyFile("This workbook has no sheet with cells.")
    return sheets


def _cells(values: Sequence[object]) -> list[Cell]:
    """Cells without the empty ones at the end."""
    cells = [_cell(value) for value in values[:MOST_CELLS]]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _cell(value: object) -> Cell:
    match value:
        case None:
            return ""
        case str() | datetime() | date() | time():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < EXACT_BELOW:
            return str(int(value))
        case _:
            return str(value)
