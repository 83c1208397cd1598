"""How big a file is, and which one, in a single quick pass that parses nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from liaison_crm.core.csv.refusals import FileTooLarge

CHUNK_BYTES = 1024 * 1024
_NO_MARKS = bytes(set(range(256)) - set(b'"\r\n'))


@dataclass(frozen=True, slots=True)
class Survey:
    """`records` counts line ends outside quotes: the header, blank lines and rows."""

    bytes: int
    records: int
    sha256: str


def survey(
    stream: BinaryIO, *, most_bytes: int | None = None, most_rows: int | None = None
) -> Survey:
    """Read the stream from where it stands and go back there; refuse it once it is too large."""
    at = stream.tell()
    digest, size, records = hashlib.sha256(), 0, _RecordCount()
    while chunk := stream.read(CHUNK_BYTES):
        digest.update(chunk)
        size += len(chunk)
        records.add(chunk)
        _refuse_beyond(size, most_bytes, "This file has more than {} bytes.")
        # One more for the header; the count must not refuse a file that is just full.
        _refuse_beyond(records.total - 1, most_rows, "This file has more than {} rows.")
    stream.seek(at)
    _refuse_beyond(records.final() - 1, most_rows, "This file has more than {} rows.")
    return Survey(size, records.final(), digest.hexdigest())


def _refuse_beyond(count: int, most: int | None, sentence: str) -> None:
    if most is not None and count > most:
        raise FileTooLarge(sentence.format(f"{most:,}"), limit=most)


class _RecordCount:
    """Counts line ends outside quotes, with no regard to what else is in the file."""

    def __init__(self) -> None:
        self.total = 0
        self._in_quotes = False
        self._last = b""

    def add(self, chunk: bytes) -> None:
        # A return and newline cut apart by the chunk's end are one line end.
        if self._last == b"\r" and chunk.startswith(b"\n") and not self._in_quotes:
            self.total -= 1
        self._last = chunk[-1:]
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n")
        # Quotes next to each other, once all else is gone, open and close with nothing between.
        marks = chunk.translate(None, _NO_MARKS).replace(b'""', b"")
        pieces = marks.split(b'"')
        self.total += sum(map(len, pieces[1 if self._in_quotes else 0 :: 2]))
        if len(pieces) % 2 == 0:
            self._in_quotes = not self._in_quotes

    def final(self) -> int:
        ended = not self._last or self._last in b"\r\n"
        return self.total + (0 if ended else 1)
