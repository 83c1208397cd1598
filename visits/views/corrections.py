"""Corrections from the field: propose one, see what became of one's own, take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from contacts.corrections import services
from contacts.corrections.reports import lines
from contacts.models import Affiliation, ChangeRequest, Physician, Practice, StaffMember
from liaison_crm.core.errors import refusals_on
from visits.days import day_for
from visits.forms.corrections import CorrectionForm, DecisionForm, Subject
from visits.views.asking import go_back, named, refusals_shown, way_back

LISTED = 50
SUBJECTS: dict[str, Any] = {
    "practice": Practice.objects.visible_to,
    "physician": Physician.objects.visible_to,
    "affiliation": Affiliation.objects.visible_to,
    "person": StaffMember.objects.visible_to,
}


@require_http_methods(["GET", "HEAD", "POST"])
def new_correction(request: HttpRequest) -> HttpResponse:
    """Whatever one may read one may correct; an admin decides."""
    person, now = signed_in(request), timezone.now()
    subject = _subject(request, person)
    data = request.POST if request.method == "POST" else None
    form = CorrectionForm(data, subject=subject, person=person, today=day_for(person, now))
    about = _page_of(subject)
    if form.is_valid():
        with refusals_on(form):
            services.propose(form.correction(), by=person, at=now)
            messages.success(request, "Shown at once as not checked. You hear what becomes of it.")
            return go_back(request, about)
    context = {
        "form": form,
        "subject": subject,
        "practice": subject.practice,
        "next": way_back(request, about),
    }
    return render(request, "corrections/new.html", context)


@require_safe
def my_corrections(request: HttpRequest) -> HttpResponse:
    person, now = signed_in(request), timezone.now()
    mine = ChangeRequest.objects.visible_to(person).asked_by(person).for_list().latest_first()
    context = {"lines": lines(mine[:LISTED]), "now": now}
    return render(request, "corrections/mine.html", context)


@require_safe
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said, what became of it, and the whole story."""
    found, person = asked_for(request, pk)
    may_decide = person.is_admin and found.is_open
    form = DecisionForm(correction=found, person=person) if may_decide else None
    return show_correction(request, found, form)


def show_correction(
    request: HttpRequest, found: ChangeRequest, form: DecisionForm | None
) -> HttpResponse:
    person = signed_in(request)
    (line,) = lines([found], live=True)
    rivals = ChangeRequest.objects.visible_to(person).rivals_of(found).for_list()
    context = {
        "line": line,
        "correction": found,
        "story": found.story.select_related("by"),
        "rivals": lines(rivals),
        "form": form,
        "is_mine": found.by_id == person.pk,
        "now": timezone.now(),
    }
    return render(request, "corrections/correction.html", context)


@require_POST
def withdraw_correction(request: HttpRequest, pk: int) -> HttpResponse:
    found, person = asked_for(request, pk)
    with refusals_shown(request):
        services.withdraw(found, by=person, at=timezone.now())
    return go_back(request, "my-corrections")


@require_POST
def undo_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """An admin takes a decision back; whoever withdrew a correction sends it again."""
    found, person = asked_for(request, pk)
    with refusals_shown(request):
        services.undo(found, by=person, at=timezone.now())
        messages.success(request, "Open again, and everything is what it was.")
    return go_back(request, found.get_absolute_url())


def asked_for(request: HttpRequest, pk: int) -> tuple[ChangeRequest, User]:
    person = signed_in(request)
    return get_object_or_404(ChangeRequest.objects.visible_to(person).for_list(), pk=pk), person


def _subject(request: HttpRequest, person: User) -> Subject:
    """The one row a parameter names."""
    asked = {name: request.POST.get(name) or request.GET.get(name) for name in SUBJECTS}
    named_here = [(name, pk) for name, pk in asked.items() if pk]
    if len(named_here) != 1:
        raise Http404
    name, pk = named_here[0]
    return Subject(name, named(SUBJECTS[name](person), pk))


def _page_of(subject: Subject) -> str:
    if subject.practice:
        return subject.practice.get_absolute_url()
    return str(subject.row.get_absolute_url())
