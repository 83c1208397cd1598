"""Load registry files into the directory.

    read and clean -> COPY into staging -> drop what is known -> organisations and practices
    -> clinicians, chunk by chunk, on as many connections as are worth it

Practices are one transaction and every chunk of clinicians is another. A load that is killed leaves
whole clinicians behind; run again, it takes them for the same and finishes the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AccessLog
from accounts.services import log_access
from contacts import hooks
from contacts.corrections.settling import settle_confirmed
from contacts.errors import LoadRunning
from contacts.models import RegistryLoad
from contacts.registry.known import filter_for
from contacts.registry.people import merge_people
from contacts.registry.places import merge_places
from contacts.registry.readers import Readers, reading_processes
from contacts.registry.reading import Outcome, pieces, refuse_as_a_whole, refuse_unreadable
from contacts.registry.refused import RefusedRows
from contacts.registry.selection import Selection
from contacts.registry.staging import (
    COLUMNS,
    chunks_left,
    copying,
    count_directory,
    staging_tables,
    thin_out,
)
from liaison_crm.core.csv import CsvRefused
from liaison_crm.core.errors import DomainError

LOAD_LOCK = 0x4E505045  # "NPPE"
LONGEST_ERROR = 300
STAGED_COLUMNS = ", ".join(COLUMNS)


class Progress:
    """Hears how far a load is. This one keeps it to itself."""

    def starts(self, step: str, total: int) -> None:
        """A new step begins; its `advances` will add up to the total."""

    def advances(self, by: int) -> None:
        """So much of the step is done."""


@dataclass(frozen=True)
class Order:
    """What one load is to do."""

    files: Sequence[Path]
    observed_on: date
    at: datetime
    refused: Path
    selection: Selection = field(default_factory=Selection)
    # Processes that read beside this one, and connections that merge beside each other.
    readers: int = 0
    connections: int = 1


def load_files(order: Order, progress: Progress | None = None) -> RegistryLoad:
    """Run one load, alone, and return its line in the ledger."""
    with refusals_logged(order):
        refuse_unreadable(order.files)
    with only_load():
        ledger = begin(order)
        with failing(ledger), audited(ledger):
            counts = Loading(order, ledger, progress or Progress()).run()
        finish(ledger, counts)
        with transaction.atomic():
            hooks.directory_grew()
    return ledger


@contextmanager
def refusals_logged(order: Order) -> Iterator[None]:
    """A file that is refused as a whole leaves a line in the access log."""
    try:
        yield
    except DomainError as refusal:
        log_access(
            AccessLog.Action.IMPORT_REFUSED,
            at=order.at,
            subject="NPPES registry",
            detail={"files": [path.name for path in order.files], "code": refusal.code},
        )
        raise


@contextmanager
def only_load() -> Iterator[None]:
    """Hold the lock of all registry loads. It goes with the connection, however we end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOAD_LOCK])
        (is_ours,) = cursor.fetchone()
        if not is_ours:
            raise LoadRunning("Another registry load is running. Wait until it has ended.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOAD_LOCK])


def audited(ledger: RegistryLoad) -> pghistory.context:
    """Every row of the audit trail written inside names the load."""
    return pghistory.context(command="import_nppes", load=ledger.pk)


def begin(order: Order) -> RegistryLoad:
    """Write the line in the ledger. One still running is a load that was killed."""
    states = RegistryLoad.State
    RegistryLoad.objects.filter(state=states.RUNNING).update(
        state=states.FAILED,
        error="Stopped before its end. The next load of the same files finishes it.",
        finished_at=order.at,
    )
    return RegistryLoad.objects.create(
        files=[{"name": path.name, "bytes": path.stat().st_size} for path in order.files],
        filters=order.selection.as_json(),
        observed_on=order.observed_on,
        started_at=order.at,
    )


@contextmanager
def failing(ledger: RegistryLoad) -> Iterator[None]:
    """Whatever ends the load early is told in the ledger, and goes on to the caller."""
    try:
        yield
    except BaseException as error:
        ledger.state = RegistryLoad.State.FAILED
        ledger.error = (str(error) or type(error).__name__)[:LONGEST_ERROR]
        ledger.finished_at = timezone.now()
        ledger.save(update_fields=["state", "error", "finished_at"])
        raise


def finish(ledger: RegistryLoad, counts: dict[str, object]) -> None:
    ledger.state = RegistryLoad.State.DONE
    ledger.counts = counts
    ledger.finished_at = timezone.now()
    ledger.save(update_fields=["state", "counts", "finished_at"])
    log_access(
        AccessLog.Action.IMPORT,
        at=ledger.finished_at,
        subject="NPPES registry",
        detail={"load": ledger.pk, "rows": counts["read"]},
    )


class Loading:
    """One load on its way."""

    def __init__(self, order: Order, ledger: RegistryLoad, progress: Progress) -> None:
        self.order = order
        self.ledger = ledger
        self.progress = progress
        self.read = 0
        self.skipped: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.chunks_merged = 0

    def run(self) -> dict[str, object]:
        """Read, merge, and say what came of the rows."""
        with staging_tables():
            self.stage()
            self.settle_corrections()
            count_directory()
            left_out = thin_out(observed_on=self.order.observed_on)
            self.done["same"] = left_out.pop("same")
            self.skipped += left_out
            self.progress.starts("Placing practices", 0)
            self.done += merge_places(observed_on=self.order.observed_on, at=self.order.at)
            count_directory()
            self.merge_chunks(chunks_left())
        return {
            "read": self.read,
            "skipped": dict(sorted(self.skipped.items())),
            "refused": dict(sorted(self.refused.items())),
            **dict(self.done),
        }

    def settle_corrections(self) -> None:
        settled = settle_confirmed(
            self.ledger, observed_on=self.order.observed_on, at=self.order.at
        )
        if settled:
            self.done["corrections confirmed"] = settled

    def stage(self) -> None:
        """Copy what the files hold and the filters take into the staging table."""
        choice = filter_for(self.order.selection)
        self.progress.starts("Reading", sum(path.stat().st_size for path in self.order.files))
        with (
            RefusedRows(self.order.refused) as refused,
            reading_processes(self.order.readers, choice) as readers,
        ):
            for path in self.order.files:
                try:
                    self.stage_file(path, readers, refused)
                except CsvRefused as refusal:
                    refuse_as_a_whole(path, refusal)

    def stage_file(self, path: Path, readers: Readers, refused: RefusedRows) -> None:
        with path.open("rb") as stream, copying("registry_staged", STAGED_COLUMNS) as copy:
            for piece, outcome in readers.outcomes(pieces(stream)):
                copy.write(outcome.staged)
                self.keep(path.name, outcome, refused)
                self.progress.advances(len(piece.rows))

    def keep(self, name: str, outcome: Outcome, refused: RefusedRows) -> None:
        """Count what was read and left out, and write the refused rows to their file."""
        self.read += outcome.read
        self.skipped += outcome.skipped
        for line, why, cells in outcome.refused:
            self.refused[why.code] += 1
            refused.add((name, line, why.code, why.message), cells)

    def merge_chunks(self, chunks: Sequence[range]) -> None:
        self.progress.starts("Merging clinicians", len(chunks))
        if self.order.connections == 1:
            for chunk in chunks:
                self.note(self.merge(chunk))
            return
        with ThreadPoolExecutor(self.order.connections) as pool:
            try:
                for counts in pool.map(self.merge_apart, chunks):
                    self.note(counts)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def merge(self, chunk: range) -> Counter[str]:
        return merge_people(chunk, observed_on=self.order.observed_on, at=self.order.at)

    def merge_apart(self, chunk: range) -> Counter[str]:
        """In a thread of the pool, on a connection of its own."""
        try:
            with audited(self.ledger):
                return self.merge(chunk)
        finally:
            connection.close()

    def note(self, counts: Counter[str]) -> None:
        self.done += counts
        self.progress.advances(1)
        self.chunks_merged += 1
        # After the first, the second, the fourth ...: each time they have doubled.
        if self.chunks_merged.bit_count() == 1:
            count_directory()
