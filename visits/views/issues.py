"""Issues: the list, one of them with its story, and raising one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.keyset import RowNotThere, stretch
from visits.days import day_for
from visits.forms.issues import (
    AnswerForm,
    HandIssueOnForm,
    IssuesNarrowing,
    RemarkForm,
    ReopenForm,
    TellForm,
)
from visits.forms.people import OfficePeople
from visits.forms.raising import IssueForm
from visits.issues import services
from visits.issues.models import Issue
from visits.issues.querysets import IssueQuerySet
from visits.issues.reports import IssueCounts, issue_counts, late_by_owner
from visits.models import Visit
from visits.reports.lists import count_up_to
from visits.views.asking import go_back, headline, named, way_back

PAGE = 50
ORDERS = {
    "open": ("due_at", "pk"),
    "overdue": ("due_at", "pk"),
    "untold": ("resolved_at", "pk"),
    "closed": ("-told_at", "-pk"),
    "all": ("-raised_at", "-pk"),
}
WORDS = {
    "open": "to see to",
    "overdue": "overdue",
    "untold": "fixed, and the office not told",
    "closed": "told and closed",
    "all": "ever raised",
}
NOTHING = {
    "open": "Nothing waits for anybody",
    "overdue": "Nobody is late",
    "untold": "Every office knows what was fixed",
    "closed": "Nothing was closed yet",
    "all": "Nobody has complained",
}


@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """Those of the practices one works and those one has to see to; `?mine=1` the latter alone."""
    person, now = signed_in(request), timezone.now()
    asked = IssuesNarrowing(request.GET, viewer=person)
    if not asked.is_valid():
        return render(request, "issues/list.html", {"asked": asked, "refused": True}, status=400)
    state = asked.cleaned_data["state"] or "open"
    among = Issue.objects.visible_to(person)
    narrowed = _narrowed(among, asked, person)
    rows = _in_state(narrowed, state, now)
    try:
        page = stretch(
            rows.for_list(), order=ORDERS[state], size=PAGE, place=asked.place, among=among
        )
    except RowNotThere as error:
        raise Http404 from error
    counts = issue_counts(narrowed, now=now)
    context = {
        "asked": asked,
        "state": state,
        "states": _labelled(counts),
        "counts": counts,
        "page": page,
        "headline": headline(count_up_to(rows), "issue", f" {WORDS[state]}"),
        "nothing": NOTHING[state],
        "now": now,
        "is_narrowed": any(asked.chosen.values()) or asked.cleaned_data["mine"],
        "late": late_by_owner(person, now=now) if person.sees_all_territories else (),
    }
    return render(request, "issues/list.html", context)


@require_safe
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """One issue, its story, and what may be done with it now."""
    person, now = signed_in(request), timezone.now()
    found = get_object_or_404(Issue.objects.visible_to(person).for_page(), pk=pk)
    context = {**_page(found, person, now), **_forms(found, person, now)}
    return render(request, "issues/issue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_issue(request: HttpRequest) -> HttpResponse:
    """Raise an issue at `?practice=`; where it came up on a visit, `?visit=`."""
    person, now = signed_in(request), timezone.now()
    asked = request.POST.get("practice") or request.GET.get("practice") or ""
    practice = named(Practice.objects.visible_to(person).worked_by(person), asked)
    visit = _visit(request, person, practice)
    office = OfficePeople.at(practice, on=day_for(person, now), viewer=person)
    form = IssueForm(
        request.POST if request.method == "POST" else None,
        practice=practice,
        office=office,
        viewer=person,
    )
    back = way_back(request, practice.get_absolute_url())
    if form.is_valid():
        with refusals_on(form):
            raised = services.raise_issue(
                practice, by=person, at=now, complaint=form.complaint(), visit=visit
            )
            said = format_html(
                '{} sees to it. <a href="{}">See it</a>',
                raised.answers,
                raised.get_absolute_url(),
            )
            messages.success(request, said)
            return go_back(request, practice.get_absolute_url())
    context = {"form": form, "practice": practice, "visit": visit, "next": back}
    return render(request, "issues/new.html", context)


def page_with(request: HttpRequest, found: Issue, person: User, **forms: Any) -> HttpResponse:
    """The page again, with a form that was refused in the place of a fresh one."""
    now = timezone.now()
    context = {**_page(found, person, now), **_forms(found, person, now), **forms}
    return render(request, "issues/issue.html", context)


def _page(found: Issue, person: User, now: datetime) -> dict[str, Any]:
    return {
        "issue": found,
        "now": now,
        "steps": found.steps.in_order(),
        "link": found.links.standing().select_related("outsider").first(),
        "came_back_as": found.came_back_as.visible_to(person).standing().first(),
        "works_here": Practice.objects.visible_to(person)
        .worked_by(person)
        .filter(pk=found.practice_id)
        .exists(),
        "may_withdraw": found.is_unresolved and services.can_withdraw(found, by=person),
        "may_restore": found.state == "withdrawn" and services.can_withdraw(found, by=person),
        "may_untell": services.can_take_back_telling(found, by=person, at=now),
    }


def _forms(found: Issue, person: User, now: datetime) -> dict[str, Any]:
    """Only those that fit where it stands."""
    forms: dict[str, Any] = {}
    if found.is_open:
        forms["remark"] = RemarkForm()
    if found.is_unresolved:
        forms["answer"] = AnswerForm()
        if services.can_hand_on(found, by=person):
            forms["hand_on"] = HandIssueOnForm(issue=found, viewer=person)
    if found.state == Issue.State.RESOLVED:
        forms["tell"] = tell_form(found, person, now)
    if services.can_reopen(found, at=now):
        forms["reopen"] = ReopenForm()
    return forms


def tell_form(found: Issue, person: User, now: datetime, data: Any = None) -> TellForm:
    office = OfficePeople.at(found.practice, on=day_for(person, now), viewer=person)
    return TellForm(data, issue=found, office=office)


def _narrowed(among: IssueQuerySet, asked: IssuesNarrowing, person: User) -> IssueQuerySet:
    rows = among.of_concern_to(person) if asked.cleaned_data["mine"] else among
    return rows.filter(**{name: value for name, value in asked.chosen.items() if value})


def _in_state(rows: IssueQuerySet, state: str, now: datetime) -> IssueQuerySet:
    return {
        "open": rows.unresolved,
        "overdue": lambda: rows.overdue(now),
        "untold": rows.fixed_and_untold,
        "closed": rows.closed,
        "all": rows.standing,
    }[state]()


def _labelled(counts: IssueCounts) -> list[tuple[str, str]]:
    """The states with how many there are of each."""
    known = {"open": counts.open, "overdue": counts.overdue, "untold": counts.untold}
    return [
        (value, f"{label} {known[value]}" if known.get(value) else label)
        for value, label in IssuesNarrowing.STATES
    ]


def _visit(request: HttpRequest, person: User, practice: Practice) -> Visit | None:
    asked = request.POST.get("visit") or request.GET.get("visit")
    if not asked:
        return None
    visit: Visit = named(Visit.objects.visible_to(person).filter(practice=practice), asked)
    return visit
