"""A liaison's four screens in a whole state: 200,000 physicians and two million visits."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from benchmarks import pages
from benchmarks.table import Row

SIZE = {"practices": 60_000, "physicians": 200_000, "referrals": 2_000_000, "visits": 2_000_000}
TERRITORIES = 200
QUICK = 100


def measure(console: Console, *, quick: bool = False) -> list[Row]:
    by = QUICK if quick else 1
    size = {name: count // by for name, count in SIZE.items()}
    liaison, _ = pages.build(console, **size, territories=TERRITORIES // by)
    screens = [
        *pages.named(liaison, "today"),
        pages.brief_of(pages.ids_of(liaison).own_practices, liaison),
        pages.plan_of_next_day(liaison),
        *pages.named(liaison, "find"),
        pages.found_by(liaison),
    ]
    rows = pages.time_subjects(console, screens, quick=quick)
    return [replace(row, name=f"In a whole state: {row.name}") for row in rows]
