"""A physician: the brief on top, then everything behind it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from contacts.corrections.reports import NOTHING_SAID, unchecked_of
from visits.days import day_for
from visits.reports.briefs import physician_brief, physicians_for_brief
from visits.reports.periods import recent_span
from visits.views.asking import timeline_asked


@require_safe
def physician(request: HttpRequest, pk: int) -> HttpResponse:
    """Directory facts for everyone; the relationship for those who work one of his practices."""
    person, now = signed_in(request), timezone.now()
    on = day_for(person, now)
    found = get_object_or_404(physicians_for_brief(person), pk=pk)
    asked = timeline_asked(request)
    brief = physician_brief(found, viewer=person, on=on, now=now, asked=asked)
    context = {
        "physician": found,
        "brief": brief,
        "unchecked": unchecked_of(found, viewer=person) if found.is_unchecked else NOTHING_SAID,
        "now": now,
        "today": on,
        "span": recent_span(now),
    }
    return render(request, "visits/physician.html", context)
