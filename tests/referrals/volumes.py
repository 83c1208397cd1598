"""The slow, obvious way to count: what every rollup is compared with."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from referrals.models import Referral, VolumeCell, VolumeMark
from referrals.rollups.cells import COUNTS, KEY

Key = tuple[date, int, int, int, int]


def counted_by_hand() -> dict[Key, dict[str, int]]:
    """Each cell as its referrals give it now, one referral after the other."""
    cells: dict[Key, Counter[str]] = defaultdict(Counter)
    for referral in Referral.objects.select_related("destination"):
        cell = cells[key_of(referral)]
        cell["referrals"] += 1
        cell[referral.status] += 1
        if referral.destination.network in ("own", "in_network"):
            cell["in_network"] += 1
        if referral.destination.network in ("friendly", "competitor"):
            cell["out_of_network"] += 1
        for verb, day in (("schedule", referral.scheduled_on), ("complete", referral.completed_on)):
            if day and day >= referral.referred_on:
                cell[f"days_to_{verb}"] += (day - referral.referred_on).days
                cell[{"schedule": "timed_schedules", "complete": "timed_completions"}[verb]] += 1
    return {key: {name: cell[name] for name in COUNTS} for key, cell in cells.items()}


def live_cells() -> dict[Key, dict[str, int]]:
    return {
        tuple(getattr(cell, name) for name in KEY): {name: getattr(cell, name) for name in COUNTS}
        for cell in VolumeCell.objects.all()
    }


def key_of(referral: Referral) -> Key:
    return (
        referral.referred_on.replace(day=1),
        referral.practice_id,
        referral.physician_id,
        referral.service_line_id,
        referral.destination_id,
    )


def marked_cells() -> set[Key]:
    return set(VolumeMark.objects.values_list(*KEY))
