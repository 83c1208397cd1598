"""Which night must run, and the rows that say it does: the database decides, not the broker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from liaison_crm.core.errors import is_unique_violation
from liaison_crm.core.periods import local_moment, site_today, site_zone
from referrals.errors import NightAlreadyCounted, NightNotOver, RollupUnderWay
from referrals.models import RollupChunk, RollupRun, VolumeMark

MARKS_PER_CHUNK = 10_000
MOST_CHUNKS = 64
ONE_DAY = timedelta(days=1)


def night_begins(night: date) -> datetime:
    """When the run of that night is due. Clocks that jump over it move it to their jump; of a
    time that clocks show twice it is the first."""
    return local_moment(night, time.fromisoformat(settings.ROLLUP_AT), site_zone())


def latest_night(at: datetime) -> date:
    """The last night whose run is due by then."""
    today = site_today(at)
    return today if at >= night_begins(today) else today - ONE_DAY


def running() -> RollupRun | None:
    return RollupRun.objects.filter(state=RollupRun.State.RUNNING).first()


def open_due_night(at: datetime) -> RollupRun | None:
    """Start the latest night if the ledger lacks it and nothing runs; None if there is no need.

    Marks pile up while nothing runs, so the latest night counts what the missed ones would have:
    those since the last one in the ledger are written down as covered by it. Nights before the
    first run ever are nobody's.
    """
    night = latest_night(at)
    nights = RollupRun.objects.filter(kind=RollupRun.Kind.NIGHTLY)
    if nights.filter(period__gte=night).exists() or running():
        return None
    try:
        return open_night(night, at=at)
    except (NightAlreadyCounted, RollupUnderWay):
        return None  # Another beat was quicker.


def open_night(night: date, *, at: datetime) -> RollupRun:
    """Start the run of that night as the timetable would have; once per night, whoever asks."""
    if night > latest_night(at):
        raise NightNotOver(f"The night of {night} has not come yet.")
    if RollupRun.objects.filter(kind=RollupRun.Kind.NIGHTLY, period=night).exists():
        raise NightAlreadyCounted(f"The night of {night} is in the ledger already.")
    return _open(RollupRun.Kind.NIGHTLY, night, at)


def open_by_hand(at: datetime) -> RollupRun:
    return _open(RollupRun.Kind.BY_HAND, site_today(at), at)


def open_rebuild(at: datetime) -> RollupRun:
    """A run without chunks: one process does it all."""
    with _the_only_one():
        return RollupRun.objects.create(
            kind=RollupRun.Kind.REBUILD, period=site_today(at), as_of=at, started_at=at, shares=0
        )


def _open(kind: RollupRun.Kind, period: date, at: datetime) -> RollupRun:
    with _the_only_one():
        shares = _shares()
        run = RollupRun.objects.create(
            kind=kind, period=period, as_of=at, started_at=at, shares=shares
        )
        RollupChunk.objects.bulk_create(
            RollupChunk(run=run, number=number) for number in range(shares)
        )
        if kind == RollupRun.Kind.NIGHTLY:
            _cover_missed_nights(run)
    return run


def _shares() -> int:
    """Enough chunks for workers to share, none so small that starting it costs more than it."""
    marks = VolumeMark.objects.count()
    return min(MOST_CHUNKS, -(-marks // MARKS_PER_CHUNK))


def _cover_missed_nights(run: RollupRun) -> None:
    earlier = RollupRun.objects.filter(kind=RollupRun.Kind.NIGHTLY, period__lt=run.period)
    last: date | None = earlier.aggregate(last=Max("period"))["last"]
    if last is None:
        return
    missed = [last + n * ONE_DAY for n in range(1, (run.period - last).days)]
    RollupRun.objects.bulk_create(
        RollupRun(
            kind=RollupRun.Kind.NIGHTLY,
            period=night,
            state=RollupRun.State.COVERED,
            covered_by=run,
            as_of=run.as_of,
            started_at=run.started_at,
            finished_at=run.started_at,
            shares=0,
        )
        for night in missed
    )


@contextmanager
def _the_only_one() -> Iterator[None]:
    """A transaction that refuses to start a run beside another one, or a night twice."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        raise RollupUnderWay("Another run is under way.") from error
