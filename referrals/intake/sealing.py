"""A file on its way in that nobody can read but by a key that is elsewhere.

It is cut into pieces, each encrypted and authenticated by itself (AES-256-GCM), so that a reader
may go to any place in it: a workbook is read from its end. A key serves one file, and the number
of a piece is its nonce.
"""

from __future__ import annotations

import io
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referrals.errors import FileLost
from referrals.intake.store import StoredFile, path_of

PIECE_BYTES = 64 * 1024
TAG_BYTES = 16
KEY_BYTES = 32
LOST = "The file of this import is gone. Send it again."


class Sealed:
    """Bytes that are put away sealed, piece by piece."""

    def __init__(self) -> None:
        self.key = secrets.token_bytes(KEY_BYTES)
        self._file = StoredFile(binary=True)
        self._cipher = AESGCM(self.key)
        self._held = bytearray()
        self._pieces = 0

    def put(self, chunk: bytes) -> None:
        self._held += chunk
        while len(self._held) >= PIECE_BYTES:
            self._write(bytes(self._held[:PIECE_BYTES]))
            del self._held[:PIECE_BYTES]

    def finish(self) -> str:
        if self._held:
            self._write(bytes(self._held))
        return self._file.finish()

    def abandon(self) -> None:
        self._file.abandon()

    def _write(self, piece: bytes) -> None:
        self._file.raw.write(self._cipher.encrypt(_nonce(self._pieces), piece, None))
        self._pieces += 1


def open_sealed(name: str, key: bytes) -> io.BufferedReader:
    """The plain bytes, from any place of it, none of them on the disk."""
    return io.BufferedReader(SealedBytes(path_of(name), key), PIECE_BYTES)


class SealedBytes(io.RawIOBase):
    def __init__(self, path: Path, key: bytes) -> None:
        super().__init__()
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise FileLost(LOST) from error
        self._cipher = AESGCM(key)
        pieces, rest = divmod(path.stat().st_size, PIECE_BYTES + TAG_BYTES)
        self._size = pieces * PIECE_BYTES + max(0, rest - TAG_BYTES)
        self._at = 0
        self._piece: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, start = divmod(self._at, PIECE_BYTES)
        if self._at >= self._size:
            return 0
        found = self._read_piece(number)[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _read_piece(self, number: int) -> bytes:
        if self._piece[0] != number:
            self._file.seek(number * (PIECE_BYTES + TAG_BYTES))
            sealed = self._file.read(PIECE_BYTES + TAG_BYTES)
            try:
                plain = self._cipher.decrypt(_nonce(number), sealed, None)
            except InvalidTag as error:
                raise FileLost(LOST) from error
            self._piece = (number, plain)
        return self._piece[1]


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
