"""A byte stream as decoded blocks of whole lines, with flat memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from liaison_crm.core.csv.refusals import LineTooLong, WrongEncoding
from liaison_crm.core.csv.sniff import BOM

BLOCK_BYTES = 64 * 1024  # a block and its rows stay in the processor cache
LONGEST_LINE_BYTES = 4 * 1024 * 1024

# A newline byte is a newline in each of these, so a block can be cut before it is decoded.
ENCODINGS = {
    "utf-8": "utf-8",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
    "iso-8859-15": "iso8859-15",
    "us-ascii": "ascii",
}


@dataclass(frozen=True, slots=True)
class Block:
    text: str
    first_line: int
    is_last: bool


def blocks(stream: BinaryIO, encoding: str) -> Iterator[Block]:
    """Decoded text that ends where a line ends; the last block may end without a line end."""
    codec = ENCODINGS[encoding]
    line = 1
    for raw, is_last in _whole_lines(stream):
        text = _decoded(raw.removeprefix(BOM) if line == 1 else raw, codec, encoding, line)
        yield Block(text, line, is_last)
        line += count_lines(text)


def count_lines(text: str) -> int:
    """Line ends of every kind: newline, return, or both together."""
    returns = text.count("\r")
    return text.count("\n") + (returns - text.count("\r\n") if returns else 0)


def split_lines(text: str) -> list[str]:
    """Physical lines with their own line ends; unlike `splitlines`, at no other character."""
    return list(io.StringIO(text, newline=""))


def _whole_lines(stream: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    held = b""
    while chunk := stream.read(BLOCK_BYTES):
        held += chunk
        # A return at the very end may be the first half of a line end.
        cut = max(held.rfind(b"\n"), held.rfind(b"\r", 0, len(held) - 1)) + 1
        if cut:
            yield held[:cut], False
            held = held[cut:]
        elif len(held) > LONGEST_LINE_BYTES:
            raise LineTooLong("A line of this file does not end.", limit=LONGEST_LINE_BYTES)
    yield held, True


def _decoded(raw: bytes, codec: str, encoding: str, first_line: int) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(codec)
        line = first_line + count_lines(before)
        raise WrongEncoding(
            f"Line {line} is not {encoding}: it has the byte 0x{raw[error.start]:02x}. Save the "
            "file as CSV in UTF-8, or say which encoding it has.",
            line=line,
        ) from error
