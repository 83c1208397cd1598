"""The people at an office and what is known of its door; whoever works the practice keeps them."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import signed_in
from accounts.models import User
from contacts import services
from contacts.models import Practice, StaffMember
from contacts.welcome.services import set_windows
from liaison_crm.core.errors import refusals_on
from visits.days import day_for
from visits.forms.office import OfficeForm, StaffForm, told_of
from visits.forms.plan import WindowsForm
from visits.views.asking import go_back, refusals_shown, way_back


@require_http_methods(["GET", "HEAD", "POST"])
def new_staff(request: HttpRequest, pk: int) -> HttpResponse:
    practice, person = _practice(request, pk)
    form = StaffForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.add_staff(practice, by=person, **form.cleaned_data)
            return go_back(request, practice.get_absolute_url())
    back = way_back(request, practice.get_absolute_url())
    context = {"form": form, "practice": practice, "member": None, "next": back}
    return render(request, "visits/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_staff(request: HttpRequest, pk: int) -> HttpResponse:
    member, person = _member(request, pk)
    data = request.POST if request.method == "POST" else None
    form = StaffForm(data, initial=told_of(member))
    if form.is_valid():
        with refusals_on(form):
            services.edit_staff(member, by=person, **form.cleaned_data)
            return go_back(request, member.practice.get_absolute_url())
    context = {
        "form": form,
        "practice": member.practice,
        "member": member,
        "next": way_back(request, member.practice.get_absolute_url()),
    }
    return render(request, "visits/staff.html", context)


@require_POST
def staff_left(request: HttpRequest, pk: int) -> HttpResponse:
    """She works there no longer, from today on; `back=1` takes it back."""
    member, person = _member(request, pk)
    back = request.POST.get("back") == "1"
    on = None if back else day_for(person, timezone.now())
    with refusals_shown(request):
        services.mark_staff_left(member, by=person, on=on)
        said = "is back" if back else "is off the list; what was said with them stays"
        messages.success(request, f"{member.name} {said}.")
    return go_back(request, member.practice.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def edit_office(request: HttpRequest, pk: int) -> HttpResponse:
    practice, person = _practice(request, pk)
    data = request.POST if request.method == "POST" else None
    known = {name: getattr(practice, name) for name in OfficeForm.base_fields}
    form = OfficeForm(data, initial=known)
    # What the page does not send of the week stays as it is.
    windows = WindowsForm(data if data and "from_0" in data else None, practice=practice)
    if form.is_valid() and (not windows.is_bound or windows.is_valid()):
        with refusals_on(form), transaction.atomic():
            services.describe_office(practice, by=person, **form.cleaned_data)
            if windows.is_bound:
                set_windows(practice, windows.week(), by=person)
            return go_back(request, practice.get_absolute_url())
    back = way_back(request, practice.get_absolute_url())
    context = {"form": form, "windows": windows, "practice": practice, "next": back}
    return render(request, "visits/office.html", context)


def _practice(request: HttpRequest, pk: int) -> tuple[Practice, User]:
    person = signed_in(request)
    return get_object_or_404(Practice.objects.visible_to(person).worked_by(person), pk=pk), person


def _member(request: HttpRequest, pk: int) -> tuple[StaffMember, User]:
    person = signed_in(request)
    people = StaffMember.objects.visible_to(person).select_related("practice")
    return get_object_or_404(people, pk=pk), person
