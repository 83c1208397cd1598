"""What a realignment would do, without doing it; and the areas there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Expression,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import Territory, TerritoryArea, User
from contacts.models import Practice, ZipCode
from contacts.querysets import PracticeQuerySet
from contacts.services.territories import Area, inside, unassigned

AREAS_FOUND = 30
Kind = TerritoryArea.Kind
OWN_WORDS = (" (city)", " City", " Borough", " Area", " Municipality")


def practices_to_move(
    viewer: User, areas: Collection[Area], *, to: Territory | None
) -> PracticeQuerySet:
    """Practices that would belong elsewhere if `to` had these areas, or nobody where it is None."""
    by_zip = _next_holder(Kind.ZIP, "zip_code", areas, to)
    by_county = _next_holder(Kind.COUNTY, "county_fips", areas, to)
    place = Coalesce(by_zip, by_county, Value(unassigned().pk))
    near = Practice.objects.visible_to(viewer).filter(inside(areas))
    return near.annotate(next_territory=place).exclude(territory=F("next_territory"))


def _next_holder(
    kind: str, column: str, areas: Collection[Area], to: Territory | None
) -> Expression:
    """The territory that has a practice's area of this kind once the areas have moved."""
    held = TerritoryArea.objects.filter(kind=kind, code=OuterRef(column)).values("territory")
    moving = [area.code for area in areas if area.kind == kind]
    return Case(
        When(**{f"{column}__in": moving}, then=Value(to.pk if to else None)),
        default=Subquery(held),
        output_field=BigIntegerField(),
    )


@dataclass(frozen=True, slots=True)
class AreaFound:
    """A ZIP code or county with its name, how many practices it has, and whose it is now."""

    area: Area
    name: str
    state: str
    practices: int
    holder_id: int | None
    holder: str

    @property
    def value(self) -> str:
        return f"{self.area.kind}:{self.area.code}"


def find_areas(text: str) -> list[AreaFound]:
    """ZIP codes and counties whose code begins with the digits, or whose name with the words.

    Those with practices come first, because a name like Wayne is in sixteen states.
    """
    wanted = text.strip()
    if not wanted:
        return []
    if wanted.isdigit():
        found = [
            *_zip_codes(Q(pk__startswith=wanted)),
            *_counties(Q(county_fips__startswith=wanted)),
        ]
    else:
        found = [
            *_counties(Q(county_name__istartswith=wanted)),
            *_zip_codes(Q(city__istartswith=wanted)),
        ]
    return found[:AREAS_FOUND]


def areas_named(areas: Collection[Area]) -> list[AreaFound]:
    """The same areas with names and holders; those that do not exist are left out."""
    counties = [area.code for area in areas if area.kind == Kind.COUNTY]
    zips = [area.code for area in areas if area.kind == Kind.ZIP]
    return [
        *_counties(Q(county_fips__in=counties), len(counties)),
        *_zip_codes(Q(pk__in=zips), len(zips)),
    ]


def areas_of(territory: Territory) -> list[AreaFound]:
    held = territory.areas.all()
    counties, zips = held.filter(kind=Kind.COUNTY), held.filter(kind=Kind.ZIP)
    return [
        *_counties(Q(county_fips__in=counties.values("code")), None),
        *_zip_codes(Q(pk__in=zips.values("code")), None),
    ]


def _counties(wanted: Q, most: int | None = AREAS_FOUND) -> list[AreaFound]:
    rows = (
        ZipCode.objects.filter(wanted)
        .exclude(county_fips="")
        .annotate(
            practices=_practices_in("county_fips", "county_fips"),
            holder_id=_held(Kind.COUNTY, "county_fips", "territory"),
            holder=Coalesce(_held(Kind.COUNTY, "county_fips", "territory__name"), Value("")),
        )
        .order_by("-practices", "county_name", "state", "county_fips")
        .values_list("county_fips", "county_name", "state", "practices", "holder_id", "holder")
        .distinct()[:most]
    )
    return [
        AreaFound(Area(Kind.COUNTY, code), county_label(name, state), state, *facts)
        for code, name, state, *facts in rows
    ]


def _zip_codes(wanted: Q, most: int | None = AREAS_FOUND) -> list[AreaFound]:
    rows = (
        ZipCode.objects.filter(wanted)
        .annotate(
            practices=_practices_in("zip_code", "pk"),
            holder_id=_held(Kind.ZIP, "pk", "territory"),
            holder=Coalesce(_held(Kind.ZIP, "pk", "territory__name"), Value("")),
        )
        .order_by("-practices", "pk")
        .values_list("pk", "city", "state", "practices", "holder_id", "holder")[:most]
    )
    return [
        AreaFound(Area(Kind.ZIP, code), f"{code} {city}", state, *facts)
        for code, city, state, *facts in rows
    ]


def _practices_in(column: str, code: str) -> Coalesce:
    here = Practice.objects.filter(**{column: OuterRef(code)}).order_by().values(column)
    return Coalesce(Subquery(here.annotate(n=Count("pk")).values("n")), 0)


def _held(kind: str, code: str, what: str) -> Subquery:
    return Subquery(TerritoryArea.objects.filter(kind=kind, code=OuterRef(code)).values(what))


def county_label(name: str, state: str) -> str:
    """Cuyahoga County, Orleans Parish; a city that is its own county keeps its name."""
    if name.startswith("City of ") or name.endswith(OWN_WORDS):
        return name
    return f"{name} Parish" if state == "LA" else f"{name} County"
