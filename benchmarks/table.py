"""One line of the table that `make bench` prints."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

ROOT = Path(__file__).parent.parent
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Row:
    """A measured figure, what it is held against, and the bar it must stay under or reach.

    `figure` and `bar` share a unit: a ratio, seconds, megabytes, rows per second.
    """

    name: str
    ours: str
    yardstick: str
    figure: float
    bar: float
    unit: str = "x"
    more_is_better: bool = False

    @property
    def decimals(self) -> int:
        return 2 if self.unit == "x" else 0

    @property
    def holds(self) -> bool:
        return self.figure >= self.bar if self.more_is_better else self.figure <= self.bar

    @property
    def wanted(self) -> str:
        return f"{'at least' if self.more_is_better else 'at most'} {self.bar:g} {self.unit}"


def ratio(
    name: str, ours: float, yardstick: str, theirs: float, bar: float, *, more: bool = False
) -> Row:
    """Our seconds against theirs; with `more`, how many times faster than they we are."""
    return Row(
        name,
        ours=f"{ours:.2f} s",
        yardstick=f"{yardstick}: {theirs:.2f} s",
        figure=theirs / ours if more else ours / theirs,
        bar=bar,
        more_is_better=more,
    )


def drawn(rows: list[Row]) -> Table:
    table = Table(title="Measured here, each beside its yardstick", title_justify="left")
    for heading in ("What", "Ours", "Yardstick", "Figure", "Wanted", ""):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            row.name,
            row.ours,
            row.yardstick,
            f"{row.figure:,.{row.decimals}f} {row.unit}",
            row.wanted,
            "holds" if row.holds else "MISSES",
            style=None if row.holds else "bold red",
        )
    return table


class Stopwatch:
    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    watch = Stopwatch()
    started = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - started


def median_seconds(work: Callable[[], object], *, times: int = 3) -> float:
    """The median of a few runs of the same work."""
    measured = []
    for _ in range(times):
        with timed() as watch:
            work()
        measured.append(watch.seconds)
    return sorted(measured)[len(measured) // 2]


def run_measured(command: Sequence[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of a command of ours, run as an operator would.

    The kernel's high-water mark of the process is read while it runs: what `wait` tells afterwards
    also holds the size of the process that started it.
    """
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    peak = 0
    with timed() as watch:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        while process.poll() is None:
            peak = max(peak, high_water_kilobytes(process.pid))
            time.sleep(LOOK_SECONDS)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command[1:3])} ended with {process.returncode}.")
    return watch.seconds, peak / 1024


def high_water_kilobytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0
