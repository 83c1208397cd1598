"""Promises: the list, one more, and what becomes of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.errors import refusals_on
from visits import services
from visits.days import day_for
from visits.forms.people import OfficePeople
from visits.forms.promising import DueDayForm, HandOnForm, PromiseForm
from visits.models import FollowUp
from visits.views.asking import go_back, named, refusals_shown, way_back


@require_http_methods(["GET", "HEAD", "POST"])
def new_follow_up(request: HttpRequest) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    asked = request.POST.get("practice") or request.GET.get("practice") or ""
    practice = named(Practice.objects.visible_to(person).worked_by(person), asked)
    office = OfficePeople.at(practice, on=day_for(person, now), viewer=person)
    form = PromiseForm(request.POST if request.method == "POST" else None, office=office)
    if form.is_valid():
        with refusals_on(form):
            services.make_promise(practice, by=person, at=now, promise=form.made())
            return go_back(request, practice.get_absolute_url())
    back = way_back(request, practice.get_absolute_url())
    context = {"form": form, "practice": practice, "next": back}
    return render(request, "visits/new_follow_up.html", context)


@require_POST
def keep_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up, person = _follow_up(request, pk)
    with refusals_shown(request):
        services.keep_follow_up(follow_up, by=person, at=timezone.now())
    return go_back(request, "follow-ups")


@require_POST
def reopen_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up, person = _follow_up(request, pk)
    with refusals_shown(request):
        services.reopen_follow_up(follow_up, by=person)
    return go_back(request, "follow-ups")


@require_POST
def drop_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up, person = _follow_up(request, pk)
    with refusals_shown(request):
        services.drop_follow_up(follow_up, by=person, at=timezone.now())
    return go_back(request, "follow-ups")


@require_http_methods(["GET", "HEAD", "POST"])
def reschedule_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day; for managers also another owner."""
    follow_up, person = _follow_up(request, pk)
    today = day_for(person, timezone.now())
    moving = request.method == "POST" and "due_on" in request.POST
    form = DueDayForm(request.POST if moving else None, initial={"due_on": follow_up.due_on})
    if form.is_valid():
        with refusals_on(form):
            services.reschedule_follow_up(
                follow_up, by=person, today=today, due_on=form.cleaned_data["due_on"]
            )
            return go_back(request, "follow-ups")
    context = {
        "follow_up": follow_up,
        "form": form,
        "today": today,
        "hand_on": _hand_on(follow_up, person) if person.sees_all_territories else None,
        "next": way_back(request, "follow-ups"),
    }
    return render(request, "visits/reschedule_follow_up.html", context)


@require_POST
def reassign_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up, person = _follow_up(request, pk)
    form = _hand_on(follow_up, person, request)
    if not form.is_valid():
        messages.error(request, "Choose a colleague who works this practice.")
        return go_back(request, "follow-ups")
    with refusals_shown(request):
        services.reassign_follow_up(follow_up, by=person, to=form.cleaned_data["to"])
        messages.success(request, f"{form.cleaned_data['to']} has this promise now.")
    return go_back(request, "follow-ups")


def _hand_on(follow_up: FollowUp, person: User, request: HttpRequest | None = None) -> HandOnForm:
    return HandOnForm(
        request.POST if request else None,
        practice=follow_up.practice,
        viewer=person,
        on=day_for(person, timezone.now()),
    )


def _follow_up(request: HttpRequest, pk: int) -> tuple[FollowUp, User]:
    person = signed_in(request)
    return get_object_or_404(FollowUp.objects.visible_to(person).for_list(), pk=pk), person
