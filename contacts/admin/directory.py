"""Physicians, practices, organisations and the people at the office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.desk import (
    BulkAction,
    ReadOnlyInline,
    RecordForm,
    ServedForm,
    ServiceAdmin,
    saved_nothing,
)
from accounts.http import signed_in
from accounts.models import User
from contacts import services
from contacts.models import Affiliation, Organization, Physician, Practice, StaffMember
from liaison_crm.core.periods import site_today


class DirectoryAdmin(ServiceAdmin[Any]):
    """What anything points at is ended or closed instead of deleted."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.delete_record(obj, by=signed_in(request))


AFFILIATION = ("physician", "practice", "role", "is_primary", "starts_on", "ends_on")


class AffiliationForm(RecordForm):
    class Meta:
        model = Affiliation
        fields = AFFILIATION


class AffiliationRow(ServedForm):
    class Meta:
        model = Affiliation
        fields = AFFILIATION


class AffiliationsInline(admin.TabularInline[Any, Any]):
    model = Affiliation
    form = AffiliationRow
    extra = 0
    can_delete = False
    show_change_link = True
    fields = ("practice", "role", "is_primary", "starts_on", "ends_on", "source", "verified_on")
    readonly_fields = ("source", "verified_on")
    autocomplete_fields = ("practice",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("physician", "practice")


class PhysiciansInline(AffiliationsInline):
    fields = ("physician", "role", "is_primary", "starts_on", "ends_on", "source", "verified_on")
    autocomplete_fields = ("physician",)
    verbose_name_plural = "physicians"


def save_affiliations(request: HttpRequest, formset: Any) -> None:
    """Open, end and change affiliations the way the pages and the API do."""
    by = signed_in(request)
    for form in formset.forms:
        if not form.has_changed():
            continue
        if form.instance.pk is None:
            _open(form, formset.instance, by=by)
        else:
            _edit(Affiliation.objects.get(pk=form.instance.pk), form, by=by)


def _open(form: Any, owner: Any, *, by: User) -> None:
    facts = form.cleaned_data
    is_physician = isinstance(owner, Physician)
    affiliation = services.open_affiliation(
        Physician.objects.get(pk=owner.pk) if is_physician else facts["physician"],
        facts["practice"] if is_physician else Practice.objects.get(pk=owner.pk),
        by=by,
        starts_on=facts["starts_on"],
        role=facts["role"],
        is_primary=facts["is_primary"] or None,
    )
    if facts["ends_on"]:
        services.end_affiliation(affiliation, by=by, ends_on=facts["ends_on"])


def _edit(affiliation: Affiliation, form: Any, *, by: User) -> None:
    facts = {name: form.cleaned_data[name] for name in form.changed_data}
    written = {name: facts[name] for name in ("role", "starts_on") if name in facts}
    if written:
        services.edit_affiliation(affiliation, by=by, **written)
    if facts.get("is_primary"):
        services.make_primary(affiliation, by=by)
    if facts.get("ends_on"):
        services.end_affiliation(affiliation, by=by, ends_on=facts["ends_on"])


class PhysicianForm(RecordForm):
    class Meta:
        model = Physician
        fields = (
            "npi",
            "first_name",
            "middle_name",
            "last_name",
            "suffix",
            "credentials",
            "primary_specialty",
        )


@admin.register(Physician)
class PhysicianAdmin(DirectoryAdmin):
    form = PhysicianForm
    list_display = ("full_name", "npi", "primary_specialty", "status", "source", "updated_at")
    list_filter = ("status", "source", "primary_is_assumed")
    search_fields = ("last_name",)
    search_vector = "search"
    search_help_text = "Beginnings of names, or of an NPI"
    list_select_related = ("primary_specialty",)
    autocomplete_fields = ("primary_specialty",)
    ordering = ("last_name", "first_name", "pk")
    readonly_fields = ("status", "status_on", "replaced_by_npi", "source", "observed_on")
    inlines = (AffiliationsInline,)
    history_with = ("affiliations",)
    export_also = ("primary_specialty__name",)
    bulk_actions = (
        BulkAction(
            "retire",
            "Retire",
            lambda row, by: services.retire_physician(row, by=by, on=site_today()),
        ),
        BulkAction(
            "reinstate",
            "Take back to work",
            lambda row, by: services.reinstate_physician(row, by=by, on=site_today()),
        ),
    )
    fieldsets = (
        (None, {"fields": ("npi", ("first_name", "middle_name", "last_name", "suffix"))}),
        (None, {"fields": ("credentials", "primary_specialty")}),
        (
            "Registry",
            {"fields": (("status", "status_on"), "replaced_by_npi", ("source", "observed_on"))},
        ),
    )

    def view_on_site(self, obj: Physician) -> str:
        return obj.get_absolute_url()

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> Physician:
        return services.add_physician(by=signed_in(request), **_npi_or_none(facts))

    def edit_record(self, request: HttpRequest, row: Physician, facts: dict[str, Any]) -> None:
        services.edit_physician(row, by=signed_in(request), **_npi_or_none(facts))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        save_affiliations(request, formset)
        saved_nothing(formset)


def _npi_or_none(facts: dict[str, Any]) -> Any:
    return {**facts, "npi": facts["npi"] or None} if "npi" in facts else facts


class StaffInline(ReadOnlyInline):
    model = StaffMember
    fields = ("name", "job", "books_referrals", "phone", "left_on")
    verbose_name_plural = "office staff"


class PracticeForm(RecordForm):
    class Meta:
        model = Practice
        fields = (
            "name",
            "organization",
            "street",
            "suite",
            "city",
            "state",
            "zip_code",
            "phone",
            "fax",
            "hours",
            "access_rule",
        )


@admin.register(Practice)
class PracticeAdmin(DirectoryAdmin):
    form = PracticeForm
    list_display = ("name", "street", "city", "zip_code", "territory", "organization", "closed_on")
    list_filter = ("territory", "source", ("closed_on", admin.EmptyFieldListFilter))
    search_fields = ("name",)
    search_vector = "search"
    search_help_text = "Beginnings of words of the name, the address, or the phone number"
    list_select_related = ("territory", "organization")
    autocomplete_fields = ("organization",)
    readonly_fields = ("territory", "county_fips", "closed_on", "source", "observed_on")
    inlines = (PhysiciansInline, StaffInline)
    history_with = ("affiliations", "staff")
    export_also = ("territory__name", "organization__name")
    bulk_actions = (
        BulkAction(
            "close",
            "Close",
            lambda row, by: services.close_practice(row, by=by, on=site_today()),
        ),
        BulkAction("reopen", "Reopen", lambda row, by: services.reopen_practice(row, by=by)),
    )
    fieldsets = (
        (None, {"fields": ("name", "organization")}),
        (
            "Address",
            {"fields": ("street", "suite", ("city", "state", "zip_code"))},
        ),
        ("Office", {"fields": (("phone", "fax"), "hours", "access_rule")}),
        (
            "Follows from the address",
            {"fields": ("territory", "county_fips", "closed_on", ("source", "observed_on"))},
        ),
    )

    def view_on_site(self, obj: Practice) -> str:
        return obj.get_absolute_url()

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> Practice:
        return services.add_practice(by=signed_in(request), **facts)

    def edit_record(self, request: HttpRequest, row: Practice, facts: dict[str, Any]) -> None:
        services.edit_practice(row, by=signed_in(request), **facts)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is Affiliation:
            save_affiliations(request, formset)
        saved_nothing(formset)


@admin.register(Affiliation)
class AffiliationAdmin(DirectoryAdmin):
    form = AffiliationForm
    list_display = ("physician", "practice", "role", "is_primary", "starts_on", "ends_on", "source")
    list_filter = ("role", "is_primary", ("ends_on", admin.EmptyFieldListFilter), "source")
    search_fields = ("physician__npi", "physician__last_name__istartswith")
    list_select_related = ("physician", "practice")
    autocomplete_fields = ("physician", "practice")
    readonly_fields = ("source", "verified_on")
    ordering = ("-pk",)
    export_also = ("physician__npi", "practice__name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who and where never change: another place is another affiliation."""
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "physician", "practice") if obj else fixed

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> Affiliation:
        by, ends_on = signed_in(request), facts["ends_on"]
        affiliation = services.open_affiliation(
            facts["physician"],
            facts["practice"],
            by=by,
            starts_on=facts["starts_on"],
            role=facts["role"],
            is_primary=facts["is_primary"] or None,
        )
        if ends_on:
            services.end_affiliation(affiliation, by=by, ends_on=ends_on)
        return affiliation

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            _edit(Affiliation.objects.get(pk=obj.pk), form, by=signed_in(request))
        else:
            super().save_model(request, obj, form, change)


class StaffForm(RecordForm):
    class Meta:
        model = StaffMember
        fields = (
            "practice",
            "name",
            "job",
            "books_referrals",
            "phone",
            "email",
            "preference",
            "left_on",
        )


@admin.register(StaffMember)
class StaffMemberAdmin(DirectoryAdmin):
    form = StaffForm
    list_display = ("name", "practice", "job", "books_referrals", "phone", "left_on")
    list_filter = ("job", "books_referrals", ("left_on", admin.EmptyFieldListFilter))
    search_fields = ("name",)
    search_vector = "search"
    list_select_related = ("practice",)
    autocomplete_fields = ("practice",)
    export_also = ("practice__name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("practice",) if obj else ()

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> StaffMember:
        practice, left_on = facts.pop("practice"), facts.pop("left_on")
        member = services.add_staff(practice, by=signed_in(request), **facts)
        if left_on:
            services.mark_staff_left(member, by=signed_in(request), on=left_on)
        return member

    def edit_record(self, request: HttpRequest, row: StaffMember, facts: dict[str, Any]) -> None:
        if "left_on" in facts:
            services.mark_staff_left(row, by=signed_in(request), on=facts.pop("left_on"))
        if facts:
            services.edit_staff(row, by=signed_in(request), **facts)


class OrganizationForm(RecordForm):
    class Meta:
        model = Organization
        fields = ("name", "npi", "parent", "network")


class PracticesInline(ReadOnlyInline):
    model = Practice
    fields = ("name", "city", "zip_code", "territory", "closed_on")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("territory")


@admin.register(Organization)
class OrganizationAdmin(DirectoryAdmin):
    form = OrganizationForm
    list_display = ("name", "npi", "network", "parent", "source", "updated_at")
    list_filter = ("network", "source")
    search_fields = ("name__istartswith", "npi__startswith")
    list_select_related = ("parent",)
    autocomplete_fields = ("parent",)
    readonly_fields = ("source", "observed_on")
    inlines = (PracticesInline,)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> Organization:
        return services.add_organization(by=signed_in(request), **_npi_or_none(facts))

    def edit_record(self, request: HttpRequest, row: Organization, facts: dict[str, Any]) -> None:
        services.edit_organization(row, by=signed_in(request), **_npi_or_none(facts))
