"""The rows behind a number: referrals, narrowed by whatever the number counted."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from liaison_crm.core.keyset import RowNotThere, stretch
from referrals.models import Referral
from visits.forms.narrowing import ReferralsNarrowing
from visits.reports.lists import count_up_to
from visits.reports.referral_rows import narrowed, words_for
from visits.views.asking import headline

PAGE = 50
NEWEST = ("-referred_on", "-pk")


@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    asked = ReferralsNarrowing(request.GET, viewer=person)
    if not asked.is_valid():
        context = {"asked": asked, "refused": True}
        return render(request, "visits/referrals.html", context, status=400)
    among = Referral.objects.visible_to(person)
    rows = narrowed(among, asked.cleaned_data, asked.span())
    listed = rows.select_related(
        "practice", "physician", "service_line", "destination", "source", "by_hand__taken_by"
    ).defer("practice__search", "physician__search", "patient_key")
    try:
        page = stretch(listed, order=NEWEST, size=PAGE, place=asked.place, among=among)
    except RowNotThere as error:
        raise Http404 from error
    context = {
        "asked": asked,
        "page": page,
        "headline": headline(count_up_to(rows), "referral"),
        "now": timezone.now(),
        "words": words_for(asked.cleaned_data, asked.span()),
    }
    return render(request, "visits/referrals.html", context)
