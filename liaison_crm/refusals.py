"""Refusals made before any view is reached: the API's in the one shape it promises, else pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import csrf, defaults

from liaison_crm.core.sending import is_from_outbox

API = "/api/"


def is_for_api(request: HttpRequest) -> bool:
    """Whether a program asks: the API's clients, and the outbox of a device."""
    return request.path.startswith(API) or is_from_outbox(request)


def refusal(code: str, detail: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_api(request):
        return refusal("bad_request", "This request cannot be understood.", 400)
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_api(request):
        return refusal("not_allowed", "You may not do this.", 403)
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_api(request):
        return refusal("not_found", "Not found.", 404)
    return defaults.page_not_found(request, exception)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of its page (A90)."""
    if is_for_api(request):
        return refusal("csrf", "The token of the page is missing or wrong.", 403)
    return csrf.csrf_failure(request, reason, template_name="403.html")
