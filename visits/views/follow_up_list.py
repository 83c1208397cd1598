"""Promises as a list: one's own, or the team's with what is overdue by owner."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from accounts.models import User
from liaison_crm.core.keyset import RowNotThere, stretch
from visits.days import day_for
from visits.forms.narrowing import FollowUpsNarrowing
from visits.models import FollowUp
from visits.promises.reports import promises_by_owner
from visits.reports.lists import count_up_to
from visits.views.asking import headline

PAGE = 50
LATEST = ("-kept_at", "-pk")
ORDERS = {"kept": LATEST, "untold": LATEST}
SOONEST = ("due_on", "pk")
WORDS = {"open": "open", "overdue": "overdue", "untold": "kept but not told", "kept": "kept"}


@require_safe
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Without a filter a liaison sees his own, and a manager everybody's."""
    person = signed_in(request)
    today = day_for(person, timezone.now())
    asked = FollowUpsNarrowing(request.GET, viewer=person)
    if not asked.is_valid():
        return render(
            request, "visits/follow_ups.html", {"asked": asked, "refused": True}, status=400
        )
    state = asked.cleaned_data["state"] or "open"
    among = FollowUp.objects.visible_to(person)
    rows = _narrowed(among, asked, person, state=state, today=today)
    try:
        page = stretch(
            rows.for_list(),
            order=ORDERS.get(state, SOONEST),
            size=PAGE,
            place=asked.place,
            among=among,
        )
    except RowNotThere as error:
        raise Http404 from error
    context = {
        "asked": asked,
        "state": state,
        "page": page,
        "states": FollowUpsNarrowing.STATES,
        "headline": headline(count_up_to(rows), "promise", f" {WORDS[state]}"),
        "nothing": f"No promise is {WORDS[state]}",
        "today": today,
        "several_owners": _owner(asked, person) is None,
        "owner": _owner(asked, person),
        "owners": promises_by_owner(person, on=today) if person.sees_all_territories else (),
    }
    return render(request, "visits/follow_ups.html", context)


def _narrowed(
    among: Any, asked: FollowUpsNarrowing, person: User, *, state: str, today: date
) -> Any:
    rows = {
        "open": among.open,
        "overdue": lambda: among.overdue(today),
        "untold": among.untold,
        "kept": among.kept,
    }[state]()
    owner, practice = _owner(asked, person), asked.cleaned_data["practice"]
    if owner:
        rows = rows.owned_by(owner)
    return rows.filter(practice=practice) if practice else rows


def _owner(asked: FollowUpsNarrowing, person: User) -> User | None:
    """Whose promises: the person asked for; by default a liaison's own, unless of one practice."""
    said: User | None = asked.cleaned_data["owner"]
    everyones = asked.cleaned_data["practice"] or asked.cleaned_data["everyone"]
    return said if said or everyones or person.sees_all_territories else person
