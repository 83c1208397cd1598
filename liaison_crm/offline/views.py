"""What the outbox of a device asks for: the page that shows it, and a token to send with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def outbox_token(request: HttpRequest) -> HttpResponse:
    """A token of this session: the one on a page kept since yesterday is worth nothing now."""
    return JsonResponse({"token": get_token(request), "person": str(request.user.pk)})


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What waits on this device. It is the device that knows, so its module fills the page."""
    return render(request, "offline/outbox.html")
