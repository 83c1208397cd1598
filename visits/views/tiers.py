"""Tiers: how often each is due, what the volumes propose, and which one a practice has."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import Territory
from contacts.models import Practice
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.wording import count_of
from visits.days import day_for
from visits.forms.plan import CadencesForm, SharesForm, TierForm
from visits.planning import covering, tiering
from visits.planning.models import Cadence, CoverageGoal, TierChange
from visits.planning.proposing import Shares, proposal
from visits.reports.periods import recent_span
from visits.views.asking import go_back, named, refusals_shown
from visits.views.territories import managing

USUAL = Shares()


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """What is seen in time, by territory and owner; a liaison reads of his own territories."""
    person, now = signed_in(request), timezone.now()
    on, asked = day_for(person, now), request.GET.get("territory")
    own = Territory.objects.visible_to(person).worked_by(person, on=on)
    territory = named(own, asked) if asked else None
    # All territories at once would be a long list, so those who see them begin with the A ones.
    tiers = ("A",) if person.sees_all_territories and not territory else ("A", "B", "C")
    context = {
        "coverage": covering.coverage(person, on=on, now=now),
        "overdue": covering.overdue(person, on=on, now=now, territory=territory, tiers=tiers),
        "overdue_title": f"Overdue in {territory}" if territory else _of_tiers(tiers),
        "territory": territory,
        "today": on,
        "now": now,
        "manages": person.sees_all_territories,
    }
    return render(request, "tiers/coverage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tiers(request: HttpRequest) -> HttpResponse:
    """The cadences and the goal; what was given by volume, to be undone."""
    person = managing(request)
    form = CadencesForm(
        request.POST if request.method == "POST" else None,
        known=list(Cadence.objects.visible_to(person)),
        goal=CoverageGoal.objects.visible_to(person).the_one(),
    )
    if form.is_valid():
        with refusals_on(form):
            tiering.set_cadences(form.days(), goal=form.cleaned_data["goal"], by=person)
            messages.success(request, "Saved.")
            return redirect("tiers")
    context = {
        "form": form,
        "shares": SharesForm(initial={**vars_of(USUAL)}),
        "changes": TierChange.objects.visible_to(person).select_related("made_by")[:5],
        "now": timezone.now(),
    }
    return render(request, "tiers/tiers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose_tiers(request: HttpRequest) -> HttpResponse:
    """A GET shows what the shares would change; the POST of the same shares changes it."""
    person, now = managing(request), timezone.now()
    span = recent_span(now)
    form = SharesForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        refused = {"shares": form, "found": None, "span": span}
        return render(request, "tiers/propose.html", refused, status=400)
    if request.method == "POST":
        with refusals_on(form):
            change = tiering.give_tiers_by_volume(form.shares(), by=person, at=now, span=span)
            said = count_of(change.practices_changed, "practice")
            messages.success(request, f"{said} changed tier. Undo is below.")
            return redirect("tiers")
    context = {"shares": form, "found": proposal(person, form.shares(), span=span), "span": span}
    return render(request, "tiers/propose.html", context)


@require_POST
def undo_tiers(request: HttpRequest, pk: int) -> HttpResponse:
    person = managing(request)
    change = get_object_or_404(TierChange.objects.visible_to(person), pk=pk)
    with refusals_shown(request):
        back = tiering.undo_tier_change(change, by=person, at=timezone.now())
        messages.success(request, f"Undone: {count_of(back, 'practice')} have their tier back.")
    return redirect("tiers")


@require_POST
def set_tier(request: HttpRequest, pk: int) -> HttpResponse:
    person = managing(request)
    practice = get_object_or_404(Practice.objects.visible_to(person), pk=pk)
    form = TierForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose A, B, C or D, or none.")
        return go_back(request, practice.get_absolute_url())
    tier = form.cleaned_data["tier"]
    with refusals_shown(request):
        tiering.set_tier(practice, tier, by=person, at=timezone.now())
        messages.success(request, f"{practice} is {tier} now." if tier else "It has no tier now.")
    return go_back(request, practice.get_absolute_url())


def _of_tiers(tiers: tuple[str, ...]) -> str:
    return "Overdue" if len(tiers) > 1 else f"{tiers[0]} practices overdue"


def vars_of(shares: Shares) -> dict[str, int | bool]:
    return {"a": shares.a, "b": shares.b, "c": shares.c, "only_new": shares.only_new}
