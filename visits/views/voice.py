"""The card a liaison leaves at an office, and what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from contacts.models import Practice
from visits.views.asking import refusals_shown
from visits.voice import services
from visits.voice.models import VoiceLink
from visits.voice.reports import link_taken_back, qr_of, standing_link, voice_of


@require_http_methods(["GET", "HEAD", "POST"])
def practice_voice(request: HttpRequest, pk: int) -> HttpResponse:
    """The card to print, with the link to copy; a POST makes a new one."""
    person, now = signed_in(request), timezone.now()
    practice = get_object_or_404(Practice.objects.visible_to(person).worked_by(person), pk=pk)
    if request.method == "POST":
        with refusals_shown(request):
            services.make_voice_link(practice, by=person, at=now)
        return redirect("practice-voice", pk)
    link = standing_link(practice, viewer=person)
    works = link is not None and services.works(link, at=now)
    address = request.build_absolute_uri(services.address_of(link)) if link and works else ""
    context = {
        "practice": practice,
        "link": link,
        "works": works,
        "taken_back": None if link else link_taken_back(practice, viewer=person, now=now),
        "address": address,
        "qr": qr_of(address) if address else None,
        "voice": voice_of(practice, viewer=person, now=now),
        "now": now,
    }
    return render(request, "voice/card.html", context)


@require_POST
def revoke_voice_link(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    link = get_object_or_404(VoiceLink.objects.visible_to(person), pk=pk)
    with refusals_shown(request):
        services.revoke_voice_link(link, by=person, at=timezone.now())
        messages.success(request, "The card opens nothing any more.")
    return redirect("practice-voice", link.practice_id)


@require_POST
def restore_voice_link(request: HttpRequest, pk: int) -> HttpResponse:
    person = signed_in(request)
    link = get_object_or_404(VoiceLink.objects.visible_to(person), pk=pk)
    with refusals_shown(request):
        services.restore_voice_link(link, by=person)
        messages.success(request, "The card works again.")
    return redirect("practice-voice", link.practice_id)
