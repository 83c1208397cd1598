"""The list of physicians, as a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from accounts.models import User
from contacts.models import Physician
from liaison_crm.core.csv.writer import Cell
from liaison_crm.core.periods import site_zone
from visits.days import day_for
from visits.forms.listing import PhysiciansNarrowing
from visits.reports.asking import (
    TerritoryChoice,
    physicians_asked_for,
    specialties_in_use,
    territories_to_choose,
)
from visits.reports.directory import (
    PhysicianLine,
    Viewpoint,
    for_physician_lines,
    physician_lines,
)
from visits.reports.lists import ordered
from visits.reports.periods import recent_span
from visits.views import listing

TEMPLATE = "physicians/list.html"
HEADER = (
    "Last name",
    "First name",
    "Credentials",
    "NPI",
    "Specialty",
    "Status",
    *listing.PLACE_HEADER,
    *listing.KNOWN_HEADER,
)


@require_safe
def physicians(request: HttpRequest) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    asked, territories = _asked(request, person, now)
    if not asked.is_valid():
        return listing.refuse(request, TEMPLATE, asked)
    return listing.show(request, TEMPLATE, _physicians(person, asked, territories, now))


@require_safe
def physicians_export(request: HttpRequest) -> HttpResponseBase:
    person, now = signed_in(request), timezone.now()
    asked, territories = _asked(request, person, now)
    if not asked.is_valid():
        return listing.refuse(request, TEMPLATE, asked)
    return listing.export(request, _physicians(person, asked, territories, now), HEADER, _cells)


def _asked(
    request: HttpRequest, person: User, now: datetime
) -> tuple[PhysiciansNarrowing, list[TerritoryChoice]]:
    territories = territories_to_choose(person, on=day_for(person, now))
    asked = PhysiciansNarrowing(
        request.GET, viewer=person, territories=territories, specialties=specialties_in_use()
    )
    return asked, territories


def _physicians(
    person: User, asked: PhysiciansNarrowing, territories: Sequence[TerritoryChoice], now: datetime
) -> listing.Listing[Physician, PhysicianLine]:
    on, span = day_for(person, now), recent_span(now)
    rows = physicians_asked_for(person, asked.question(now), on=on, span=span)
    return listing.Listing(
        noun="physicians",
        asked=asked,
        ordered=ordered(
            for_physician_lines(rows),
            asked.order(),
            among=for_physician_lines(Physician.objects.visible_to(person)),
            subject="physician",
            viewer=person,
            span=span,
        ),
        seen_from=Viewpoint(person, on, span, {one.pk for one in territories if one.is_own}),
        lines=physician_lines,
    )


def _cells(line: PhysicianLine) -> Sequence[Cell]:
    person = line.physician
    return [
        person.last_name,
        person.first_name,
        person.credentials,
        person.npi,
        person.primary_specialty.name if person.primary_specialty else "",
        person.get_status_display(),
        *listing.place_cells(line.practice, line.owner),
        *listing.known_cells(line.known, site_zone()),
    ]
