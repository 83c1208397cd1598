"""Late promises by owner, for managers: handed on together, and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from accounts.models import User
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.wording import count_of
from visits.days import day_for
from visits.forms.promising import HandOverForm, OwnerForm
from visits.models import FollowUp, PromiseHandover
from visits.promises import services
from visits.promises.reports import latest_handovers, promises_by_owner
from visits.views.asking import refusals_shown

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def promises_by_owner_page(request: HttpRequest) -> HttpResponse:
    """Who is late; `?owner=` shows his late promises, to be handed on together."""
    person = _managing(request)
    asked = OwnerForm(request.GET, viewer=person)
    if not asked.is_valid():
        raise Http404
    owner: User | None = asked.cleaned_data["owner"]
    form = HandOverForm(request.POST if request.method == "POST" else None, viewer=person)
    if form.is_valid():
        with refusals_on(form):
            made = services.hand_over_promises(
                form.cleaned_data["promise"],
                to=form.cleaned_data["to"],
                by=person,
                at=timezone.now(),
            )
            messages.success(request, _words(made))
            return redirect(_page_of(owner))
    return render(request, "visits/promises_by_owner.html", _context(person, owner, form))


@require_POST
def undo_promise_handover(request: HttpRequest, pk: int) -> HttpResponse:
    person = _managing(request)
    made = get_object_or_404(PromiseHandover.objects.visible_to(person), pk=pk)
    with refusals_shown(request):
        back = services.undo_handover(made, by=person, at=timezone.now())
        messages.success(request, f"{count_of(back, 'promise')} given back.")
    return redirect("promises-by-owner")


def _context(person: User, owner: User | None, form: HandOverForm) -> dict[str, Any]:
    now = timezone.now()
    today = day_for(person, now)
    late = FollowUp.objects.visible_to(person).overdue(today)
    rows = list(late.owned_by(owner).for_list()[: SHOWN + 1]) if owner else []
    owners = promises_by_owner(person, on=today)
    overdue = sum(one.overdue for one in owners)
    return {
        "owners": owners,
        "headline": f"{count_of(overdue, 'promise')} late" if overdue else "No promise is late",
        "owner": owner,
        "rows": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "form": form,
        "handovers": latest_handovers(person),
        "today": today,
        "now": now,
    }


def _words(made: PromiseHandover) -> str:
    left = f" {made.left_out} stayed: {made.to} does not work there." if made.left_out else ""
    return f"{made.to} has {count_of(made.count, 'promise')} more.{left}"


def _page_of(owner: User | None) -> str:
    return reverse("promises-by-owner") + (f"?owner={owner.pk}" if owner else "")


def _managing(request: HttpRequest) -> User:
    person = signed_in(request)
    if not person.sees_all_territories:
        raise PermissionDenied
    return person
