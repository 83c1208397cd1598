"""Who sees to which issues: everyone may look it up, managers set it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from liaison_crm.core.errors import refusals_on
from visits.forms.issue_rules import IssueRuleForm, OutsiderForm
from visits.issues import services
from visits.issues.clock import ACKNOWLEDGE_WITHIN_HOURS, RESOLVE_WITHIN_HOURS
from visits.issues.models import IssueRule, Outsider
from visits.issues.querysets import IssueRuleQuerySet
from visits.views.asking import refusals_shown

DROPPED_SHOWN = 6


@require_safe
def issue_rules(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    rules, outsiders = _rules(person), Outsider.objects.visible_to(person)
    context = {
        "rules": rules.standing().most_specific_first(),
        "dropped_rules": rules.dropped().order_by("-dropped_at")[:DROPPED_SHOWN],
        "outsiders": outsiders.standing(),
        "dropped_outsiders": outsiders.dropped().order_by("-dropped_at")[:DROPPED_SHOWN],
        "manages": person.sees_all_territories,
        "usual": (ACKNOWLEDGE_WITHIN_HOURS, RESOLVE_WITHIN_HOURS),
    }
    return render(request, "issues/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_issue_rule(request: HttpRequest) -> HttpResponse:
    return _edit_rule(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_issue_rule(request: HttpRequest, pk: int) -> HttpResponse:
    person = _manager(request)
    return _edit_rule(request, get_object_or_404(_rules(person).standing(), pk=pk))


@require_POST
def drop_issue_rule(request: HttpRequest, pk: int) -> HttpResponse:
    person = _manager(request)
    rule = get_object_or_404(_rules(person).standing(), pk=pk)
    services.drop_rule(rule, by=person, at=timezone.now())
    return redirect("issue-rules")


@require_POST
def restore_issue_rule(request: HttpRequest, pk: int) -> HttpResponse:
    person = _manager(request)
    rule = get_object_or_404(_rules(person).dropped(), pk=pk)
    with refusals_shown(request):
        services.restore_rule(rule, by=person)
    return redirect("issue-rules")


@require_http_methods(["GET", "HEAD", "POST"])
def new_outsider(request: HttpRequest) -> HttpResponse:
    person = _manager(request)
    form = OutsiderForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            outsider = services.add_outsider(by=person, **form.cleaned_data)
            messages.success(request, f"{outsider} can be handed issues now.")
            return redirect("issue-rules")
    return render(request, "issues/outsider.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_outsider(request: HttpRequest, pk: int) -> HttpResponse:
    person = _manager(request)
    outsider = get_object_or_404(Outsider.objects.visible_to(person).standing(), pk=pk)
    form = OutsiderForm(
        request.POST if request.method == "POST" else None,
        initial={"name": outsider.name, "email": outsider.email},
    )
    if form.is_valid():
        with refusals_on(form):
            services.change_outsider(outsider, by=person, **form.cleaned_data)
            return redirect("issue-rules")
    return render(request, "issues/outsider.html", {"form": form, "outsider": outsider})


@require_POST
def drop_outsider(request: HttpRequest, pk: int) -> HttpResponse:
    person = _manager(request)
    outsider = get_object_or_404(Outsider.objects.visible_to(person).standing(), pk=pk)
    with refusals_shown(request):
        services.drop_outsider(outsider, by=person, at=timezone.now())
    return redirect("issue-rules")


@require_POST
def restore_outsider(request: HttpRequest, pk: int) -> HttpResponse:
    person = _manager(request)
    outsider = get_object_or_404(Outsider.objects.visible_to(person).dropped(), pk=pk)
    services.restore_outsider(outsider, by=person)
    return redirect("issue-rules")


def _edit_rule(request: HttpRequest, rule: IssueRule | None) -> HttpResponse:
    person = _manager(request)
    form = IssueRuleForm(
        request.POST if request.method == "POST" else None, viewer=person, rule=rule
    )
    if form.is_valid():
        with refusals_on(form):
            services.set_rule(by=person, terms=form.terms(), rule=rule)
            return redirect("issue-rules")
    return render(request, "issues/rule.html", {"form": form, "rule": rule})


def _rules(person: User) -> IssueRuleQuerySet:
    return IssueRule.objects.visible_to(person).for_list()


def _manager(request: HttpRequest) -> User:
    person = signed_in(request)
    if not person.sees_all_territories:
        raise PermissionDenied
    return person
