"""The pages an office opens by the card that lies there. No account, no script needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from accounts.http import client_address
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.limits import seconds_to_wait
from liaison_crm.core.periods import site_zone
from visits.forms.voice import OfficeFactsForm, OfficeIssueForm, VoiceForm
from visits.issues.services import take_issue
from visits.voice import services
from visits.voice.models import VoiceLink
from visits.voice.reports import lines_offered

Page = Callable[[HttpRequest, VoiceLink], HttpResponse]


def for_the_office(page: Page) -> Callable[[HttpRequest], HttpResponse]:
    """Opens the page by a key that works. Whatever else was sent, one plain page answers.

    Kept by no browser, no proxy and no search engine; no other site learns the address.
    """

    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def answer(request: HttpRequest) -> HttpResponse:
        with timezone.override(site_zone()):
            response = _answer(request, page)
        patch_cache_control(response, no_store=True, private=True)
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    """Whoever guesses keys is counted by his address, whoever has one by the link as well."""
    if wait := seconds_to_wait("address", client_address(request)):
        return _wait(request, wait)
    key = request.POST.get("key") or request.GET.get("key") or ""
    link = services.link_behind(key, at=timezone.now())
    if link is None:
        return render(request, "voice/ended.html", status=HTTPStatus.NOT_FOUND)
    if wait := seconds_to_wait("link", f"voice-{link.pk}"):
        return _wait(request, wait)
    return page(request, link)


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render(request, "voice/wait.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response


@for_the_office
def voice(request: HttpRequest, link: VoiceLink) -> HttpResponse:
    """How was the last referral?"""
    form = VoiceForm(_posted(request), lines=lines_offered())
    if form.is_valid():
        with refusals_on(form):
            answer = services.take_answer(link, at=timezone.now(), said=form.said())
            return _thanks(request, link, answer.face)
    return _shown(request, link, "voice/faces.html", form)


@for_the_office
def voice_issue(request: HttpRequest, link: VoiceLink) -> HttpResponse:
    """Something goes wrong: it gets an owner, and the office an answer."""
    form = OfficeIssueForm(_posted(request), lines=lines_offered())
    if form.is_valid():
        with refusals_on(form):
            take_issue(link.practice, at=timezone.now(), complaint=form.complaint())
            return _thanks(request, link, "issue")
    return _shown(request, link, "voice/issue.html", form)


@for_the_office
def voice_office(request: HttpRequest, link: VoiceLink) -> HttpResponse:
    """What we say about the office, for the office to put right."""
    form = OfficeFactsForm(_posted(request), practice=link.practice)
    if form.is_valid():
        with refusals_on(form):
            key = form.cleaned_data["client_key"]
            services.correct_office(link, at=timezone.now(), facts=form.facts(), client_key=key)
            return _thanks(request, link, "office")
    return _shown(request, link, "voice/office.html", form)


@for_the_office
def voice_thanks(request: HttpRequest, link: VoiceLink) -> HttpResponse:
    return _shown(request, link, "voice/thanks.html", None, of=request.GET.get("of", ""))


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _thanks(request: HttpRequest, link: VoiceLink, of: str) -> HttpResponse:
    return redirect(f"{services.address_of(link, 'voice-thanks')}&of={of}")


def _shown(
    request: HttpRequest, link: VoiceLink, template: str, form: forms.Form | None, **more: Any
) -> HttpResponse:
    """Nothing of visits, people or referrals: only what stands on the office's own door."""
    context = {
        "form": form,
        "practice": link.practice,
        "key": services.key_of(link),
        "voice_url": services.address_of(link),
        "issue_url": services.address_of(link, "voice-issue"),
        "office_url": services.address_of(link, "voice-office"),
        **more,
    }
    return render(request, template, context)
