"""Territories: the list with its map, one of them, its name."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.http import signed_in
from accounts.models import Territory, User
from contacts.realigning.reports import find_areas
from liaison_crm.core.errors import refusals_on
from visits.days import day_for
from visits.forms.territories import FindAreaForm, TerritoryForm
from visits.reports.coverage import GOAL
from visits.reports.periods import recent_span
from visits.reports.territories import territory_book, territory_page
from visits.views.asking import refusals_shown


@require_safe
def territories(request: HttpRequest) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    span = recent_span(now)
    book = territory_book(person, on=day_for(person, now), now=now, span=span)
    context = {"book": book, "span": span, "goal": GOAL, "manages": person.sees_all_territories}
    return render(request, "territories/list.html", context)


@require_safe
def territory(request: HttpRequest, pk: int) -> HttpResponse:
    """One territory. A manager looks areas up here, to give or take them on the next page."""
    person, now = signed_in(request), timezone.now()
    found = get_object_or_404(Territory.objects.visible_to(person), pk=pk)
    on, span = day_for(person, now), recent_span(now)
    looking = FindAreaForm(request.GET)
    wanted = looking.cleaned_data["q"] if looking.is_valid() else ""
    manages = person.sees_all_territories and not found.is_unassigned
    context = {
        "page": territory_page(person, found, now=now, span=span, with_months=not wanted),
        "territory": found,
        "span": span,
        "now": on,
        "goal": GOAL,
        "manages": manages,
        "looking": looking,
        "wanted": wanted,
        "found_areas": find_areas(wanted) if manages else [],
    }
    status = 200 if looking.is_valid() else 400
    return render(request, "territories/territory.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new_territory(request: HttpRequest) -> HttpResponse:
    person = managing(request)
    form = TerritoryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            made = services.create_territory(
                form.cleaned_data["name"], by=person, colour=form.cleaned_data["colour"]
            )
            return redirect("territory", made.pk)
    return render(request, "territories/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_territory(request: HttpRequest, pk: int) -> HttpResponse:
    person = managing(request)
    found = managed(person, pk)
    form = TerritoryForm(
        request.POST if request.method == "POST" else None,
        initial={"name": found.name, "colour": found.colour},
    )
    if form.is_valid():
        with refusals_on(form):
            services.edit_territory(found, by=person, **form.cleaned_data)
            return redirect("territory", pk)
    return render(request, "territories/edit.html", {"form": form, "territory": found})


@require_POST
def delete_territory(request: HttpRequest, pk: int) -> HttpResponse:
    person = managing(request)
    found = managed(person, pk)
    with refusals_shown(request):
        services.delete_territory(found, by=person)
        messages.success(request, f"{found} is gone.")
    return redirect("territories")


def managing(request: HttpRequest) -> User:
    """The person, who must be one of those who share out territories."""
    person = signed_in(request)
    if not person.sees_all_territories:
        raise PermissionDenied
    return person


def managed(person: User, pk: int) -> Territory:
    """Unassigned is built in: it has neither areas nor people to change."""
    return get_object_or_404(Territory.objects.visible_to(person), pk=pk, is_unassigned=False)
