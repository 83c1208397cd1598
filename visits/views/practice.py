"""A practice: the brief on top, then everything behind it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from contacts.corrections.reports import NOTHING_SAID, unchecked_at
from visits.days import day_for
from visits.planning.days import windows_in
from visits.planning.doors import with_planning
from visits.planning.models import Tier
from visits.reports.briefs import practice_brief, practices_for_brief
from visits.reports.periods import recent_span
from visits.views.asking import timeline_asked
from visits.voice.reports import voice_told, with_voice


@require_safe
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """Directory facts for everyone; the relationship for those who work it."""
    person, now = signed_in(request), timezone.now()
    on = day_for(person, now)
    known = with_planning(practices_for_brief(person, on=on), viewer=person)
    found = get_object_or_404(with_voice(known, viewer=person, now=now), pk=pk)
    asked = timeline_asked(request)
    brief = practice_brief(found, viewer=person, on=on, now=now, asked=asked)
    context = {
        "practice": found,
        "brief": brief,
        "issues": brief.door.all_issues if brief.door else (),
        "unchecked": unchecked_at(found, viewer=person) if found.is_unchecked else NOTHING_SAID,
        "now": now,
        "today": on,
        "span": recent_span(now),
        "voice": voice_told(found, now=now) if brief.relations else None,
        "windows": windows_in(found.welcome),
        "manages": person.sees_all_territories,
        "tiers": Tier.values,
    }
    return render(request, "visits/practice.html", context)
