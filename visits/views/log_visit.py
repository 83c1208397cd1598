"""Log a visit: one screen once the practice is known, and the page that finds the practice."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.sending import Sending, sending_of
from liaison_crm.core.text import shown
from visits import services
from visits.days import day_for
from visits.forms.people import OfficePeople
from visits.forms.recording import LogVisitForm, fresh_log
from visits.forms.where import NearForm
from visits.models import PlannedVisit
from visits.reports.finding import own_practices
from visits.reports.whereabouts import likely_places, nearest_practices
from visits.views.asking import named, way_back

# Where a practice leads once it is chosen.
TO = {"visit": reverse_lazy("new-visit"), "referral": reverse_lazy("new-referral")}


@require_http_methods(["GET", "HEAD", "POST"])
def new_visit(request: HttpRequest) -> HttpResponse:
    """Log a visit to `?practice=`, or for the stop `?plan=`; without either, choose where."""
    person = signed_in(request)
    sending = sending_of(request, at=timezone.now())
    plan = _plan(request, person, or_none=sending is not None)
    asked = request.POST.get("practice") or request.GET.get("practice")
    if plan:
        practice = plan.practice
    elif asked:
        known = Practice.objects.visible_to(person)
        # What comes late may be of a practice that is no longer his: the service knows.
        practice = named(known if sending else known.worked_by(person), asked)
    else:
        return choose_practice(request, person, "visit")
    form = _form(request, person, practice, plan, sending)
    if form.is_valid():
        with refusals_on(form):
            visit = services.log_visit(
                practice,
                by=person,
                at=timezone.now(),
                record=replace(form.record(), sending=sending),
                promise=form.promise_made(),
                plan=plan,
            )
            said = format_html(
                'Visit logged at {}. <a href="{}">See it</a>', practice, visit.get_absolute_url()
            )
            messages.success(request, said)
            return redirect("today" if plan else practice)
    context = {
        "form": form,
        "practice": practice,
        "plan": plan,
        "back": way_back(request, "today" if plan else practice.get_absolute_url()),
        "now": timezone.now(),
        "zone": person.time_zone,
    }
    return render(request, "visits/new.html", context)


@require_POST
def practices_nearby(request: HttpRequest) -> HttpResponse:
    """Rows for the places around the phone. Its position is used once and kept nowhere."""
    person = signed_in(request)
    form = NearForm(request.POST)
    if not form.is_valid():
        return HttpResponse("That is not a place.", status=400, content_type="text/plain")
    near = nearest_practices(person, form.cleaned_data["latitude"], form.cleaned_data["longitude"])
    context = {"near": near, "to": TO.get(request.POST.get("to", ""))}
    return render(request, "visits/_nearby.html", context)


def choose_practice(request: HttpRequest, person: User, purpose: str) -> HttpResponse:
    """Where the person probably is, for a visit or a referral."""
    now = timezone.now()
    query = request.GET.get("q", "").strip()
    mistake, found = None, None
    try:
        found = own_practices(person, query) if query else None
    except ValidationError as refused:
        mistake = refused.messages[0]
    context = {
        "q": shown(query),
        "to": TO[purpose],
        "purpose": purpose,
        "onward": f"{urlencode({'next': request.GET['next']})}&" if "next" in request.GET else "",
        "places": likely_places(person, on=day_for(person, now)),
        "found": found,
        "mistake": mistake,
        "now": now,
    }
    return render(request, "visits/where.html", context, status=400 if mistake else 200)


def _plan(request: HttpRequest, person: User, *, or_none: bool) -> PlannedVisit | None:
    """The stop this visit is for. Only the person's own: nobody logs in another's name.

    A visit that comes late names its practice too, and its stop may be gone by then.
    """
    asked = request.POST.get("plan") or request.GET.get("plan")
    if not asked:
        return None
    plans = PlannedVisit.objects.visible_to(person).filter(liaison=person)
    try:
        return named(plans.select_related("practice", "physician"), asked)
    except Http404:
        if or_none:
            return None
        raise


def _form(
    request: HttpRequest,
    person: User,
    practice: Practice,
    plan: PlannedVisit | None,
    sending: Sending | None,
) -> LogVisitForm:
    now = timezone.now()
    expected = [f"p{plan.physician_id}"] if plan and plan.physician_id else []
    if (physician := request.GET.get("physician", "")).isdecimal():
        expected.append(f"p{physician}")
    office = OfficePeople.at(practice, on=day_for(person, now), viewer=person, first=expected)
    if sending:
        office = office.with_former([], services.staff_then(practice, by=person, sending=sending))
    return LogVisitForm(
        request.POST if request.method == "POST" else None,
        initial=fresh_log(now, expected),
        practice=practice,
        office=office,
        liaison=person,
    )
