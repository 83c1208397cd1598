"""The page of working days: everyone reads it, managers change it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from accounts.models import ClosedDay, User
from accounts.workdays import services
from accounts.workdays.forms import CloseDayForm, WorkHolidayForm, YearForm
from accounts.workdays.reports import calendar_of, removed_days
from liaison_crm.core.errors import DomainError, refusals_on
from liaison_crm.core.periods import site_today
from liaison_crm.core.wording import long_day


@require_http_methods(["GET", "HEAD", "POST"])
def working_days(request: HttpRequest) -> HttpResponse:
    """The days of a year that are not worked; a manager adds one."""
    person = signed_in(request)
    if request.method == "POST":
        _managing(request)
    form = CloseDayForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            closed = services.close_day(**form.cleaned_data, by=person)
            messages.success(request, f"{long_day(closed.day)} is a day off.")
            return redirect(f"{request.path}?year={closed.day.year}")
    return render(request, "workdays/working_days.html", _page(request, person, form))


@require_POST
def work_holiday(request: HttpRequest) -> HttpResponse:
    person, form = _managing(request), WorkHolidayForm(request.POST)
    if not form.is_valid():
        raise Http404
    day = form.cleaned_data["day"]
    try:
        closed = services.work_holiday(day, by=person)
        messages.success(request, f"You work on {closed.name}.")
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return _back(day.year)


@require_POST
def remove_closed_day(request: HttpRequest, pk: int) -> HttpResponse:
    person, row = _row(request, pk)
    try:
        services.remove_closed_day(row, by=person, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return _back(row.day.year)


@require_POST
def restore_closed_day(request: HttpRequest, pk: int) -> HttpResponse:
    person, row = _row(request, pk)
    try:
        services.restore_closed_day(row, by=person)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return _back(row.day.year)


def _page(request: HttpRequest, person: User, form: CloseDayForm) -> dict[str, Any]:
    asked, today = YearForm(request.GET), site_today()
    if not asked.is_valid():
        raise Http404
    year = asked.cleaned_data["year"] or today.year
    manages = person.sees_all_territories
    return {
        "form": form,
        "days": calendar_of(person, year=year),
        "removed": removed_days(person) if manages else (),
        "year": year,
        "years": [(str(one), str(one)) for one in (today.year, today.year + 1, today.year + 2)],
        "this_year": str(today.year),
        "today": today,
        "manages": manages,
        "state": settings.SITE_STATE,
    }


def _back(year: int) -> HttpResponse:
    response = redirect("working-days")
    response["Location"] += f"?year={year}"
    return response


def _managing(request: HttpRequest) -> User:
    person = signed_in(request)
    if not person.sees_all_territories:
        raise PermissionDenied
    return person


def _row(request: HttpRequest, pk: int) -> tuple[User, ClosedDay]:
    person = _managing(request)
    return person, get_object_or_404(ClosedDay.objects.visible_to(person), pk=pk)
