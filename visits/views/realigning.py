"""Areas change hands: look at what would move, move it, take it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from contacts.models import Practice, Realignment
from contacts.realigning.reports import areas_named
from contacts.realigning.services import realign as realign_areas
from contacts.realigning.services import undo_realignment
from contacts.services import Area
from liaison_crm.core.errors import refusals_on
from liaison_crm.core.wording import count_of
from visits.forms.territories import PlaceForm, RealignForm
from visits.reports.periods import recent_span
from visits.reports.territories import preview
from visits.views.asking import go_back, refusals_shown
from visits.views.territories import managed, managing


@require_http_methods(["GET", "HEAD", "POST"])
def realign(request: HttpRequest, pk: int) -> HttpResponse:
    """A GET shows what would move; the POST of the same areas moves it."""
    person, now = managing(request), timezone.now()
    territory = managed(person, pk)
    asked = request.POST if request.method == "POST" else request.GET
    form = RealignForm(asked)
    if not form.is_valid():
        if "area" not in asked:
            messages.error(request, "Choose at least one area.")
            return redirect("territory", pk)
        raise BadRequest
    areas, leave = form.asked()
    to = None if leave else territory
    if request.method == "POST":
        with refusals_on(form):
            done = realign_areas(areas, to=to, by=person, at=now)
            messages.success(
                request, f"{count_of(done.practices_moved, 'practice')} moved. Undo is below."
            )
            return redirect("territory", pk)
    context = {
        "territory": territory,
        "form": form,
        "leave": leave,
        "preview": preview(person, areas, to=to, span=recent_span(now)),
        "values": [f"{area.kind}:{area.code}" for area in areas],
    }
    return render(request, "territories/realign.html", context)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    person = managing(request)
    done = get_object_or_404(Realignment.objects.visible_to(person), pk=pk)
    with refusals_shown(request):
        moved = undo_realignment(done, by=person, at=timezone.now())
        messages.success(request, f"Undone: {count_of(moved, 'practice')} moved back.")
    return go_back(request, "territories")


@require_http_methods(["GET", "HEAD"])
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """A practice in nobody's territory: choose who gets its ZIP code or its county."""
    person = managing(request)
    practice = get_object_or_404(Practice.objects.visible_to(person), pk=pk)
    here = [Area("zip", practice.zip_code), Area("county", practice.county_fips)]
    areas = [(one.value, one.name) for one in areas_named(here)]
    asked = request.GET if "territory" in request.GET else None
    form = PlaceForm(asked, viewer=person, areas=areas, initial={"area": areas and areas[0][0]})
    if form.is_valid():
        query = urlencode({"area": form.cleaned_data["area"]})
        to = form.cleaned_data["territory"]
        return redirect(f"{reverse('realign', args=[to.pk])}?{query}")
    return render(request, "territories/place.html", {"form": form, "practice": practice})
