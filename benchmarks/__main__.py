"""`python -m benchmarks [--quick] [name …]`: measure, print one table, say what misses."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib import import_module

import django
from rich.console import Console

SUBJECTS = ("rollups", "intake", "hl7", "registry", "screening", "pages", "field", "phone")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", help=f"of {', '.join(SUBJECTS)}; else all")
    parser.add_argument("--quick", action="store_true", help="small sizes: does it run at all?")
    options = parser.parse_args()
    if unknown := set(options.subjects) - set(SUBJECTS):
        parser.error(f"There is no {', '.join(sorted(unknown))}.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    console = Console(width=None if sys.stdout.isatty() else 140)
    django.setup()
    from liaison_crm import embedded  # noqa: PLC0415  the settings come first

    embedded.hold_database()
    from benchmarks.table import drawn  # noqa: PLC0415  settings first

    rows, broken = [], []
    for subject in options.subjects or SUBJECTS:
        console.rule(subject)
        module = import_module(f"benchmarks.{subject}")
        try:
            rows += module.measure(console, quick=options.quick)
        except Exception:  # noqa: BLE001  whatever it was, it is printed
            # What the others took minutes to measure is shown all the same.
            console.print_exception()
            broken.append(subject)
    console.print(drawn(rows))
    console.print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}."
    )
    for subject in broken:
        console.print(f"{subject} broke off; the reason stands above.", style="bold red")
    return 0 if not broken and (options.quick or all(row.holds for row in rows)) else 1


if __name__ == "__main__":
    sys.exit(main())
