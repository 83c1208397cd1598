"""Growth: the page, and the same figures as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import log_access, signed_in
from accounts.models import AccessLog, User
from liaison_crm.core.csv.writer import Cell, csv_response
from liaison_crm.core.periods import site_today
from visits.forms.growth import GrowthNarrowing
from visits.reports.coverage import GOAL
from visits.reports.cuts import Asked, Choices, choices
from visits.reports.growth import Growth, Row
from visits.reports.growth import growth as growth_of

HEADER = (
    "Cut",
    "Name",
    "Referrals",
    "Same months last year",
    "In network",
    "Out of network",
)


@require_safe
def growth(request: HttpRequest) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    asked, chosen = _asked(request, person, now)
    if not asked.is_valid():
        return _refused(request, asked)
    page = growth_of(person, _question(asked, now), chosen, now=now)
    context = {
        "asked": asked,
        "page": page,
        "period": asked.period_asked,
        "now": site_today(now),
        "goal": GOAL,
        "manages": person.sees_all_territories,
    }
    return render(request, "growth/growth.html", context)


@require_safe
def growth_export(request: HttpRequest) -> HttpResponseBase:
    person, now = signed_in(request), timezone.now()
    asked, chosen = _asked(request, person, now)
    if not asked.is_valid():
        return _refused(request, asked)
    page = growth_of(person, _question(asked, now), chosen, now=now)
    log_access(
        request,
        AccessLog.Action.EXPORT,
        subject="growth",
        detail={"asked": request.GET.urlencode()[:400]},
    )
    return csv_response("growth", HEADER, _cells(page))


def _asked(request: HttpRequest, person: User, now: datetime) -> tuple[GrowthNarrowing, Choices]:
    chosen = choices(person, on=site_today(now))
    return GrowthNarrowing(request.GET, choices=chosen), chosen


def _question(asked: GrowthNarrowing, now: datetime) -> Asked:
    return Asked.for_period(
        asked.period_asked,
        now=now,
        territory=asked.row("territory"),
        service_line=asked.row("service_line"),
    )


def _refused(request: HttpRequest, asked: GrowthNarrowing) -> HttpResponse:
    return render(request, "growth/refused.html", {"asked": asked}, status=400)


def _cells(page: Growth) -> Iterator[Sequence[Cell]]:
    total = page.total
    yield ["All", "", total.now, total.last_year, total.in_network, total.out_of_network]
    for cut, rows in (("Territory", page.territories), ("Service", page.service_lines)):
        yield from (_row(cut, row) for row in rows)


def _row(cut: str, row: Row) -> Sequence[Cell]:
    volume = row.volume
    return [
        cut,
        row.name,
        volume.now,
        volume.last_year,
        volume.in_network,
        volume.out_of_network,
    ]
