"""A seeded file of referrals from the physicians and practices that are in the database.

    python -m benchmarks.make_referrals referrals.csv --rows 1000000

Two years of history: few physicians send most, each to the two or three places and lines he is
used to, and most referrals end. Patient numbers are random digits. Service lines and destinations
are those of the database, or the ones below, to be imported with `--create-missing`.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import django

HEADER = (
    "external_id",
    "referred_on",
    "referring_npi",
    "practice_id",
    "service_line",
    "destination",
    "status",
    "status_at",
    "patient_number",
    "left_because",
)
LINES = ("cardiology", "orthopedics", "neurology", "oncology", "imaging", "gastroenterology")
PLACES = ("main-hospital", "north-clinic", "south-clinic", "partner-group", "other-system")
ENDINGS = ("completed",) * 6 + ("scheduled", "received", "redirected", "no_show", "cancelled")
DAYS = 730
# The larger, the more of all referrals come from the first few physicians.
SKEW = 2.2


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.make_referrals")
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--through", type=date.fromisoformat, help="the last day; else yesterday")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison_crm.settings.dev")
    django.setup()
    from liaison_crm import embedded  # noqa: PLC0415  the settings come first
    from liaison_crm.core.periods import site_today  # noqa: PLC0415  settings first

    embedded.hold_database()
    through = options.through or site_today() - timedelta(days=1)
    write_file(options.file, rows=options.rows, seed=options.seed, through=through)


def write_file(path: Path, *, rows: int, seed: int, through: date) -> None:
    """Write so many rows; the same seed over the same directory writes the same file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        chance = random.Random(seed)  # noqa: S311  seeded on purpose
        writer.writerows(referrals(rows, chance, through))


def referrals(rows: int, chance: random.Random, through: date) -> Iterator[tuple[object, ...]]:
    homes, lines, places = directory()
    for number in range(rows):
        at = int(len(homes) * chance.random() ** SKEW)
        npi, practice = homes[at]
        on = through - timedelta(days=chance.randrange(DAYS))
        status = chance.choice(ENDINGS)
        later = min(through, on + timedelta(days=chance.randrange(1, 30)))
        yield (
            f"E{number:09d}",
            on,
            npi,
            practice,
            usual(lines, at, chance),
            usual(places, at * 7, chance),
            status,
            f"{later}T{chance.randrange(7, 19):02d}:{chance.randrange(60):02d}:00",
            f"{chance.randrange(10**8):08d}",
            "access" if status == "redirected" else "",
        )


def usual(choices: list[str], at: int, chance: random.Random) -> str:
    """Mostly the same one, sometimes one of the two beside it."""
    return choices[(at + int(3 * chance.random() ** 3)) % len(choices)]


def directory() -> tuple[list[tuple[str, int]], list[str], list[str]]:
    """Every physician with an NPI at every practice he works at, and what he refers for."""
    from contacts.models import Affiliation  # noqa: PLC0415  the settings come first
    from referrals.models import Facility, ServiceLine  # noqa: PLC0415  settings first

    working = Affiliation.objects.filter(ends_on=None).order_by("pk")
    known = working.values_list("physician__npi", "practice")
    homes = [(npi, practice) for npi, practice in known if npi]
    if not homes:
        raise SystemExit("No physician with an NPI works at a practice yet: load a registry first.")
    lines = list(ServiceLine.objects.order_by("pk").values_list("code", flat=True))
    places = list(Facility.objects.order_by("pk").values_list("code", flat=True))
    return homes, lines or list(LINES), places or list(PLACES)


if __name__ == "__main__":
    main()
