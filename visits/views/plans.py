"""Put a practice on a day, and change the day: order, other days, off the plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.wording import long_day
from visits import services
from visits.days import day_for
from visits.forms.planning import OtherDayForm, PlanForm
from visits.models import PlannedVisit
from visits.views.asking import go_back, named, refusals_shown, way_back

SUGGESTED = ("physician", "liaison", "reason")
STEPS = {"earlier": -1, "later": 1}


@require_http_methods(["GET", "HEAD", "POST"])
def plan_visit(request: HttpRequest) -> HttpResponse:
    """A small form for `?practice=`; a POST with its fields plans at once."""
    person = signed_in(request)
    asked = request.POST.get("practice") or request.GET.get("practice") or ""
    practice = named(Practice.objects.visible_to(person).worked_by(person), asked)
    today = day_for(person, timezone.now())
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        initial={"planned_on": today, **_suggested(request)},
        practice=practice,
        viewer=person,
        on=today,
    )
    if form.is_valid():
        with refusals_on(form):
            plan = services.plan_visit(
                practice,
                by=person,
                today=today,
                stop=form.stop(),
                liaison=form.cleaned_data.get("liaison"),
            )
            messages.success(request, f"{practice} is planned for {long_day(plan.planned_on)}.")
            return go_back(request, practice.get_absolute_url())
    context = {
        "form": form,
        "practice": practice,
        "next": way_back(request, practice.get_absolute_url()),
    }
    return render(request, "visits/plan_visit.html", context)


def _suggested(request: HttpRequest) -> dict[str, str]:
    """What the link already says of the plan: to see whom, by whom, and why."""
    return {name: request.GET[name] for name in SUGGESTED if name in request.GET}


@require_POST
def drop_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan, person = _plan(request, pk)
    with refusals_shown(request):
        services.drop_plan(plan, by=person, at=timezone.now())
    return go_back(request, "today")


@require_POST
def restore_plan(request: HttpRequest, pk: int) -> HttpResponse:
    plan, person = _plan(request, pk)
    with refusals_shown(request):
        services.restore_plan(plan, by=person)
    return go_back(request, "today")


@require_POST
def move_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One place earlier or later, as the button says."""
    plan, person = _plan(request, pk)
    steps = STEPS.get(request.POST.get("move", ""))
    if steps is None:
        raise Http404
    with refusals_shown(request):
        services.move_plan(plan, by=person, steps=steps)
    return go_back(request, "today")


@require_POST
def replan_visit(request: HttpRequest, pk: int) -> HttpResponse:
    plan, person = _plan(request, pk)
    form = OtherDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a day.")
        return go_back(request, "today")
    with refusals_shown(request):
        today = day_for(plan.liaison, timezone.now())
        services.replan_visit(plan, by=person, today=today, to=form.cleaned_data["to"])
    return go_back(request, "today")


def _plan(request: HttpRequest, pk: int) -> tuple[PlannedVisit, User]:
    person = signed_in(request)
    plans = PlannedVisit.objects.visible_to(person).select_related("liaison", "practice")
    return get_object_or_404(plans, pk=pk), person
