"""The rows a load refused, in a file that can be mended and loaded again."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from contacts.registry.layout import COLUMNS
from liaison_crm.core.csv import neutralise

REASON_COLUMNS = ("Refused in", "Refused line", "Refused code", "Refused because")


class RefusedRows:
    """Made with the first refused row; without one there is no file.

    Official column names follow the reason, so a mended file is a registry file like any other.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> RefusedRows:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()

    def add(self, reason: Sequence[object], cells: Sequence[str]) -> None:
        """Keep one row: the file it stood in, the line, a code, a sentence, then its cells."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
            self._writer.writerow((*REASON_COLUMNS, *COLUMNS.names))
        self.count += 1
        self._writer.writerow([*reason, *map(neutralise, cells)])
