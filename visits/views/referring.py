"""Referrals that a liaison takes by hand: one more, and second thoughts about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.errors import refusals_on
from referrals.by_hand import services
from referrals.by_hand.reports import told_by_feeds
from referrals.models import HandReferral
from visits.days import day_for
from visits.forms.people import OfficePeople
from visits.forms.referring import TakeReferralForm, fresh_referral
from visits.views.asking import go_back, named, reconsidered, until, way_back
from visits.views.log_visit import choose_practice


@require_http_methods(["GET", "HEAD", "POST"])
def new_referral(request: HttpRequest) -> HttpResponse:
    """Take a referral from `?practice=`; without one, choose from where."""
    person, now = signed_in(request), timezone.now()
    asked = request.POST.get("practice") or request.GET.get("practice")
    if not asked:
        return choose_practice(request, person, "referral")
    practice = named(Practice.objects.visible_to(person).worked_by(person), asked)
    referrer = request.GET.get("physician", "")
    expected = [f"p{referrer}"] if referrer.isdecimal() else []
    form = TakeReferralForm(
        request.POST if request.method == "POST" else None,
        initial=fresh_referral(now, *expected),
        practice=practice,
        office=OfficePeople.at(practice, on=day_for(person, now), viewer=person, first=expected),
        liaison=person,
    )
    if form.is_valid():
        with refusals_on(form):
            taken = services.record_by_hand(practice, by=person, at=now, record=form.record())
            said = format_html(
                'Referral taken: {}. <a href="{}">See it or take it back</a>',
                taken,
                taken.get_absolute_url(),
            )
            messages.success(request, said)
            return go_back(request, practice.get_absolute_url())
    back = way_back(request, practice.get_absolute_url())
    context = {"form": form, "practice": practice, "next": back, "now": now}
    return render(request, "visits/new_referral.html", context)


@require_safe
def hand_referral(request: HttpRequest, pk: int) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    taken = _taken(person, pk)
    ends = taken.created_at + services.CHANGEABLE_FOR
    context = {
        "taken": taken,
        "told": told_by_feeds(taken) if taken.taken_back_at is None else [],
        "may_change": services.may_change(taken, by=person, at=now),
        "until": "" if person.sees_all_territories else until(ends, now),
        "now": now,
        "today": day_for(person, now),
    }
    return render(request, "visits/hand_referral.html", context)


@require_POST
def take_back_referral(request: HttpRequest, pk: int) -> HttpResponse:
    return reconsidered(request, _taken(signed_in(request), pk), services.take_back)


@require_POST
def restore_referral(request: HttpRequest, pk: int) -> HttpResponse:
    return reconsidered(request, _taken(signed_in(request), pk), services.restore)


def _taken(person: User, pk: int) -> HandReferral:
    return get_object_or_404(HandReferral.objects.visible_to(person).for_list(), pk=pk)
