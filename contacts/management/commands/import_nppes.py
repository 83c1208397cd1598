"""Load the NPPES registry: `manage.py import_nppes npidata_pfile.csv --state CT`."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from contacts.models import RegistryLoad, ZipCode
from contacts.registry.load import Order, Progress, load_files
from contacts.registry.selection import Selection
from contacts.registry.vocabulary import STATE_CODES
from liaison_crm.core.errors import DomainError
from liaison_crm.core.periods import parse_iso_date, site_today

CONNECTIONS = 2
READERS = 2
WORTH_READERS_BYTES = 32 * 1024 * 1024
SOME_ROWS_REFUSED = 3
LONGEST_TAXONOMY = 10


class Command(BaseCommand):
    help = (
        "Load NPPES registry files (the official full-file CSV, either vintage). Running it twice "
        "changes nothing. Exit codes: 0 every row was read, 3 some rows were refused, 1 nothing "
        "was loaded."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        several: dict[str, Any] = {"action": "append", "default": []}
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--state", metavar="CT", help="practices in this state", **several)
        parser.add_argument("--county", metavar="09003", help="in this county (FIPS)", **several)
        parser.add_argument(
            "--taxonomy", metavar="207R", help="clinicians with a code that starts so", **several
        )
        parser.add_argument(
            "--observed-on", metavar="YYYY-MM-DD", help="the day the files were true; else today"
        )
        parser.add_argument("--refused", type=Path, metavar="FILE", help="where refused rows go")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        kept_in = settings.VAR_DIR / "refused" / f"nppes-{now:%Y%m%dT%H%M%S}.csv"
        order = Order(
            files=readable(options["files"]),
            observed_on=observed_on(options["observed_on"], today=site_today(now)),
            at=now,
            refused=options["refused"] or kept_in,
            selection=selection(options),
            readers=readers_for(options["files"]),
            connections=CONNECTIONS,
        )
        load = self.run(order)
        Console(file=self.stdout).print(summary(load.counts))  # type: ignore[arg-type]  # it writes
        if load.counts["refused"]:
            self.stdout.write(f"The refused rows are in {order.refused}")
            raise SystemExit(SOME_ROWS_REFUSED)

    def run(self, order: Order) -> RegistryLoad:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        console = Console(file=self.stderr)  # type: ignore[arg-type]  # it can be written to
        try:
            with Bars(*columns, console=console) as bars:
                return load_files(order, Shown(bars))
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal


class Shown(Progress):
    """Progress as bars on the terminal, one per step."""

    def __init__(self, bars: Bars) -> None:
        self.bars = bars
        self.bar: TaskID | None = None

    def starts(self, step: str, total: int) -> None:
        self._complete()
        self.bar = self.bars.add_task(step, total=total or None)

    def advances(self, by: int) -> None:
        assert self.bar is not None, "a step starts before it advances"
        self.bars.advance(self.bar, by)

    def _complete(self) -> None:
        if self.bar is not None:
            self.bars.update(self.bar, total=1, completed=1)


def readable(files: Iterable[Path]) -> list[Path]:
    found = list(files)
    for path in found:
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
    return found


def readers_for(files: Iterable[Path]) -> int:
    """A small file is read before other processes have started."""
    return READERS if sum(path.stat().st_size for path in files) > WORTH_READERS_BYTES else 0


def observed_on(text: str | None, *, today: date) -> date:
    if text is None:
        return today
    try:
        day = parse_iso_date(text)
    except ValidationError as mistake:
        raise CommandError(f"--observed-on: {mistake.messages[0]}") from mistake
    if day > today:
        raise CommandError("--observed-on: this day has not come yet.")
    return day


def selection(options: Mapping[str, list[str]]) -> Selection:
    """The filters, each checked: a misspelt one would silently load nothing."""
    states = frozenset(state.upper() for state in options["state"])
    if strange := states - STATE_CODES:
        raise CommandError(f"--state: there is no state {', '.join(sorted(strange))}.")
    counties = frozenset(options["county"])
    known = set(ZipCode.objects.filter(county_fips__in=counties).values_list("county_fips"))
    if strange := counties - {county for (county,) in known}:
        raise CommandError(f"--county: there is no county {', '.join(sorted(strange))}.")
    taxonomies = tuple(code.upper() for code in options["taxonomy"])
    for code in taxonomies:
        if not (code.isalnum() and code.isascii() and len(code) <= LONGEST_TAXONOMY):
            raise CommandError(f"--taxonomy: {code} cannot start a taxonomy code.")
    return Selection(states, counties, taxonomies)


def summary(counts: Mapping[str, Any]) -> Table:
    """What came of the rows, as a table."""
    table = Table(title=f"{counts['read']:,} rows read", title_justify="left", show_header=False)
    table.add_column("what")
    table.add_column("rows", justify="right")
    for name, count in counts.items():
        if name == "read":
            continue
        if isinstance(count, dict):
            for reason, rows in count.items():
                table.add_row(f"{name}: {reason}", f"{rows:,}")
        elif count:
            table.add_row(name, f"{count:,}")
    return table
