"""What a device may keep for the day without signal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import signed_in
from visits.days import day_for
from visits.reports.offline import pages_for_the_day


@never_cache
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Addresses of pages, which the device then asks for as the person's browser would."""
    person = signed_in(request)
    pages = pages_for_the_day(person, on=day_for(person, timezone.now()))
    return JsonResponse({"person": str(person.pk), "pages": pages})
