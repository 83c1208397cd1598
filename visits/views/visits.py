"""Visits: the list, one of them, and its liaison's second thoughts."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.keyset import RowNotThere, stretch
from visits import services
from visits.correcting.services import may_correct
from visits.days import day_for
from visits.education.reports import messages_told_in
from visits.forms.narrowing import VisitsNarrowing
from visits.forms.people import OfficePeople
from visits.forms.recording import EditVisitForm
from visits.models import Correction, Visit
from visits.reports.histories import changes_of
from visits.reports.lists import count_up_to
from visits.services.recording import CHANGEABLE_FOR, can_change
from visits.views.asking import headline, reconsidered, until

PAGE = 50
NEWEST = ("-held_at", "-pk")


@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    asked = VisitsNarrowing(request.GET, viewer=person)
    if not asked.is_valid():
        return render(request, "visits/list.html", {"asked": asked, "refused": True}, status=400)
    among = Visit.objects.visible_to(person)
    rows = among.narrowed(**asked.chosen).held_within(*asked.moments())
    try:
        page = stretch(rows.for_list(), order=NEWEST, size=PAGE, place=asked.place, among=among)
    except RowNotThere as error:
        raise Http404 from error
    context = {
        "asked": asked,
        "page": page,
        "headline": headline(count_up_to(rows), "visit"),
        "now": timezone.now(),
    }
    return render(request, "visits/list.html", context)


@require_safe
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit. Taken back it is shown to those who may restore or oversee it."""
    person, now = signed_in(request), timezone.now()
    found = _visit(person, pk)
    corrections = list(found.corrections.select_related("made_by"))
    context = {
        "visit": found,
        "now": now,
        "today": day_for(person, now),
        "may_change": can_change(found, by=person, at=now),
        "may_correct": may_correct(found, by=person, at=now),
        "until": until(found.created_at + CHANGEABLE_FOR, now),
        "promises": found.follow_ups.for_list(),
        "messages_told": messages_told_in(found, viewer=person, on=day_for(person, now)),
        "changes": changes_of(found, corrections),
        "corrections": [one for one in corrections if one.what != Correction.What.RESTORED],
    }
    return render(request, "visits/visit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_visit(request: HttpRequest, pk: int) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    found = _visit(person, pk)
    if found.liaison_id != person.pk:
        raise PermissionDenied
    if not can_change(found, by=person, at=now):
        return redirect("correct-visit", pk)
    office = OfficePeople.who_could_be_met(found, viewer=person)
    form = EditVisitForm(
        request.POST if request.method == "POST" else None,
        practice=found.practice,
        office=office,
        liaison=person,
        visit=found,
    )
    if form.is_valid():
        with refusals_on(form):
            services.edit_visit(found, by=person, at=now, record=form.record())
            messages.success(request, "Corrected.")
            return redirect(found)
    return render(request, "visits/edit.html", {"form": form, "visit": found})


@require_POST
def take_back_visit(request: HttpRequest, pk: int) -> HttpResponse:
    return reconsidered(request, _visit(signed_in(request), pk), services.take_back_visit)


@require_POST
def restore_visit(request: HttpRequest, pk: int) -> HttpResponse:
    return reconsidered(request, _visit(signed_in(request), pk), services.restore_visit)


def _visit(person: User, pk: int) -> Visit:
    return get_object_or_404(Visit.ever.visible_to(person).for_list().seen_by(person), pk=pk)
