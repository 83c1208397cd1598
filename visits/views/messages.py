"""Service messages: the list, one with its versions and how far it came, and telling an office."""

from __future__ import annotations

from django.contrib import messages as toasts
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.keyset import RowNotThere, stretch
from liaison_crm.core.wording import count_of
from visits.days import day_for
from visits.education import services
from visits.education.models import Hearing, Message
from visits.education.reports import (
    STATES,
    heard_at,
    offices_of,
    reach_by_territory,
    reach_in,
    reach_of,
)
from visits.forms.messages import MessageForm, OfficesNarrowing, TellForm
from visits.views.asking import go_back, happened_at, reconsidered, refusals_shown, way_back
from visits.views.territories import managing

LISTED = 20


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """What is told now, with how many of one's practices have heard it; then the rest."""
    person = signed_in(request)
    today = day_for(person, timezone.now())
    rows = list(Message.objects.visible_to(person).select_related("service_line"))
    reach = reach_of(rows, viewer=person)
    shown = [(one, reach[one.pk]) for one in rows]
    current = [pair for pair in shown if pair[0].is_current(today)]
    context = {
        "headline": f"{count_of(len(current), 'message')} to tell",
        "current": current,
        "others": [pair for pair in shown if not pair[0].is_current(today)],
        "today": today,
        "may_edit": person.sees_all_territories,
    }
    return render(request, "messages/list.html", context)


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """What to say, how far it has come, and which offices stand how with it."""
    person = signed_in(request)
    today = day_for(person, timezone.now())
    found = _message(person, pk)
    asked = OfficesNarrowing(request.GET, viewer=person)
    if not asked.is_valid():
        context = {"message": found, "asked": asked, "refused": True}
        return render(request, "messages/message.html", context, status=400)
    versions = list(found.versions.select_related("published_by"))
    territories = reach_by_territory(found, viewer=person)
    chosen = asked.cleaned_data["territory"]
    reach = reach_in(territories, chosen)
    state = asked.cleaned_data["state"] or reach.most_pressing
    among = Practice.objects.visible_to(person)
    offices = offices_of(found, viewer=person, state=state, territory=chosen)
    try:
        page = stretch(offices, order=("name", "pk"), size=LISTED, place=asked.place, among=among)
    except RowNotThere as error:
        raise Http404 from error
    context = {
        "message": found,
        "latest": versions[0],
        "earlier": versions[1:],
        "territories": territories,
        "asked": asked,
        "chosen": chosen,
        "reach": reach,
        "state": state,
        "states": [(name, f"{words} {reach.of(name):,}") for name, words in STATES.items()],
        "page": page,
        "offices": [(practice, heard_at(practice)) for practice in page.rows],
        "is_current": found.is_current(today),
        "today": today,
        "may_edit": person.sees_all_territories,
    }
    return render(request, "messages/message.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_message(request: HttpRequest) -> HttpResponse:
    person, now = managing(request), timezone.now()
    form = MessageForm(
        request.POST if request.method == "POST" else None,
        viewer=person,
        initial={"valid_from": day_for(person, now)},
    )
    if form.is_valid():
        with refusals_on(form):
            return redirect(services.publish_message(form.said(), by=person, at=now))
    return render(request, "messages/edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_message(request: HttpRequest, pk: int) -> HttpResponse:
    person = managing(request)
    found = _message(person, pk)
    latest = found.versions.get(number=found.version)
    form = MessageForm(
        request.POST if request.method == "POST" else None,
        viewer=person,
        initial={
            "title": found.title,
            "service_line": found.service_line_id,
            "points": latest.points,
            "valid_from": found.valid_from,
            "valid_until": found.valid_until,
        },
    )
    if form.is_valid():
        with refusals_on(form):
            services.revise_message(found, form.said(), by=person, at=timezone.now())
            return redirect(found)
    return render(request, "messages/edit.html", {"form": form, "message": found})


@require_POST
def withdraw_message(request: HttpRequest, pk: int) -> HttpResponse:
    found = _message(signed_in(request), pk)
    return reconsidered(request, found, services.withdraw_message)


@require_POST
def restore_message(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    found = _message(person, pk)
    with refusals_shown(request):
        services.restore_message(found, by=person)
    return redirect(found)


@require_POST
def tell_office(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the office has heard a message, in the version the page showed."""
    person, at = signed_in(request), happened_at(request, timezone.now())
    own = Practice.objects.visible_to(person).worked_by(person)
    practice = get_object_or_404(own, pk=pk)
    form = TellForm(request.POST, viewer=person)
    if not form.is_valid():
        toasts.error(request, "Choose a message that is told now.")
        return go_back(request, practice.get_absolute_url())
    version, key = form.cleaned_data["version"], form.cleaned_data["client_key"]
    with refusals_shown(request):
        services.tell_office(practice, version, by=person, at=at, client_key=key)
    return _back_to_row(request, practice, version.message_id)


@require_POST
def untell_office(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    heard = Hearing.objects.visible_to(person).select_related("practice", "version")
    told = get_object_or_404(heard, pk=pk)
    practice, about = told.practice, told.version.message_id
    with refusals_shown(request):
        services.untell_office(told, by=person)
    return _back_to_row(request, practice, about)


def _back_to_row(request: HttpRequest, practice: Practice, about: int) -> HttpResponse:
    """The page that asked, at the row that was tapped."""
    address, _, _ = way_back(request, practice.get_absolute_url()).partition("#")
    return redirect(f"{address}#message-{about}")


def _message(person: User, pk: int) -> Message:
    rows = Message.objects.visible_to(person).select_related("service_line")
    return get_object_or_404(rows, pk=pk)
