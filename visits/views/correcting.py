"""A visit whose seven days are over says something else only with a reason."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import signed_in
from accounts.models import User
from liaison_crm.core.errors import refusals_on
from visits.correcting import services
from visits.forms.people import OfficePeople
from visits.forms.recording import CorrectVisitForm, ReasonForm
from visits.models import Correction, Visit

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def correct_visit(request: HttpRequest, pk: int) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    visit = _theirs(person, pk)
    form = CorrectVisitForm(
        request.POST if request.method == "POST" else None,
        practice=visit.practice,
        office=OfficePeople.who_could_be_met(visit, viewer=person),
        liaison=person,
        visit=visit,
    )
    if form.is_valid():
        with refusals_on(form):
            services.correct_visit(
                visit, by=person, at=now, reason=form.why(), record=form.record()
            )
            messages.success(request, "Corrected. What it said before stays readable.")
            return redirect(visit)
    return render(request, "visits/correct.html", {"form": form, "visit": visit})


@require_http_methods(FORM)
def withdraw_visit(request: HttpRequest, pk: int) -> HttpResponse:
    words = ("It did not happen", "Take the visit back")
    return _with_reason(request, pk, services.withdraw_visit, words)


@require_http_methods(FORM)
def reinstate_visit(request: HttpRequest, pk: int) -> HttpResponse:
    words = ("It did happen", "Restore the visit")
    return _with_reason(request, pk, services.reinstate_visit, words)


def _with_reason(
    request: HttpRequest, pk: int, act: Callable[..., Correction], words: tuple[str, str]
) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    visit = _theirs(person, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            act(visit, by=person, at=now, reason=form.why())
            return redirect(visit)
    context = {"form": form, "visit": visit, "headline": words[0], "button": words[1]}
    return render(request, "visits/reason.html", context)


def _theirs(person: User, pk: int) -> Visit:
    """One's own visit; for those who oversee him also another's."""
    visit = get_object_or_404(Visit.ever.visible_to(person).for_list().seen_by(person), pk=pk)
    if visit.liaison_id != person.pk and not person.sees_all_territories:
        raise PermissionDenied
    return visit
