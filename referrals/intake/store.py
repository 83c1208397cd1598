"""The folder of files on their way in: private, complete or absent, never forgotten.

Each is scrubbed or sealed: what it holds tells nobody of a patient.
"""

from __future__ import annotations

import io
import os
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from django.conf import settings

UNFINISHED = ".unfinished"
ORPHAN_SECONDS = 3600


class StoredFile:
    """A file being written. It has its name only once it is whole."""

    def __init__(self, *, binary: bool = False) -> None:
        settings.UPLOAD_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name = f"{uuid.uuid4().hex}.rows"
        self._unfinished = path_of(self.name + UNFINISHED)
        descriptor = os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.raw: BinaryIO = os.fdopen(descriptor, "wb")
        self._file: BinaryIO | TextIO = self.raw
        if not binary:
            self._file = io.TextIOWrapper(self.raw, encoding="utf-8", newline="")

    @property
    def text(self) -> TextIO:
        assert isinstance(self._file, io.TextIOWrapper), "A binary file is written as bytes."
        return self._file

    def finish(self) -> str:
        """Make it whole on disk under its name, and answer that."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._unfinished.rename(path_of(self.name))
        return self.name

    def abandon(self) -> None:
        # A disk that is full may refuse even the last flush.
        with suppress(OSError):
            self._file.close()
        self._unfinished.unlink(missing_ok=True)


def path_of(name: str) -> Path:
    folder: Path = settings.UPLOAD_DIR
    return folder / name


def remove(name: str) -> None:
    if name:
        path_of(name).unlink(missing_ok=True)


def remove_orphans(wanted: Iterable[str]) -> int:
    """Delete old files that no import waits for: their process was killed. Answers how many."""
    folder, kept, removed = settings.UPLOAD_DIR, set(wanted), 0
    if not folder.is_dir():
        return 0
    oldest = time.time() - ORPHAN_SECONDS
    for path in folder.iterdir():
        if path.name not in kept and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
