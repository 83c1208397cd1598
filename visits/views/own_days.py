"""Where one's days start, and the calendar other programs read."""

from __future__ import annotations

import hashlib
import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import client_address, origin_of, signed_in
from liaison_crm.core.errors import refusals_on
from visits.forms.plan import StartForm
from visits.planning.feed import (
    calendar_behind,
    calendar_of,
    make_calendar_address,
    revoke_calendar_address,
)
from visits.planning.models import CalendarAddress, StartPoint
from visits.planning.routing import set_start_point


@require_http_methods(["GET", "HEAD", "POST"])
def own_days(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    start = StartPoint.objects.visible_to(person).select_related("zip_code").first()
    form = StartForm(
        request.POST if request.method == "POST" else None,
        initial={"zip_code": start.zip_code_id if start else ""},
    )
    if form.is_valid():
        with refusals_on(form):
            set_start_point(person, by=person, zip_code=form.cleaned_data["zip_code"])
            messages.success(request, "Saved.")
            return redirect("own-days")
    context = {
        "form": form,
        "start": start,
        "address": CalendarAddress.objects.visible_to(person).first(),
        "now": timezone.now(),
    }
    return render(request, "plan/own_days.html", context)


@never_cache
@require_POST
def new_calendar(request: HttpRequest) -> HttpResponse:
    """The address is shown this once; one that was there before ends."""
    person = signed_in(request)
    _, secret = make_calendar_address(
        person, by=person, at=timezone.now(), origin=origin_of(request)
    )
    url = request.build_absolute_uri(reverse("calendar", args=[secret]))
    return render(request, "plan/calendar.html", {"url": url})


@require_POST
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    revoke_calendar_address(person, by=person, at=timezone.now(), origin=origin_of(request))
    messages.success(request, "The calendar address no longer works.")
    return redirect("own-days")


@login_not_required
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """For calendar programs, which cannot sign in: whoever has the secret reads the stops."""
    now = timezone.now()
    if not _may_ask(request):
        return HttpResponse("Too many requests.", "text/plain", 429, headers={"Retry-After": "60"})
    address = calendar_behind(secret, at=now)
    if address is None:
        raise Http404
    body = calendar_of(address.person, now=now, root=request.build_absolute_uri("/"))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    whole = HttpResponse(body, "text/calendar; charset=utf-8")
    response = get_conditional_response(request, etag=etag, response=whole) or whole
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _may_ask(request: HttpRequest) -> bool:
    """So many reads from one address in a window; a cache that is away counts nothing."""
    limit, seconds = settings.CALENDAR_LIMIT
    key = f"calendar:{client_address(request)}:{int(time.time() // seconds)}"
    cache.add(key, 0, timeout=seconds)
    try:
        return bool(int(cache.incr(key)) <= limit)
    except ValueError:
        return True
