"""What a visitor gets while the database is away, slow or busy: 503 and when to come back."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults
from psycopg import errors

from liaison_crm.refusals import is_for_api, refusal

RETRY_AFTER_SECONDS = 5

REASONS = {
    "too_slow": "This took too long and was stopped. Nothing was changed.",
    "busy": "Somebody else is changing the same records. Nothing was changed. Please try again.",
    "database_unavailable": "The database cannot be reached at the moment. Nothing was lost.",
}


def server_error(request: HttpRequest) -> HttpResponse:
    """What is left when nobody else has answered, views and middleware alike."""
    problem = sys.exc_info()[1]
    if isinstance(problem, (OperationalError, InterfaceError)):
        return unavailable(request, problem)
    if is_for_api(request):
        return refusal("server_error", "Something went wrong on our side. It has been noted.", 500)
    return defaults.server_error(request)


def unavailable(request: HttpRequest, problem: Exception) -> HttpResponse:
    code = reason_for(problem)
    if is_for_api(request):
        answer: HttpResponse = refusal(code, REASONS[code], 503)
    else:
        page = render_to_string("503.html", {"reason": REASONS[code]})
        answer = HttpResponse(page, status=503)
    answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer


def reason_for(problem: Exception) -> str:
    cause = problem.__cause__
    if isinstance(cause, errors.QueryCanceled):
        return "too_slow"
    if isinstance(cause, (errors.LockNotAvailable, errors.DeadlockDetected)):
        return "busy"
    return "database_unavailable"
