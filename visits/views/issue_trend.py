"""What goes wrong where: issues by clinic and category, with the referrals that hang on them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from liaison_crm.core.periods import DateRange, Month, site_today
from visits.forms.issues import TrendNarrowing
from visits.issues.reports import issue_trend
from visits.reports.periods import recent_span

SHOWN_MONTHS = 12


@require_safe
def issue_trend_page(request: HttpRequest) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    asked = TrendNarrowing(request.GET, viewer=person)
    if not asked.is_valid():
        return render(request, "issues/trend.html", {"asked": asked, "refused": True}, status=400)
    last = Month.of(site_today(now))
    during = DateRange.of_months(last - (SHOWN_MONTHS - 1), last)
    rows = issue_trend(
        person,
        during=during,
        year=recent_span(now).shown,
        territory=asked.cleaned_data["territory"],
    )
    context = {
        "asked": asked,
        "rows": rows,
        "heaviest": next((row for row in rows if row.referrals), None),
        "issues": sum(row.issues for row in rows),
        "during": during,
        "year": recent_span(now).shown,
        "offers_territories": asked.fields["territory"].queryset.count() > 1,  # type: ignore[attr-defined]  # it has rows
    }
    return render(request, "issues/trend.html", context)
