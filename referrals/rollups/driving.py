"""A whole run in this process: what the commands do, and tests."""

from __future__ import annotations

import time
from datetime import date, datetime

from referrals.errors import RollupUnderWay
from referrals.models import RollupChunk, RollupRun
from referrals.rollups import ledger
from referrals.rollups.counting import count_chunk
from referrals.rollups.publishing import publish

PAUSE_SECONDS = 0.5


def roll_up(at: datetime, *, night: date | None = None) -> RollupRun:
    """Count all marks now, or as the run of that night.

    A run that is under way is first helped to its end.
    """
    if (under_way := ledger.running()) is not None:
        if under_way.kind == RollupRun.Kind.REBUILD:
            raise RollupUnderWay("A rebuild is under way.")
        finish(under_way)
    run = ledger.open_by_hand(at) if night is None else ledger.open_night(night, at=at)
    return finish(run)


def finish(run: RollupRun) -> RollupRun:
    """Count the chunks nobody else has counted, and wait for those that others are at."""
    while run.state == RollupRun.State.RUNNING:
        for chunk in run.chunks.filter(state=RollupChunk.State.WAITING):
            count_chunk(chunk.pk)
        if not publish(run.pk):
            time.sleep(PAUSE_SECONDS)
        run.refresh_from_db()
    return run
