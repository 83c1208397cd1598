"""How a form that the outbox of a device sends is answered: by every view, in one shape.

The views answer a browser, with a page or the address of the next one. What they said is told here
as JSON: 200 and where to look when it is stored, 401 when somebody must sign in first, 403 with
the code `csrf` when the token is an old one, 503 and 429 when it may be tried again, and any other
status when it is refused: with a code, a sentence, and the mistakes by field.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.html import strip_tags

from liaison_crm.core.sending import KEPT_FOR, PERSON, Sending, is_from_outbox, sending_of

Handler = Callable[[HttpRequest], HttpResponse]

SENTENCES = {
    403: "You may no longer do this.",
    404: "What this is about is not there any more, or is no longer yours.",
    405: "The page that took this has changed. Open it and write it anew.",
    413: "This is too large.",
}
CODES = {403: "not_allowed", 404: "not_found", 413: "too_large"}
NOT_TAKEN = "This was not taken. Open it to see what is missing."


def answer_the_outbox(get_response: Handler) -> Handler:
    """Stands behind sign-in and messages: it asks who sends and tells what the view said."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not is_from_outbox(request):
            return get_response(request)
        sending = sending_of(request, at=timezone.now())
        assert sending is not None  # it comes from the outbox
        response = _not_now(request, sending) or _told(request, get_response(request), sending)
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _not_now(request: HttpRequest, sending: Sending) -> HttpResponse | None:
    if not request.user.is_authenticated:
        return _refusal(401, "sign_in", "Sign in to send what is kept on this device.")
    if request.headers.get(PERSON, str(request.user.pk)) != str(request.user.pk):
        return _refusal(401, "someone_else", "Somebody else wrote this. It waits for them.")
    if sending.is_too_late:
        days = f"This was written more than {KEPT_FOR.days} days ago."
        return _refusal(409, "too_late", f"{days} Open it, check the day, and send it again.")
    return None


def _told(request: HttpRequest, response: HttpResponse, sending: Sending) -> HttpResponse:
    if response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    if isinstance(response, HttpResponseRedirect):
        return _next_page(request, response.url, sending)
    form: BaseForm | None = getattr(request, "refused_form", None)
    if form is not None:
        return _mistakes(form)
    status = response.status_code if response.status_code >= HTTPStatus.BAD_REQUEST else 422
    detail = SENTENCES.get(status, NOT_TAKEN)
    return _refusal(status, CODES.get(status, "refused"), detail)


def _next_page(request: HttpRequest, address: str, sending: Sending) -> HttpResponse:
    """A view that can only say no by a line on the next page has said it to the outbox.

    Good news stays for that page, unless nobody is looking: then it would come in heaps.
    """
    lines = messages.get_messages(request)
    assert isinstance(lines, BaseStorage)  # the middleware of messages stands in front
    said = [(line.level, strip_tags(str(line))) for line in lines]
    lines.used = sending.is_late
    refused = [text for level, text in said if level >= messages.ERROR]
    if refused:
        lines.used = True  # the outbox shows it
        return _refusal(409, "refused", " ".join(refused))
    return JsonResponse({"location": address})


def _mistakes(form: BaseForm) -> JsonResponse:
    found: dict[str, list[dict[str, Any]]] = form.errors.get_json_data()
    whole = found.get("__all__", [])
    first = (whole or next(iter(found.values())))[0]
    shown = [_named(form, name, one["message"]) for name, them in found.items() for one in them]
    return _refusal(
        422,
        first["code"] or "refused",
        " ".join(shown),
        errors={name: [one["message"] for one in them] for name, them in found.items()},
    )


def _named(form: BaseForm, name: str, message: str) -> str:
    """A message that says nothing of its field gets its name: "Due day: This field is required."""
    label = form[name].label if name in form.fields else ""
    return f"{label}: {message}" if label and message.startswith("This field") else message


def _refusal(status: int, code: str, detail: str, **more: Any) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail, **more}, status=status)
