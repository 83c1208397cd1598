"""The list of practices, as a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from accounts.models import User
from contacts.corrections.reports import unchecked_words
from contacts.models import Practice
from liaison_crm.core.csv.writer import Cell
from liaison_crm.core.periods import site_zone
from visits.days import day_for
from visits.forms.listing import PracticesNarrowing
from visits.reports.asking import TerritoryChoice, practices_asked_for, territories_to_choose
from visits.reports.directory import (
    PracticeLine,
    Viewpoint,
    for_practice_lines,
    practice_lines,
)
from visits.reports.lists import ordered
from visits.reports.periods import recent_span
from visits.views import listing

TEMPLATE = "practices/list.html"
HEADER = (*listing.PLACE_HEADER, "Closed on", *listing.KNOWN_HEADER, "Said, not checked yet")


@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    asked, territories = _asked(request, person, now)
    if not asked.is_valid():
        return listing.refuse(request, TEMPLATE, asked)
    return listing.show(request, TEMPLATE, _practices(person, asked, territories, now))


@require_safe
def practices_export(request: HttpRequest) -> HttpResponseBase:
    person, now = signed_in(request), timezone.now()
    asked, territories = _asked(request, person, now)
    if not asked.is_valid():
        return listing.refuse(request, TEMPLATE, asked)
    said = unchecked_words()
    return listing.export(
        request,
        _practices(person, asked, territories, now),
        HEADER,
        lambda line: [*_cells(line), said.get(line.practice.pk, "")],
    )


def _asked(
    request: HttpRequest, person: User, now: datetime
) -> tuple[PracticesNarrowing, list[TerritoryChoice]]:
    territories = territories_to_choose(person, on=day_for(person, now))
    return PracticesNarrowing(request.GET, viewer=person, territories=territories), territories


def _practices(
    person: User, asked: PracticesNarrowing, territories: Sequence[TerritoryChoice], now: datetime
) -> listing.Listing[Practice, PracticeLine]:
    span = recent_span(now)
    rows = practices_asked_for(person, asked.question(now), span=span)
    own = {one.pk for one in territories if one.is_own}
    return listing.Listing(
        noun="practices",
        asked=asked,
        ordered=ordered(
            for_practice_lines(rows),
            asked.order(),
            among=for_practice_lines(Practice.objects.visible_to(person)),
            subject="practice",
            viewer=person,
            span=span,
        ),
        seen_from=Viewpoint(person, day_for(person, now), span, own),
        lines=practice_lines,
    )


def _cells(line: PracticeLine) -> Sequence[Cell]:
    return [
        *listing.place_cells(line.practice, line.owner),
        line.practice.closed_on,
        *listing.known_cells(line.known, site_zone()),
    ]
