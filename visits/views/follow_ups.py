"""Promises: the list, one more, and what becomes of each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.sending import sending_of
from visits import services
from visits.days import day_for
from visits.forms.people import OfficePeople
from visits.forms.promising import DueDayForm, HandOnForm, PromiseForm, ToldForm
from visits.models import FollowUp
from visits.promises.history import history_of
from visits.promises.reports import suggestions_at
from visits.views.asking import go_back, happened_at, named, refusals_shown, way_back


@require_http_methods(["GET", "HEAD", "POST"])
def new_follow_up(request: HttpRequest) -> HttpResponse:
    person, at = signed_in(request), happened_at(request, timezone.now())
    on = day_for(person, at)
    asked = request.POST.get("practice") or request.GET.get("practice") or ""
    practice = named(Practice.objects.visible_to(person).worked_by(person), asked)
    office = OfficePeople.at(practice, on=on, viewer=person)
    form = PromiseForm(
        request.POST if request.method == "POST" else None,
        office=office,
        words=suggestions_at(practice, viewer=person),
        on=on,
    )
    if form.is_valid():
        with refusals_on(form):
            made = replace(form.made(), sending=sending_of(request, at=timezone.now()))
            services.make_promise(practice, by=person, at=at, promise=made)
            return go_back(request, practice.get_absolute_url())
    back = way_back(request, practice.get_absolute_url())
    context = {"form": form, "practice": practice, "next": back}
    return render(request, "visits/new_follow_up.html", context)


@require_POST
def keep_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Kept; and told as well, if the same tap says whom."""
    follow_up, person = _follow_up(request, pk)
    at = happened_at(request, timezone.now())
    form = _told(request, follow_up, person, at)
    if not form.is_valid():
        messages.error(request, _first_mistake(form))
        return _back_to_row(request, follow_up)
    with refusals_shown(request):
        services.keep_follow_up(
            follow_up,
            by=person,
            at=at,
            told=form.whom(),
            client_key=form.cleaned_data["client_key"],
        )
    return _back_to_row(request, follow_up)


@require_POST
def tell_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """The office heard that it was kept."""
    follow_up, person = _follow_up(request, pk)
    at = happened_at(request, timezone.now())
    form = _told(request, follow_up, person, at)
    told = form.whom() if form.is_valid() else None
    if told is None:
        messages.error(request, _first_mistake(form) or "Say whom you told.")
        return _back_to_row(request, follow_up)
    with refusals_shown(request):
        services.tell_office(
            follow_up,
            by=person,
            at=form.moment(at, ZoneInfo(person.time_zone)),
            told=told,
            client_key=form.cleaned_data["client_key"],
        )
    return _back_to_row(request, follow_up)


@require_POST
def untell_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up, person = _follow_up(request, pk)
    with refusals_shown(request):
        services.untell_office(follow_up, by=person)
    return _back_to_row(request, follow_up)


@require_POST
def reopen_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up, person = _follow_up(request, pk)
    with refusals_shown(request):
        services.reopen_follow_up(follow_up, by=person)
    return _back_to_row(request, follow_up)


@require_POST
def drop_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up, person = _follow_up(request, pk)
    with refusals_shown(request):
        services.drop_follow_up(follow_up, by=person, at=timezone.now())
    return go_back(request, "follow-ups")


@require_http_methods(["GET", "HEAD", "POST"])
def reschedule_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """A promise: another day, whom one told, what became of it; for managers another owner."""
    follow_up, person = _follow_up(request, pk)
    now = timezone.now()
    today = day_for(person, now)
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
        "telling": _told(request, follow_up, person, now) if follow_up.is_untold else None,
        "history": history_of(follow_up, viewer=person, today=today),
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


def _told(request: HttpRequest, follow_up: FollowUp, person: User, at: datetime) -> ToldForm:
    today = day_for(person, at)
    return ToldForm(
        request.POST if request.method == "POST" else None,
        office=OfficePeople.at(follow_up.practice, on=today, viewer=person),
        today=today,
    )


def _first_mistake(form: ToldForm) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), "")


def _back_to_row(request: HttpRequest, follow_up: FollowUp) -> HttpResponse:
    """The page that asked, at the row that was tapped."""
    address, _, _ = way_back(request, "follow-ups").partition("#")
    return redirect(f"{address}#promise-{follow_up.pk}")


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
