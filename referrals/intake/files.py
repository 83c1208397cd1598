"""A file on this machine: surveyed, scrubbed and stored like one that came through the web."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from liaison_crm.core.csv import survey
from referrals.intake.scrubbing import Progress, scrub
from referrals.intake.store import StoredFile


@dataclass(frozen=True)
class Sizes:
    sha256: str
    bytes: int
    records: int


def measure(path: Path) -> Sizes:
    """Which file it is and how big, without reading what it says."""
    with path.open("rb") as stream:
        found = survey(stream)
    return Sizes(found.sha256, found.bytes, found.records)


def store_scrubbed(path: Path, *, encoding: str, progress: Progress | None) -> tuple[str, int]:
    """The name under which the scrubbed file is stored, and its rows."""
    stored = StoredFile()
    try:
        with path.open("rb") as stream:
            rows = scrub(stream, stored.text, encoding=encoding, progress=progress)
        return stored.finish(), rows
    except BaseException:
        stored.abandon()
        raise
