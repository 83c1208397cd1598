"""The first look at a file: what kind it is and what its header says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from liaison_crm.core import workbook
from liaison_crm.core.csv import survey
from liaison_crm.core.csv.blocks import BLOCK_BYTES, ENCODINGS
from liaison_crm.core.csv.header import column_key, header_cells
from liaison_crm.core.csv.refusals import BrokenHeader, EmptyFile, WrongColumns, WrongEncoding
from liaison_crm.core.csv.sniff import BOM, SNIFFED_BYTES, refuse_other_kinds
from liaison_crm.core.text import shown
from referrals.intake.columns import COLUMNS
from referrals.models import HeaderMap, SealedFile

Kind = SealedFile.Kind
LONGEST_HEADER_BYTES = BLOCK_BYTES
MOST_COLUMNS = workbook.MOST_CELLS
DELIMITERS = [str(delimiter) for delimiter in HeaderMap.Delimiter.values]


@dataclass(frozen=True)
class Head:
    """The header of a file: its names, and the fingerprint by which it is known again."""

    names: tuple[str, ...]
    fingerprint: str


def kind_of(stream: BinaryIO) -> SealedFile.Kind:
    """What the file is by its content, or why it is refused before anything of it is read."""
    start = stream.read(SNIFFED_BYTES)
    stream.seek(0)
    if workbook.is_archive(start):
        workbook.refuse_unsafe(stream)
        return Kind.XLSX
    refuse_other_kinds(start)
    survey(stream, most_rows=settings.IMPORT_MAX_ROWS)
    return Kind.CSV


def head_of(
    stream: BinaryIO,
    kind: str,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    sheet: str = "",
) -> Head:
    stream.seek(0)
    if kind == Kind.XLSX:
        names = _first_row(stream, sheet)
        head = Head(names, _digest("\x1f".join(names).encode()))
    else:
        line, number = _first_line(stream)
        head = Head(_names(line, number, delimiter, encoding), _digest(line))
    if len(head.names) > MOST_COLUMNS:
        raise BrokenHeader(f"The header has more than {MOST_COLUMNS} columns.", line=1)
    if not any(head.names):
        raise EmptyFile("The header of this file has no names.", line=1)
    stream.seek(0)
    return head


def is_canonical(head: Head) -> bool:
    """Whether these are our own columns, so that nobody has to say what they mean."""
    names = [column_key(name) for name in head.names]
    return (
        len(set(names)) == len(names)
        and set(names) <= set(COLUMNS.names)
        and set(COLUMNS.required) <= set(names)
    )


def missing_from(head: Head, wanted: list[str]) -> WrongColumns | None:
    """The refusal of a match that speaks of columns the file does not have, or has twice."""
    names = [column_key(name) for name in head.names]
    lacking = [name for name in wanted if names.count(column_key(name)) != 1]
    if not lacking:
        return None
    return WrongColumns(missing=[shown(name) for name in lacking], unknown=[], meant={})


def _first_row(stream: BinaryIO, sheet: str) -> tuple[str, ...]:
    for _, cells in workbook.sheet_rows(stream, sheet):
        return tuple(workbook.as_text(cell).strip() for cell in cells)
    raise EmptyFile("This sheet is empty.")


def _first_line(stream: BinaryIO) -> tuple[bytes, int]:
    """The first line that says anything, and its number."""
    start = stream.read(LONGEST_HEADER_BYTES).removeprefix(BOM)
    lines = start.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            if number == len(lines) and len(start) >= LONGEST_HEADER_BYTES - len(BOM):
                raise BrokenHeader("The header of this file does not end.", line=number)
            return line, number
    raise EmptyFile("This file is empty.")


def _names(line: bytes, number: int, delimiter: str, encoding: str) -> tuple[str, ...]:
    try:
        text = line.decode(ENCODINGS[encoding])
    except UnicodeDecodeError as error:
        raise WrongEncoding(
            f"Line {number} is not {encoding}: say which encoding the file has.", line=number
        ) from error
    return tuple(name.strip() for name in header_cells(text, number, delimiter))


def _digest(header: bytes) -> str:
    """The same for one header, however its letters are cased and its names are spaced."""
    return hashlib.sha256(b" ".join(header.lower().split())).hexdigest()
