"""Today: for a liaison the next stop, for a manager the team."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from accounts.models import User
from accounts.workdays.reports import team_workdays
from contacts.corrections.reports import answered_lately
from liaison_crm.core.periods import site_today
from visits.days import day_for
from visits.planning.models import Dismissal
from visits.planning.suggesting import Asked, suggestions
from visits.reports.periods import recent_span
from visits.reports.team import team_day
from visits.reports.today import day_of, who_assigns
from visits.views.asking import named

SUGGESTED = 5


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """One's own day; for those who see every territory the team's, or `?liaison=` one person's."""
    person = signed_in(request)
    asked = request.GET.get("liaison")
    if person.sees_all_territories and not asked:
        return _team(request, person)
    liaison = named(User.objects.visible_to(person), asked) if asked else person
    if liaison != person and not person.sees_all_territories:
        raise Http404
    return _one_day(request, person, liaison)


def _one_day(request: HttpRequest, person: User, liaison: User) -> HttpResponse:
    now = timezone.now()
    on, span = day_for(liaison, now), recent_span(now)
    day = day_of(liaison, viewer=person, on=on, span=span)
    idle = not day.to_go and liaison == person
    context = {
        "day": day,
        "today": on,
        "now": now,
        "span": span,
        "own": liaison == person,
        "editing": "reorder" in request.GET,
        "whose": liaison.pk if liaison != person else None,
        "answers": answered_lately(person, now=now) if liaison == person else (),
        "order": [stop.plan.pk for stop in (day.next, *day.later) if stop],
    }
    if idle:
        context |= _free(person, on=on, now=now)
    return render(request, "visits/today.html", context)


def _free(person: User, *, on: date, now: datetime) -> dict[str, Any]:
    """Where to go on a day without stops; else who could give him a territory."""
    workdays = team_workdays()
    # On a day when offices are closed, the next one on which they are not.
    plan_for = workdays.on_or_after(on)
    asked = Asked(person, plan_for, now)
    suggested = suggestions(asked, viewer=person, workdays=workdays, limit=SUGGESTED)
    return {
        "plan_for": plan_for,
        "whys": Dismissal.Why,
        "suggested": suggested,
        "managers": None if suggested.shown else who_assigns(person),
    }


@require_safe
def team_now(request: HttpRequest) -> HttpResponse:
    """The team's day once more, for a page that is left open."""
    person = signed_in(request)
    if not person.sees_all_territories:
        raise PermissionDenied
    return _team(request, person, template="visits/_team_now.html")


def _team(
    request: HttpRequest, person: User, *, template: str = "visits/team.html"
) -> HttpResponse:
    now = timezone.now()
    on = site_today(now)
    context = {"team": team_day(person, on=on), "now": now, "on": on}
    return render(request, template, context)
