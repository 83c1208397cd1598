"""What becomes of an issue, one address for each act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.http import signed_in
from accounts.models import User
from liaison_crm.core.errors import refusals_on
from visits.forms.issues import AnswerForm, HandIssueOnForm, RemarkForm, ReopenForm
from visits.issues import services
from visits.issues.models import Issue
from visits.views.asking import go_back, refusals_shown
from visits.views.issues import page_with, tell_form


@require_POST
def acknowledge_issue(request: HttpRequest, pk: int) -> HttpResponse:
    return _at_once(request, pk, services.acknowledge_issue)


@require_POST
def withdraw_issue(request: HttpRequest, pk: int) -> HttpResponse:
    return _at_once(request, pk, services.withdraw_issue)


@require_POST
def restore_issue(request: HttpRequest, pk: int) -> HttpResponse:
    return _at_once(request, pk, services.restore_issue)


@require_POST
def take_back_telling(request: HttpRequest, pk: int) -> HttpResponse:
    return _at_once(request, pk, services.take_back_telling)


@require_POST
def renew_issue_link(request: HttpRequest, pk: int) -> HttpResponse:
    return _at_once(request, pk, services.renew_link)


@require_POST
def revoke_issue_link(request: HttpRequest, pk: int) -> HttpResponse:
    return _at_once(request, pk, services.revoke_link)


@require_POST
def remark_on_issue(request: HttpRequest, pk: int) -> HttpResponse:
    found, person = _issue(request, pk)
    form = RemarkForm(request.POST)
    return _said(request, found, person, "remark", form, services.remark_on_issue)


@require_POST
def resolve_issue(request: HttpRequest, pk: int) -> HttpResponse:
    found, person = _issue(request, pk)
    form = AnswerForm(request.POST)
    return _said(request, found, person, "answer", form, services.resolve_issue)


@require_POST
def reopen_issue(request: HttpRequest, pk: int) -> HttpResponse:
    found, person = _issue(request, pk)
    return _said(request, found, person, "reopen", ReopenForm(request.POST), services.reopen_issue)


@require_POST
def tell_office(request: HttpRequest, pk: int) -> HttpResponse:
    """The office was told, by phone or in person, and that closes it."""
    found, person = _issue(request, pk)
    now = timezone.now()
    form = tell_form(found, person, now, request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.tell_office(found, by=person, at=now, telling=form.telling())
            messages.success(request, f"{found.practice} knows. It is closed.")
            return go_back(request, found.get_absolute_url())
    return page_with(request, found, person, tell=form)


@require_POST
def hand_on_issue(request: HttpRequest, pk: int) -> HttpResponse:
    found, person = _issue(request, pk)
    form = HandIssueOnForm(request.POST, issue=found, viewer=person)
    if form.is_valid():
        with refusals_on(form):
            to = form.chosen()
            services.hand_on_issue(found, by=person, at=timezone.now(), to=to)
            messages.success(request, f"{to} has this issue now.")
            return redirect(_where(found, person))
    return page_with(request, found, person, hand_on=form)


def _said(
    request: HttpRequest,
    found: Issue,
    person: User,
    name: str,
    form: forms.Form,
    act: Callable[..., object],
) -> HttpResponse:
    """An act with words: the form's one field is what the service asks for."""
    if form.is_valid():
        with refusals_on(form):
            act(found, by=person, at=timezone.now(), **form.cleaned_data)
            return go_back(request, found.get_absolute_url())
    return page_with(request, found, person, **{name: form})


def _at_once(request: HttpRequest, pk: int, act: Callable[..., Any]) -> HttpResponse:
    """An act without words."""
    found, person = _issue(request, pk)
    with refusals_shown(request):
        act(found, by=person, at=timezone.now())
    return go_back(request, found.get_absolute_url())


def _where(found: Issue, person: User) -> str:
    """He who handed it on may not see it any more, if he does not work its practice."""
    seen = Issue.objects.visible_to(person).filter(pk=found.pk).exists()
    return found.get_absolute_url() if seen else "issues"


def _issue(request: HttpRequest, pk: int) -> tuple[Issue, User]:
    person = signed_in(request)
    return get_object_or_404(Issue.objects.visible_to(person).for_page(), pk=pk), person
