"""The page an outsider opens by his link: one issue, and what he says to it. No account."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from accounts.http import client_address
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.limits import seconds_to_wait
from liaison_crm.core.periods import site_zone
from visits.forms.issues import AnswerForm, RemarkForm
from visits.issues import services
from visits.issues.models import IssueLink

Act = tuple[type[forms.Form], Callable[..., object]]
ACTS: dict[str, Act] = {
    "acknowledge": (forms.Form, services.acknowledge_issue),
    "remark": (RemarkForm, services.remark_on_issue),
    "resolve": (AnswerForm, services.resolve_issue),
}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_issue(request: HttpRequest) -> HttpResponse:
    """Kept by no browser, no proxy and no search engine; times are the hospital's."""
    with timezone.override(site_zone()):
        response = _too_often(request) or _answer(request)
    patch_cache_control(response, no_store=True, private=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    key = request.POST.get("key") or request.GET.get("key") or ""
    link = services.link_behind(key)
    if link is None:
        raise Http404
    if not services.works(link, at=now):
        return render(request, "issues/answer_gone.html", status=HTTPStatus.GONE)
    if request.method != "POST":
        return _page(request, link)
    form_class, act = ACTS.get(request.POST.get("act", ""), (None, None))
    if form_class is None or act is None:
        raise Http404
    form = form_class(request.POST)
    if form.is_valid():
        with refusals_on(form):
            act(link.issue, by=link.outsider, at=now, **form.cleaned_data)
            return redirect(services.address_of(link))
    return _page(request, link, **{request.POST["act"]: form})


def _page(request: HttpRequest, link: IssueLink, **forms: Any) -> HttpResponse:
    """Only what it takes to answer: nothing of visits, people or referrals of the office."""
    issue = link.issue
    context = {
        "issue": issue,
        "key": services.key_of(link),
        "link": link,
        "asked_by": link.made_by or issue.raised_by,
        "said": issue.steps.in_order().told_to_outsiders(),
        "now": timezone.now(),
        "resolve": AnswerForm(),
        "remark": RemarkForm(),
        **forms,
    }
    return render(request, "issues/answer.html", context)


def _too_often(request: HttpRequest) -> HttpResponse | None:
    key = request.POST.get("key") or request.GET.get("key") or ""
    wait = max(
        seconds_to_wait("address", client_address(request)),
        seconds_to_wait("link", key[:80]) if key else 0,
    )
    if not wait:
        return None
    response = render(request, "issues/answer_wait.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(wait)
    return response
