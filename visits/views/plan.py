"""Plan a day: what is suggested and why, what is on it, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from accounts.workdays.reports import team_workdays
from contacts.models import Practice
from liaison_crm.core.periods import parse_iso_date
from liaison_crm.core.wording import long_day
from visits import services
from visits.days import day_for
from visits.forms.plan import DismissForm, OrderForm, SeenForm
from visits.planning.answering import accept_suggestion, dismiss_suggestion, undo_dismissal
from visits.planning.closed import next_open_day
from visits.planning.days import DayPlan, day_plan, miles_of, week_of
from visits.planning.models import Dismissal
from visits.planning.routing import Ordered, order_by_travel
from visits.planning.suggesting import Asked, suggestions
from visits.planning.team import team_week
from visits.views.asking import go_back, named, refusals_shown

SHOWN, SHOWN_ALL = 6, 40


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The next day on which offices are open."""
    person = signed_in(request)
    day = next_open_day(day_for(person, timezone.now()), team_workdays())
    return redirect("plan-day", day.isoformat())


@require_safe
def plan_day(request: HttpRequest, day: str) -> HttpResponse:
    """One's own day; for those who see every territory the team's week, or `?liaison=` his day."""
    person, on, now = signed_in(request), _day(day), timezone.now()
    if person.sees_all_territories and "liaison" not in request.GET:
        return _team(request, person, on, now)
    liaison = _liaison(person, request.GET.get("liaison", ""))
    found, workdays = day_plan(liaison, viewer=person, on=on), team_workdays()
    today = day_for(liaison, now)
    context = {
        "day": found,
        "today": today,
        "is_over": on < today,
        "own": liaison == person,
        # Named in the address where it must be: managers begin with the team.
        "whose": liaison.pk if liaison != person or person.sees_all_territories else None,
        "order": found.order,
        "week": week_of(liaison, viewer=person, on=on, workdays=workdays),
        "kicker": "Plan" if liaison == person else liaison.name,
        "editing": "reorder" in request.GET,
        "ordered": _undoable(found, request.GET.get("was", "")),
        "suggested": suggestions(
            Asked(liaison, on, now),
            viewer=person,
            workdays=workdays,
            stops=found.places,
            limit=SHOWN_ALL if "all" in request.GET else SHOWN,
        ),
        "whys": Dismissal.Why,
        "here": _here(on, liaison, person),
        **_around(on),
    }
    return render(request, "plan/day.html", context)


def _team(request: HttpRequest, person: User, on: date, now: datetime) -> HttpResponse:
    """Everybody's week, and what nobody covers."""
    workdays = team_workdays()
    context = {
        "on": on,
        "today": day_for(person, now),
        "team": team_week(person, on=on, workdays=workdays),
        "suggested": suggestions(Asked(person, on, now), viewer=person, workdays=workdays),
        "whys": Dismissal.Why,
        **_around(on),
    }
    return render(request, "plan/team.html", context)


@require_POST
def accept(request: HttpRequest, day: str) -> HttpResponse:
    person, asked = _asked(request, day)
    practice = _practice(request, person)
    with refusals_shown(request):
        accept_suggestion(practice, by=person, asked=asked)
        messages.success(request, f"{practice} is on {long_day(asked.on)}.")
    return go_back(request, _here(asked.on, asked.liaison, person))


@require_POST
def dismiss(request: HttpRequest, day: str) -> HttpResponse:
    person, asked = _asked(request, day)
    practice, form = _practice(request, person), DismissForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say in a few words why.")
        return go_back(request, _here(asked.on, asked.liaison, person))
    with refusals_shown(request):
        dismiss_suggestion(practice, by=person, asked=asked, **form.cleaned_data)
        messages.success(request, f"{practice} is not suggested for a while. Undo is below.")
    return go_back(request, _here(asked.on, asked.liaison, person))


@require_POST
def undo_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    dismissal = get_object_or_404(Dismissal.objects.visible_to(person), pk=pk)
    with refusals_shown(request):
        undo_dismissal(dismissal, by=person, at=timezone.now())
    return go_back(request, "plan")


@require_POST
def order_stops(request: HttpRequest, day: str) -> HttpResponse:
    """The order a person dragged the stops into, or had before."""
    person, asked = _asked(request, day)
    form = OrderForm(request.POST)
    if not form.is_valid():
        raise Http404
    with refusals_shown(request):
        services.order_stops(asked.liaison, by=person, on=asked.on, **form.cleaned_data)
    return go_back(request, _here(asked.on, asked.liaison, person))


@require_POST
def order_by_way(request: HttpRequest, day: str) -> HttpResponse:
    """The page it goes to says what it saved, and has the way back."""
    person, asked = _asked(request, day)
    here, form = _here(asked.on, asked.liaison, person), SeenForm(request.POST)
    if not form.is_valid():
        raise Http404
    with refusals_shown(request):
        done = order_by_travel(
            asked.liaison, by=person, on=asked.on, seen=form.cleaned_data["seen"]
        )
        if done.was == done.now:
            messages.success(request, done.words)
        else:
            was = urlencode({"was": ",".join(map(str, done.was))})
            here = f"{here}{'&' if '?' in here else '?'}{was}"
    return redirect(here)


def _undoable(day: DayPlan, was: str) -> Ordered | None:
    """What `?was=` says of the order before, if the day still holds the same stops."""
    form = OrderForm({"order": was})
    if not was or not form.is_valid():
        return None
    stops = {stop.plan.pk: stop for stop in day.stops}
    before: Sequence[int] = form.cleaned_data["order"]
    if sorted(before) != sorted(stops) or list(before) == day.order:
        return None
    miles = miles_of([stops[pk] for pk in before], day.start)
    return Ordered(tuple(before), tuple(day.order), miles, day.miles)


def _asked(request: HttpRequest, day: str) -> tuple[User, Asked]:
    person = signed_in(request)
    liaison = _liaison(person, request.POST.get("liaison", ""))
    return person, Asked(liaison, _day(day), timezone.now())


def _liaison(person: User, asked: str) -> User:
    """Whose day it is: one's own, or for who sees every territory anybody's."""
    liaison = named(User.objects.visible_to(person), asked) if asked else person
    if liaison != person and not person.sees_all_territories:
        raise Http404
    return liaison


def _practice(request: HttpRequest, person: User) -> Practice:
    worked = Practice.objects.visible_to(person).worked_by(person)
    return named(worked, request.POST.get("practice", ""))


def _day(text: str) -> date:
    try:
        return parse_iso_date(text)
    except ValidationError as error:
        raise Http404 from error


def _here(on: date, liaison: User, person: User) -> str:
    is_own = liaison == person and not person.sees_all_territories
    query = "" if is_own else f"?{urlencode({'liaison': liaison.pk})}"
    return f"{reverse('plan-day', args=[on.isoformat()])}{query}"


def _around(on: date) -> dict[str, Any]:
    """The weeks beside this one."""
    return {name: on.fromordinal(on.toordinal() + step) for name, step in WEEKS.items()}


WEEKS = {"week_before": -7, "week_after": 7}
