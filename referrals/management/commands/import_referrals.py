"""Take a file of referrals: `manage.py import_referrals referrals.csv --source ehr`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from liaison_crm.core.errors import DomainError
from referrals import services
from referrals.by_hand.source import BY_HAND
from referrals.errors import AlreadyImported
from referrals.intake import Pulse
from referrals.models import IntakeBatch, Source

LOOK_SECONDS = 0.5
TOLD = {
    "rows_read": "read",
    "rows_new": "new",
    "rows_changed": "changed",
    "rows_same": "same",
    "rows_repeated": "repeated",
    "rows_refused": "refused",
    "rows_waiting": "waiting",
    "rows_held_back": "held back",
}


class Command(BaseCommand):
    help = (
        "Take a file of referrals in the canonical CSV (docs/referrals.md). A file is taken once, "
        "and rows that are there already change nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--source", required=True, metavar="CODE", help="the feed it is from")
        parser.add_argument("--encoding", default="utf-8", help="if it is not UTF-8")
        parser.add_argument("--refused", type=Path, metavar="FILE", help="write refused rows here")
        parser.add_argument(
            "--create-missing",
            action="store_true",
            help="make the source, service lines and destinations that are not there yet",
        )
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument(
            "--all-or-nothing",
            dest="mode",
            action="store_const",
            const=IntakeBatch.Mode.ALL_OR_NOTHING,
            default=IntakeBatch.Mode.ALL_OR_NOTHING,
            help="one refused row keeps the good ones out as well (the default)",
        )
        mode.add_argument(
            "--per-row",
            dest="mode",
            action="store_const",
            const=IntakeBatch.Mode.PER_ROW,
            help="take every good row",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = named_source(options["source"], create=options["create_missing"])
        terms = services.Terms(
            mode=options["mode"],
            create_missing=options["create_missing"],
            encoding=options["encoding"],
        )
        try:
            with progress() as watch:
                batch = services.import_file(
                    options["file"], source=source, terms=terms, at=timezone.now(), watch=watch
                )
        except AlreadyImported as refusal:
            self.stdout.write(f"{refusal} 0 rows taken.")
            return
        except (DomainError, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.report(batch, options["refused"])

    def report(self, batch: IntakeBatch, refused: Path | None) -> None:
        counts = ", ".join(f"{getattr(batch, name):,} {word}" for name, word in TOLD.items())
        self.stdout.write(f"Import {batch.pk}: {counts}.")
        if batch.rows_refused and refused:
            with refused.open("w", encoding="utf-8", newline="") as file:
                file.writelines(services.refused_csv(batch))
            self.stdout.write(f"The refused rows are in {refused}.")
        if batch.state != IntakeBatch.State.DONE:
            raise CommandError(batch.error or f"The import is {batch.get_state_display().lower()}.")


def named_source(code: str, *, create: bool) -> Source:
    source: Source | None = Source.objects.feeds().filter(code=code).first()
    if source is None and create and code != BY_HAND:
        source = Source(code=code, name=code, time_zone=settings.SITE_TIME_ZONE)
        try:
            source.full_clean()
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        source.save()
    if source is None:
        known = ", ".join(Source.objects.feeds().values_list("code", flat=True)) or "none yet"
        raise CommandError(f"There is no source with this code. Known: {known}.")
    return source


@contextmanager
def progress() -> Iterator[services.Watch]:
    """Two bars on the terminal: reading, then taking."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    ended = threading.Event()
    with bars:
        reading = bars.add_task("Reading", total=None)
        watchers: list[threading.Thread] = []

        def look(pulse: Pulse) -> None:
            rows = pulse.batch.rows_read
            bars.update(reading, completed=rows, total=rows)
            taking = bars.add_task("Taking", total=rows)
            while not ended.wait(LOOK_SECONDS):
                bars.update(taking, completed=pulse.rows_done)
            bars.update(taking, completed=rows)

        def loading(pulse: Pulse) -> None:
            watchers.append(threading.Thread(target=look, args=(pulse,), daemon=True))
            watchers[-1].start()

        try:
            yield services.Watch(
                scrubbed=lambda rows: bars.update(reading, completed=rows), loading=loading
            )
        finally:
            ended.set()
            for watcher in watchers:
                watcher.join()
