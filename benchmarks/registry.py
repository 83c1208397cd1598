"""Loading the registry: the official layout, repeated with fresh NPIs to a million rows."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from rich.console import Console

from benchmarks import world
from benchmarks.table import Row, run_measured
from contacts.models import Organization, Physician
from liaison_crm.core.npi import check_digit

ROWS = 1_000_000
ROWS_PER_SECOND = 15_000
MEGABYTES = 300
SHIPPED = Path(__file__).parent.parent / "tests" / "data" / "nppes"
# Steps through every number once before it repeats, in no order an index would like.
NUMBERS, STRIDE = 100_000_000, 61_803_399


def measure(console: Console, *, quick: bool = False) -> list[Row]:
    """A first load from nothing, with indexes, constraints and the audit trail in place."""
    wanted = 40_000 if quick else ROWS
    path = Path(settings.VAR_DIR) / "bench" / "nppes.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    console.log(f"Writing {wanted:,} rows of the official layout")
    source = write_repeated(path, wanted)
    world.start_anew()
    seconds, megabytes = run_measured([sys.executable, "manage.py", "import_nppes", str(path)])
    path.unlink()
    found = Physician.objects.count() + Organization.objects.count()
    if found < wanted * 0.9:
        raise RuntimeError(f"Only {found:,} of {wanted:,} rows became records.")
    speed = wanted / seconds
    console.log(f"{seconds:.1f} s, {megabytes:.0f} MB")
    name = f"Registry load of {wanted:,} rows ({source})"
    return [
        Row(
            name,
            f"{seconds:.1f} s",
            "the bar",
            speed,
            ROWS_PER_SECOND,
            unit="rows/s",
            more_is_better=True,
        ),
        Row(name, f"{megabytes:.0f} MB", "the bar", megabytes, MEGABYTES, unit="MB"),
    ]


def write_repeated(path: Path, wanted: int) -> str:
    """The rows of the sample over and over, each time under new NPIs; where they came from."""
    folder, source = sample()
    header, rows = sample_rows(folder)
    with path.open("w", encoding="utf-8", newline="") as target:
        target.write(header)
        numbers = fresh_npis()
        for count in range(wanted):
            target.write(f'"{next(numbers)}{rows[count % len(rows)]}')
    return source


def sample() -> tuple[Path, str]:
    """The real Connecticut file where the sample data is at hand, else the extract we ship."""
    if folder := os.environ.get("LIAISON_SAMPLE_DATA"):
        return Path(folder) / "nppes_ct_2018", "Connecticut's file repeated"
    return SHIPPED, "the shipped extract repeated"


def sample_rows(folder: Path) -> tuple[str, list[str]]:
    """The header line, and what follows the NPI in every row, as the file quotes it."""
    names = ("practitioner.csv", "organization.csv")
    texts = [(folder / name).read_text(encoding="utf-8") for name in names]
    header = texts[0].split("\n", 1)[0] + "\n"
    width = len(next(csv.reader([header])))
    lines = [line for text in texts for line in text.split("\n")[1:] if line]
    if any(line.count('"') != 2 * width for line in lines):
        raise RuntimeError("The sample does not quote every cell once.")
    return header, [line[len('"1234567890') :] + "\n" for line in lines]


def fresh_npis() -> Iterator[str]:
    number = 0
    while True:
        number = (number + STRIDE) % NUMBERS
        first_nine = f"1{number:08d}"
        yield first_nine + check_digit(first_nine)
