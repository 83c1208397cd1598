"""Who works a territory from which day on, and how that is taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.models import Assignment, Handover
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.wording import short_day
from visits.days import day_for
from visits.forms.territories import AssignForm, EndForm
from visits.views.asking import go_back, refusals_shown, way_back
from visits.views.territories import managed, managing


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    person, now = managing(request), timezone.now()
    territory = managed(person, pk)
    today = day_for(person, now)
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        viewer=person,
        initial={"starts_on": today},
    )
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            services.assign(
                territory,
                person=said["person"],
                part=said["part"],
                term=form.term(),
                by=person,
                at=now,
            )
            day = short_day(said["starts_on"], today)
            messages.success(request, f"{said['person']} works {territory} from {day}.")
            return go_back(request, reverse("territory", args=[pk]))
    context = {
        "form": form,
        "territory": territory,
        "next": way_back(request, reverse("territory", args=[pk])),
    }
    return render(request, "territories/assign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end_assignment(request: HttpRequest, pk: int) -> HttpResponse:
    person, now = managing(request), timezone.now()
    held = get_object_or_404(
        Assignment.objects.visible_to(person).select_related("territory", "user"), pk=pk
    )
    form = EndForm(
        request.POST if request.method == "POST" else None, initial={"on": day_for(person, now)}
    )
    if form.is_valid():
        with refusals_on(form):
            services.end_assignment(held, on=form.cleaned_data["on"], by=person, at=now)
            return redirect("territory", held.territory_id)
    return render(request, "territories/end.html", {"form": form, "held": held})


@require_POST
def undo_handover(request: HttpRequest, pk: int) -> HttpResponse:
    person = managing(request)
    done = get_object_or_404(Handover.objects.visible_to(person), pk=pk)
    with refusals_shown(request):
        services.undo_handover(done, by=person, at=timezone.now())
        messages.success(request, f"Undone: {done.territory} is worked as before.")
    return go_back(request, "territories")
