"""Which territory a practice belongs to follows from the areas, and from nothing else.

A ZIP code wins over its county; what no area claims is in the built-in territory Unassigned.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now

from accounts import services as accounts
from accounts.models import Territory, TerritoryArea, User
from contacts.models import Practice, ZipCode

AREAS_LOCK = 0x41524541  # "AREA"


class Area(NamedTuple):
    """A ZIP code or a county's FIPS code; the kind as in `TerritoryArea.Kind`."""

    kind: str
    code: str


@transaction.atomic
def change_areas(
    territory: Territory, *, by: User, add: Iterable[Area] = (), remove: Iterable[Area] = ()
) -> int:
    """Give areas to a territory and take areas from it; how many practices that moved."""
    if not by.sees_all_territories:
        raise PermissionDenied
    added, removed = set(add), set(remove)
    hold_areas(alone=True)
    standing = {Area(area.kind, area.code): area for area in territory.areas.all()}
    for area in sorted(removed & standing.keys()):
        accounts.remove_area(standing[area], by=by)
    for area in sorted(added - standing.keys()):
        refuse_unknown(area)
        accounts.add_area(territory, kind=area.kind, code=area.code, by=by)
    return place_practices(near=added | removed)


@transaction.atomic
def move_areas(areas: Iterable[Area], *, to: Territory, by: User) -> int:
    """Give areas to a territory whoever has them now; how many practices that moved."""
    if not by.sees_all_territories:
        raise PermissionDenied
    moved = set(areas)
    hold_areas(alone=True)
    for area in sorted(moved):
        refuse_unknown(area)
        standing = TerritoryArea.objects.filter(kind=area.kind, code=area.code).first()
        if standing is None:
            accounts.add_area(to, kind=area.kind, code=area.code, by=by)
        elif standing.territory_id != to.pk:
            accounts.move_area(standing, to=to, by=by)
    return place_practices(near=moved)


def place_practices(*, near: Iterable[Area] | None = None) -> int:
    """Put every practice, or those in these areas, where the areas say; how many moved."""
    practices = Practice.objects.all() if near is None else Practice.objects.filter(inside(near))
    areas = TerritoryArea.objects.order_by().values("territory")
    by_zip = areas.filter(kind=TerritoryArea.Kind.ZIP, code=OuterRef("zip_code"))
    by_county = areas.filter(kind=TerritoryArea.Kind.COUNTY, code=OuterRef("county_fips"))
    place = Coalesce(Subquery(by_zip), Subquery(by_county), Value(unassigned().pk))
    misplaced = practices.annotate(place=place).exclude(territory=F("place"))
    return misplaced.update(territory=F("place"), updated_at=Now())


def territory_at(zip_code: str, county_fips: str) -> Territory:
    """The territory of an address."""
    kinds = TerritoryArea.Kind
    here = Q(kind=kinds.ZIP, code=zip_code) | Q(kind=kinds.COUNTY, code=county_fips)
    found = {
        area.kind: area.territory
        for area in TerritoryArea.objects.filter(here).select_related("territory")
    }
    return found.get(kinds.ZIP) or found.get(kinds.COUNTY) or unassigned()


def hold_areas(*, alone: bool = False) -> None:
    """Until the transaction ends: read the areas with others, or change them alone.

    Without it a practice entered while areas change would be placed by the areas of before.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [AREAS_LOCK])


def unassigned() -> Territory:
    return Territory.objects.get(is_unassigned=True)


def inside(areas: Iterable[Area]) -> Q:
    codes: dict[str, list[str]] = {kind: [] for kind in TerritoryArea.Kind.values}
    for area in areas:
        codes[area.kind].append(area.code)
    return Q(zip_code__in=codes[TerritoryArea.Kind.ZIP]) | Q(
        county_fips__in=codes[TerritoryArea.Kind.COUNTY]
    )


def refuse_unknown(area: Area) -> None:
    """A ZIP code or county that does not exist would silently hold nothing."""
    if area.kind not in TerritoryArea.Kind.values:
        raise ValidationError("An area is a ZIP code or a county.", code="unknown_area")
    known = (
        ZipCode.objects.filter(pk=area.code)
        if area.kind == TerritoryArea.Kind.ZIP
        else ZipCode.objects.filter(county_fips=area.code)
    )
    if not known.exists():
        label = TerritoryArea.Kind(area.kind).label
        raise ValidationError(f"There is no {label} {area.code}.", code="unknown_area")
