"""The bytes of one upload on their way through a thread that scrubs them."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import BinaryIO, Protocol, cast

from django.conf import settings

from liaison_crm.core.csv import CsvRefused
from liaison_crm.core.csv.refusals import FileTooLarge
from liaison_crm.core.errors import DomainError
from referrals.errors import UploadNotStored
from referrals.intake.scrubbing import scrub
from referrals.intake.sealing import Sealed
from referrals.intake.store import StoredFile, remove

logger = logging.getLogger(__name__)

CHUNKS_AHEAD = 8
END = b""


class Pipe:
    """What the reader of a file sees of bytes that are still coming. It may go back to the start
    as long as it has only looked at that."""

    REMEMBERED = 64 * 1024

    def __init__(self) -> None:
        self.chunks: Queue[bytes] = Queue(maxsize=CHUNKS_AHEAD)
        self._held = bytearray()
        self._start = b""
        self._at = 0
        self._has_ended = False

    def put(self, chunk: bytes) -> None:
        self.chunks.put(chunk)

    def read(self, size: int) -> bytes:
        while len(self._held) < size and not self._has_ended:
            self._fetch()
        taken = bytes(self._held[:size])
        del self._held[:size]
        self._at += len(taken)
        if self._at <= self.REMEMBERED:
            self._start += taken
        return taken

    def tell(self) -> int:
        return self._at

    def seek(self, at: int) -> None:
        if at or self._at > self.REMEMBERED:
            raise OSError("These bytes came and went.")
        self._held[:0] = self._start
        self._start, self._at = b"", 0

    def drain(self) -> None:
        """Take and drop whatever still comes, so that nobody waits for room."""
        while not self._has_ended:
            self._held.clear()
            self._fetch()

    def _fetch(self) -> None:
        chunk = self.chunks.get()
        self._has_ended = chunk == END
        self._held += chunk


class Arriving(Protocol):
    """One file as it comes in. After `end` it is stored whole, or `refusal` says why not."""

    size: int
    rows: int
    stored_as: str
    key: bytes
    refusal: DomainError | None

    @property
    def sha256(self) -> str: ...

    def put(self, chunk: bytes) -> None: ...

    def end(self) -> None: ...

    def discard(self, refusal: DomainError | None = None) -> None: ...


class Arrival:
    """A file in our own columns, scrubbed while it comes."""

    key = b""

    def __init__(self) -> None:
        self.size = 0
        self.rows = 0
        self.stored_as = ""
        self.refusal: DomainError | None = None
        self._digest = hashlib.sha256()
        self._pipe = Pipe()
        self._thread = threading.Thread(target=self._scrub, name="upload", daemon=True)
        self._thread.start()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def put(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > settings.IMPORT_MAX_BYTES:
            return
        self._digest.update(chunk)
        self._pipe.put(chunk)

    def end(self) -> None:
        self._stop()
        if self.size > settings.IMPORT_MAX_BYTES:
            self.discard(too_large())

    def discard(self, refusal: DomainError | None = None) -> None:
        """Forget the file. What is left of it may look wrong in other ways: this reason stands."""
        self._stop()
        self.refusal = refusal or self.refusal
        remove(self.stored_as)
        self.stored_as = ""

    def _stop(self) -> None:
        if self._thread.is_alive():
            self._pipe.put(END)
            self._thread.join()

    def _scrub(self) -> None:
        try:
            stored = StoredFile()
            try:
                self.rows = scrub(
                    cast(BinaryIO, self._pipe), stored.text, most_rows=settings.IMPORT_MAX_ROWS
                )
                self.stored_as = stored.finish()
            except BaseException:
                stored.abandon()
                raise
        except CsvRefused as refusal:
            self.refusal = refusal
        except OSError as error:
            logger.exception("An upload could not be stored")
            self.refusal = not_stored(error)
        finally:
            self._pipe.drain()


class SealedArrival:
    """Any file, sealed while it comes: nobody knows yet what in it is the patient's."""

    def __init__(self) -> None:
        self.size = 0
        self.rows = 0
        self.stored_as = ""
        self.refusal: DomainError | None = None
        self._digest = hashlib.sha256()
        self._sealed: Sealed | None = None
        self.key = b""
        with self._noting_the_disk():
            self._sealed = Sealed()
            self.key = self._sealed.key

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def put(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > settings.IMPORT_MAX_BYTES or self.refusal or self._sealed is None:
            return
        self._digest.update(chunk)
        with self._noting_the_disk():
            self._sealed.put(chunk)

    def end(self) -> None:
        if self.size > settings.IMPORT_MAX_BYTES:
            self.discard(too_large())
        elif self.refusal is None and self._sealed is not None:
            with self._noting_the_disk():
                self.stored_as = self._sealed.finish()

    def discard(self, refusal: DomainError | None = None) -> None:
        self.refusal = refusal or self.refusal
        if self._sealed is not None:
            self._sealed.abandon()
        remove(self.stored_as)
        self.stored_as = ""

    @contextmanager
    def _noting_the_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            logger.exception("An upload could not be stored")
            self.discard(not_stored(error))


def too_large() -> FileTooLarge:
    limit = settings.IMPORT_MAX_BYTES
    return FileTooLarge(f"This file has more than {limit:,} bytes.", limit=limit)


def not_stored(error: OSError) -> UploadNotStored:
    refusal = UploadNotStored("The file could not be stored. Try again later.")
    refusal.__cause__ = error
    return refusal
