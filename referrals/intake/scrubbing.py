"""The file as it comes becomes a file without patient numbers, in one pass and in flat memory.

What is written holds no patient number, only its keyed hash, and nothing at all of a row that
could not be read as cells: in such a row nobody knows which cell is the number.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple, TextIO

from django.conf import settings

from liaison_crm.core.csv import Batch, RowError, open_csv
from liaison_crm.core.csv.refusals import FileTooLarge
from referrals.intake.columns import COLUMNS, KEPT

# Where the keyed hash stands in a good row, this stands in one that was refused while reading.
UNREADABLE = "!"
ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
UNESCAPES = {escaped: plain for plain, escaped in ESCAPES.items()}
_ESCAPE = str.maketrans(ESCAPES)
_ESCAPED = re.compile(r"\\.")

Progress = Callable[[int], None]


class StoredRow(NamedTuple):
    """One row of a scrubbed file: its line, and either cells or why there are none."""

    line: int
    patient_key: str
    cells: list[str]
    code: str = ""
    reason: str = ""


def scrub(
    stream: BinaryIO,
    out: TextIO,
    *,
    encoding: str = "utf-8",
    most_rows: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the rows without patient numbers; answer how many rows there are.

    Raises `CsvRefused` as soon as the file as a whole cannot be read.
    """
    patient_key = patient_hasher()
    rows = 0
    for batch in open_csv(stream, COLUMNS, encoding=encoding):
        rows += len(batch.rows) + len(batch.errors)
        if most_rows is not None and rows > most_rows:
            raise FileTooLarge(f"This file has more than {most_rows:,} rows.", limit=most_rows)
        out.writelines(scrubbed_lines(batch, patient_key))
        if progress:
            progress(rows)
    return rows


def stored_rows(lines: TextIO) -> Iterator[StoredRow]:
    """Read back what `scrub` wrote."""
    for text in lines:
        line, key, *cells = text[:-1].split("\t")
        if "\\" in text:
            cells = [_unescaped(cell) for cell in cells]
        if key == UNREADABLE:
            code, reason, *kept = cells
            yield StoredRow(int(line), "", kept, code, reason)
        else:
            yield StoredRow(int(line), key, cells)


def patient_hasher() -> Callable[[str], str]:
    """HMAC-SHA256 under the site's key, in hex; nothing for a cell that is empty."""
    started = hmac.new(base64.b64decode(settings.PATIENT_KEY), digestmod="sha256")

    def patient_key(cell: str) -> str:
        number = cell.strip()
        if not number:
            return ""
        mac = started.copy()
        mac.update(number.encode())
        return mac.hexdigest()

    return patient_key


def scrubbed_lines(batch: Batch, patient_key: Callable[[str], str]) -> Iterator[str]:
    width = len(KEPT)
    for line, cells in batch:
        kept = cells[:width]
        text = "\t".join(kept)
        if not _is_plain(text, width):
            text = "\t".join(cell.translate(_ESCAPE) for cell in kept)
        yield f"{line}\t{patient_key(cells[-1])}\t{text}\n"
    for error in batch.errors:
        yield refused_line(error)


def _is_plain(text: str, cells: int) -> bool:
    """No cell holds a character that needs escaping; the tabs are those between cells."""
    return (
        "\\" not in text and "\n" not in text and "\r" not in text and text.count("\t") == cells - 1
    )


def refused_line(error: RowError, kept: Sequence[str] = ()) -> str:
    """Why a row is refused, and those of its cells that somebody has told from the patient's."""
    told = "\t".join(text.translate(_ESCAPE) for text in (error.code, error.message, *kept))
    return f"{error.line}\t{UNREADABLE}\t{told}\n"


def _unescaped(cell: str) -> str:
    return _ESCAPED.sub(lambda found: UNESCAPES[found[0]], cell)
