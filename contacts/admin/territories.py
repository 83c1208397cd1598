"""Territories and their areas. They are here because their practices move along."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone

from accounts import services as accounts
from accounts.desk import (
    ReadOnlyAdmin,
    ReadOnlyInline,
    RecordForm,
    ServedForm,
    ServiceAdmin,
    saved_nothing,
)
from accounts.errors import AreaTaken
from accounts.http import signed_in
from accounts.models import Assignment, Territory, TerritoryArea
from contacts import services
from contacts.models import Realignment
from contacts.realigning.services import realign
from contacts.services import Area


class AreaForm(ServedForm):
    class Meta:
        model = TerritoryArea
        fields = ("kind", "code")


class AreasInline(admin.TabularInline[Any, Any]):
    model = TerritoryArea
    form = AreaForm
    extra = 0


class AssignmentsInline(ReadOnlyInline):
    model = Assignment
    fields = ("user", "part", "starts_on", "ends_on")
    verbose_name_plural = "people"


class TerritoryForm(RecordForm):
    class Meta:
        model = Territory
        fields = ("name", "colour")


@admin.register(Territory)
class TerritoryAdmin(ServiceAdmin[Territory]):
    form = TerritoryForm
    list_display = ("name", "colour", "is_unassigned", "updated_at")
    search_fields = ("name",)
    inlines = (AreasInline, AssignmentsInline)
    history_with = ("areas", "assignments")
    actions = ("export_as_csv", "place_practices")

    def has_change_permission(self, request: HttpRequest, obj: Territory | None = None) -> bool:
        """Unassigned is built in."""
        is_built_in = obj is not None and obj.is_unassigned
        return not is_built_in and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Territory | None = None) -> bool:
        is_built_in = obj is not None and obj.is_unassigned
        return not is_built_in and super().has_delete_permission(request, obj)

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> Territory:
        return accounts.create_territory(
            facts["name"], colour=facts["colour"], by=signed_in(request)
        )

    def edit_record(self, request: HttpRequest, row: Territory, facts: dict[str, Any]) -> None:
        known = {"name": row.name, "colour": row.colour}
        accounts.edit_territory(row, by=signed_in(request), **{**known, **facts})

    def delete_model(self, request: HttpRequest, obj: Territory) -> None:
        accounts.delete_territory(obj, by=signed_in(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is TerritoryArea:
            self._save_areas(request, formset)
        saved_nothing(formset)

    def _save_areas(self, request: HttpRequest, formset: Any) -> None:
        """A changed area is one that goes and one that comes. Each can be undone as a whole."""
        gone, come = set(), set()
        for form in formset.forms:
            is_deleted = form in formset.deleted_forms
            if form.instance.pk and (is_deleted or form.has_changed()):
                gone.add(Area(form.initial["kind"], form.initial["code"]))
            if form.has_changed() and not is_deleted:
                come.add(Area(form.cleaned_data["kind"], form.cleaned_data["code"]))
        territory = Territory.objects.get(pk=formset.instance.pk)
        _refuse_taken(come, territory)
        for areas, to in ((gone - come, None), (come - gone, territory)):
            if areas:
                done = realign(areas, to=to, by=signed_in(request), at=timezone.now())
                messages.info(request, f"{done.practices_moved:,} practices changed territory.")

    @admin.action(description="Place all practices by the areas")
    def place_practices(self, request: HttpRequest, queryset: Any) -> None:
        """For all territories at once: an area of one is missing from another."""
        moved = services.place_practices()
        messages.success(request, f"{moved:,} practices changed their territory.")


def _refuse_taken(areas: set[Area], territory: Territory) -> None:
    """Here an area is given; taking it from another territory is done where both are in sight."""
    codes = [area.code for area in areas]
    for held in TerritoryArea.objects.exclude(territory=territory).filter(code__in=codes):
        if Area(held.kind, held.code) in areas:
            raise AreaTaken(f"{held} already belongs to {held.territory}.", field="code")


@admin.register(Realignment)
class RealignmentAdmin(ReadOnlyAdmin[Realignment]):
    """Areas that changed hands; undone on the Territories page."""

    list_display = ("made_at", "to", "practices_moved", "made_by", "undone_at")
    list_filter = ("to",)
    list_select_related = ("to", "made_by")
