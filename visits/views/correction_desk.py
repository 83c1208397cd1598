"""The desk of corrections: admins decide, managers read. And whose NPI somebody has."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from contacts.corrections import services
from contacts.corrections.kinds import Kind
from contacts.corrections.querysets import ChangeRequestQuerySet
from contacts.corrections.reports import (
    candidates_for,
    lines,
    open_by_kind,
    without_npi,
)
from contacts.models import ChangeRequest, NpiMatch, Physician
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.wording import count_of
from visits.days import day_for
from visits.forms.corrections import DecisionForm, NpiForm, WordForm
from visits.views.asking import go_back, refusals_shown
from visits.views.corrections import asked_for, show_correction

SHOWN = 50
ANSWERED = 12


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first, and what was decided last."""
    person, now = _overseeing(request), timezone.now()
    kind = _kind(request)
    rows = ChangeRequest.objects.visible_to(person)
    waiting = rows.open().of_kind(kind)
    counts = open_by_kind(person)
    context = {
        "lines": lines(waiting.for_list().oldest_first()[:SHOWN], live=True),
        "answered": lines(rows.answered().for_list().order_by("-decided_at", "-pk")[:ANSWERED]),
        "counts": counts,
        "kind": kind,
        "total": sum(one.count for one in counts if kind in ("", one.kind)),
        "every": sum(one.count for one in counts),
        "unknown": len(without_npi(person)),
        "batch": _batch(request, rows),
        "now": now,
    }
    return render(request, "corrections/desk.html", context)


@require_POST
def approve_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """As proposed, or as edited on the correction's own page."""
    found, person = asked_for(request, pk)
    now = timezone.now()
    if "as_proposed" in request.POST:
        with refusals_shown(request):
            services.approve(found, by=person, at=now)
            messages.success(request, f"{found.get_kind_display()} is the fact now.")
        return go_back(request, "corrections")
    form = DecisionForm(request.POST, correction=found, person=person)
    if form.is_valid():
        with refusals_on(form):
            word = form.cleaned_data["word"]
            services.approve(found, by=person, at=now, value=form.value(), word=word)
            messages.success(request, f"{found.get_kind_display()} is the fact now.")
            return go_back(request, "corrections")
    return show_correction(request, found, form)


@require_POST
def decline_correction(request: HttpRequest, pk: int) -> HttpResponse:
    found, person = asked_for(request, pk)
    form = WordForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why, in a word to whoever proposed it.")
        return go_back(request, found.get_absolute_url())
    with refusals_shown(request):
        word = form.cleaned_data["word"]
        services.decline(found, by=person, at=timezone.now(), word=word)
        messages.success(request, f"Declined. {found.by or 'The office'} hears why.")
    return go_back(request, "corrections")


@require_POST
def approve_corrections(request: HttpRequest) -> HttpResponse:
    """All that match, not only those that are shown."""
    person, kind = _overseeing(request), _kind(request)
    waiting = ChangeRequest.objects.visible_to(person).open().of_kind(kind).oldest_first()
    batch = services.approve_all(list(waiting), by=person, at=timezone.now())
    if batch.refused:
        count = count_of(len(batch.refused), "correction")
        messages.error(request, f"{count} could not be approved. {batch.refused[0]}")
    if not batch.approved:
        return redirect("corrections")
    messages.success(request, f"{count_of(batch.approved, 'correction')} approved.")
    return redirect(f"{request.path.removesuffix('approve/')}?batch={batch.key}")


@require_POST
def undo_corrections(request: HttpRequest, key: UUID) -> HttpResponse:
    person = _overseeing(request)
    if not ChangeRequest.objects.visible_to(person).filter(batch=key).exists():
        raise Http404
    batch = services.undo_all(key, by=person, at=timezone.now())
    for refusal in batch.refused[:1]:
        messages.error(request, f"{len(batch.refused)} stay approved. {refusal}")
    messages.success(request, f"{count_of(batch.approved, 'correction')} open again.")
    return redirect("corrections")


@require_safe
def unknown_physicians(request: HttpRequest) -> HttpResponse:
    """Named in the field, and nobody knows their NPI yet."""
    person = _overseeing(request)
    matches = NpiMatch.objects.visible_to(person).standing()
    matches = matches.select_related("physician", "into", "made_by")
    context = {
        "physicians": without_npi(person),
        "matches": matches[:ANSWERED],
        "now": timezone.now(),
    }
    return render(request, "corrections/unknown.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def find_npi(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may it be? One tap gives the NPI, and joins the two if both are here."""
    person, now = _overseeing(request), timezone.now()
    physician = get_object_or_404(Physician.objects.visible_to(person), pk=pk)
    form = NpiForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            match = services.give_npi(physician, form.cleaned_data["npi"], by=person, at=now)
            messages.success(request, f"{match.into or physician} has NPI {match.npi}.")
            return redirect("unknown-physicians")
    found = candidates_for(physician, viewer=person, on=day_for(person, now))
    context = {"physician": physician, "form": form, "candidates": found}
    return render(request, "corrections/find_npi.html", context)


@require_POST
def undo_match(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    match = get_object_or_404(NpiMatch.objects.visible_to(person), pk=pk)
    with refusals_shown(request):
        services.undo_match(match, by=person, at=timezone.now())
        messages.success(request, f"{match.physician} is without an NPI again.")
    return redirect("unknown-physicians")


def _overseeing(request: HttpRequest) -> User:
    person = signed_in(request)
    if not person.sees_all_territories:
        raise PermissionDenied
    return person


def _kind(request: HttpRequest) -> str:
    kind = request.POST.get("kind") or request.GET.get("kind") or ""
    if kind and kind not in Kind.values:
        raise BadRequest
    return kind


def _batch(request: HttpRequest, rows: ChangeRequestQuerySet) -> UUID | None:
    """What was just approved in one go, while it can be undone."""
    asked = request.GET.get("batch", "")
    if not asked:
        return None
    try:
        key = UUID(asked)
    except ValueError as error:
        raise BadRequest from error
    return key if rows.answered().filter(batch=key).exists() else None
