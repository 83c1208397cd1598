"""Find anything: a physician, a practice, a person at an office."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from liaison_crm.core.text import shown
from visits.days import day_for
from visits.reports.finding import find as look_for
from visits.reports.whereabouts import likely_places


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The page; asked by a script, only what was found."""
    person, now = signed_in(request), timezone.now()
    text, on = request.GET.get("q", ""), day_for(person, now)
    found, mistake = None, ""
    try:
        found = look_for(person, text, on=on) if text.strip() else None
    except ValidationError as refused:
        mistake = refused.messages[0]
    context = {
        "q": shown(text),
        "found": found,
        "mistake": mistake,
        "places": likely_places(person, on=on) if found is None and not mistake else None,
        "now": now,
    }
    piece = request.headers.get("HX-Request") == "true"
    template = "visits/_found.html" if piece else "visits/find.html"
    response = render(request, template, context, status=400 if mistake else 200)
    response["Vary"] = "HX-Request"
    return response
