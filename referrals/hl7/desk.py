"""Messages and codes on the desk: what became of each, why, and nothing it said."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.desk import ReadOnlyAdmin, ReadOnlyInline, ServiceAdmin
from accounts.http import signed_in
from referrals.hl7 import services
from referrals.hl7.models import Hl7Message, IgnoredMessages, SourceCode, ToldReferral


class ToldInline(ReadOnlyInline):
    model = ToldReferral
    fields = ("external_id", "status", "happened_at", "state", "missing")


@admin.register(Hl7Message)
class Hl7MessageAdmin(ReadOnlyAdmin[Hl7Message]):
    list_display = (
        "received_at",
        "source",
        "kind",
        "control_id",
        "outcome",
        "reason",
        "came_by",
        "times",
    )
    list_filter = ("outcome", "source", "kind", "code", "came_by")
    search_fields = ("control_id__startswith", "told__external_id__startswith")
    list_select_related = ("source",)
    exclude = ("raw", "digest")
    inlines = (ToldInline,)


@admin.register(ToldReferral)
class ToldReferralAdmin(ReadOnlyAdmin[ToldReferral]):
    list_display = (
        "external_id",
        "source",
        "status",
        "happened_at",
        "state",
        "missing",
        "physician_npi",
        "physician_code",
    )
    list_filter = ("state", "missing", "source", "status")
    search_fields = ("external_id__startswith", "physician_npi__startswith")
    list_select_related = ("source",)
    exclude = ("patient_key",)
    ordering = ("-pk",)


class AnsweredFilter(admin.SimpleListFilter):
    title = "answer"
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Not answered yet"), ("yes", "Answered")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "no":
            return queryset.unanswered()
        if self.value() == "yes":
            return queryset.exclude(pk__in=queryset.unanswered().values("pk"))
        return queryset


@admin.register(SourceCode)
class SourceCodeAdmin(ServiceAdmin[SourceCode]):
    """A source's own words. A person says once what each means; rows that waited come in."""

    list_display = ("code", "name", "kind", "source", "means", "first_seen_at")
    list_filter = (AnsweredFilter, "kind", "source")
    search_fields = ("code__startswith", "name__istartswith")
    list_select_related = ("source", "physician", "practice", "service_line", "destination")
    autocomplete_fields = ("physician", "practice", "service_line", "destination")
    readonly_fields = ("source", "kind", "code", "name", "answered_by", "first_seen_at")

    @admin.display(description="Means")
    def means(self, code: SourceCode) -> str:
        return "Set aside" if code.is_set_aside else str(getattr(code, code.kind) or "")

    def get_fields(self, request: HttpRequest, obj: SourceCode | None = None) -> Any:
        """Only what a code of this kind can mean."""
        asked = (obj.kind, "is_set_aside") if obj else ()
        return (*self.readonly_fields[:4], *asked, *self.readonly_fields[4:])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def edit_record(self, request: HttpRequest, row: SourceCode, facts: dict[str, Any]) -> None:
        for name, value in facts.items():
            setattr(row, name, value)
        services.answer_code(row, by=signed_in(request))


@admin.register(IgnoredMessages)
class IgnoredMessagesAdmin(ReadOnlyAdmin[IgnoredMessages]):
    list_display = ("day", "source", "kind", "reason", "messages")
    list_filter = ("source", "reason", "kind")
    list_select_related = ("source",)
