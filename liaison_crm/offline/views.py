"""What makes the site an app on a device, and what the device's outbox asks for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liaison_crm.offline.worker import service_worker

PAPER, PANEL = "#f3f6f3", "#0d3d32"


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site on its home screen."""
    answer = JsonResponse(
        {
            "id": "/",
            "name": "Rounds",
            "short_name": "Rounds",
            "description": "Know who to see tomorrow, and why.",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": PANEL,
            "icons": [*_icons("mark", "any"), *_icons("mark-maskable", "maskable")],
        },
        content_type="application/manifest+json",
    )
    answer["Cache-Control"] = "no-cache"
    return answer


def _icons(name: str, purpose: str) -> list[dict[str, Any]]:
    return [
        {
            "src": static(f"icons/{name}-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
    ]


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """At the root, because a service worker looks after the addresses below its own."""
    answer = HttpResponse(service_worker(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_safe
def not_here(request: HttpRequest) -> HttpResponse:
    """The page for a place that is not on the device. It is kept there, so it names nobody."""
    answer = HttpResponse(render_to_string("offline/shell.html"))
    answer["Cache-Control"] = "no-cache"
    return answer


@never_cache
@require_safe
def outbox_token(request: HttpRequest) -> HttpResponse:
    """A token of this session: the one on a page kept since yesterday is worth nothing now."""
    return JsonResponse({"token": get_token(request), "person": str(request.user.pk)})


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What waits on this device. It is the device that knows, so its module fills the page."""
    return render(request, "offline/outbox.html")
