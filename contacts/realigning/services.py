"""Give areas to a territory, or take them away, and undo it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts.models import Territory, TerritoryArea, User
from contacts.errors import NothingToRealign, RealignmentOverwritten
from contacts.realigning.models import Realignment
from contacts.services.territories import Area, change_areas, hold_areas, move_areas

Holders = dict[Area, int | None]


@transaction.atomic
def realign(areas: Iterable[Area], *, to: Territory | None, by: User, at: datetime) -> Realignment:
    """Let areas belong to a territory, or to none; their practices go with them."""
    if not by.sees_all_territories:
        raise PermissionDenied
    hold_areas(alone=True)
    was = {
        area: holder
        for area, holder in _holders(areas).items()
        if holder != (to.pk if to else None)
    }
    if not was:
        raise NothingToRealign(
            f"{to} has these areas already." if to else "No territory has these areas."
        )
    return Realignment.objects.create(
        to=to,
        areas=[{"kind": area.kind, "code": area.code, "was": was[area]} for area in sorted(was)],
        practices_moved=_hand_over(list(was), to=to, holders=was, by=by),
        made_by=by,
        made_at=at,
    )


@transaction.atomic
def undo_realignment(realignment: Realignment, *, by: User, at: datetime) -> int:
    """Give every area back to whoever had it, if it has not changed hands since."""
    if not by.sees_all_territories:
        raise PermissionDenied
    hold_areas(alone=True)
    realignment.refresh_from_db()
    was: Holders = {Area(area["kind"], area["code"]): area["was"] for area in realignment.areas}
    now = _holders(was)
    if realignment.undone_at or any(holder != realignment.to_id for holder in now.values()):
        raise RealignmentOverwritten("These areas have changed hands since. Move them anew.")
    moved = 0
    for holder, areas in _by_holder(was).items():
        to = _territory(holder)
        moved += _hand_over(areas, to=to, holders=now, by=by)
    realignment.undone_at = at
    realignment.save(update_fields=["undone_at"])
    return moved


def _holders(areas: Iterable[Area]) -> Holders:
    """Whose each area is now; None where it is nobody's."""
    holders: Holders = dict.fromkeys(areas)
    wanted = Q(pk__in=[])
    for area in holders:
        wanted |= Q(kind=area.kind, code=area.code)
    for held in TerritoryArea.objects.filter(wanted):
        holders[Area(held.kind, held.code)] = held.territory_id
    return holders


def _hand_over(areas: Sequence[Area], *, to: Territory | None, holders: Holders, by: User) -> int:
    if to is not None:
        return move_areas(areas, to=to, by=by)
    held = {area: holders[area] for area in areas}
    return sum(
        change_areas(territory, by=by, remove=taken)
        for holder, taken in _by_holder(held).items()
        if (territory := _territory(holder)) is not None
    )


def _by_holder(holders: Holders) -> dict[int | None, list[Area]]:
    grouped: dict[int | None, list[Area]] = defaultdict(list)
    for area, holder in holders.items():
        grouped[holder].append(area)
    return grouped


def _territory(pk: int | None) -> Territory | None:
    if pk is None:
        return None
    found = Territory.objects.filter(pk=pk).first()
    if found is None:
        raise RealignmentOverwritten("A territory that had one of the areas is gone.")
    return found
