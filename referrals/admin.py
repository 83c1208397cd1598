"""Referrals as they came in, what they are counted into, and the loads and runs that did it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone

from accounts.desk import ReadOnlyAdmin, ReadOnlyInline, RecordAdmin
from accounts.http import signed_in
from liaison_crm.core.errors import DomainError
from referrals import services
from referrals.hl7 import desk  # noqa: F401  its screens register themselves
from referrals.models import (
    ArrivalCurve,
    BatchUndo,
    EarlierDescription,
    Facility,
    HandReferral,
    HeaderMap,
    IntakeBatch,
    Referral,
    ReferralEvent,
    RefusedRow,
    Restatement,
    Retelling,
    RollupChunk,
    RollupRun,
    ServiceLine,
    Source,
    UnmatchedRow,
    VolumeCell,
    VolumeDraft,
    VolumeMark,
)


class CatalogueAdmin(RecordAdmin[Any]):
    """What referrals are named by. A code in use stays as it is: files speak of it."""

    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "code") if obj else fixed


@admin.register(Source)
class SourceAdmin(CatalogueAdmin):
    list_display = ("name", "code", "time_zone", "updated_at")


@admin.register(ServiceLine)
class ServiceLineAdmin(CatalogueAdmin):
    list_display = ("name", "code", "updated_at")


@admin.register(Facility)
class FacilityAdmin(CatalogueAdmin):
    list_display = ("name", "code", "network", "organization", "updated_at")
    list_filter = ("network",)
    list_select_related = ("organization",)
    autocomplete_fields = ("organization",)


class EventsInline(ReadOnlyInline):
    model = ReferralEvent
    fields = ("status", "happened_at", "learned_at", "batch")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("batch")


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin[Referral]):
    list_display = (
        "external_id",
        "referred_on",
        "physician",
        "practice",
        "service_line",
        "destination",
        "status",
    )
    list_filter = ("status", "source", "service_line", "destination__network", "left_because")
    search_fields = ("external_id__startswith", "physician__npi__startswith")
    list_select_related = ("physician", "practice", "service_line", "destination")
    inlines = (EventsInline,)
    exclude = ("patient_key",)
    export_also = (
        "physician__npi",
        "practice__name",
        "service_line__code",
        "destination__code",
        "source__code",
    )


@admin.register(HandReferral)
class HandReferralAdmin(ReadOnlyAdmin[HandReferral]):
    """Taken back by whoever took it, or by a manager, on its own page."""

    list_display = (
        "referred_on",
        "physician",
        "practice",
        "service_line",
        "taken_by",
        "taken_at",
        "taken_back_at",
    )
    list_filter = ("taken_by", "service_line", ("taken_back_at", admin.EmptyFieldListFilter))
    search_fields = ("reference__startswith", "physician__npi__startswith")
    list_select_related = ("physician", "practice", "service_line", "taken_by")
    export_also = ("physician__npi", "practice__name", "service_line__code", "taken_by__name")

    def view_on_site(self, obj: HandReferral) -> str:
        return obj.get_absolute_url()


@admin.register(ReferralEvent)
class ReferralEventAdmin(ReadOnlyAdmin[ReferralEvent]):
    list_display = ("referral", "status", "happened_at", "learned_at")
    list_filter = ("status",)
    search_fields = ("referral__external_id__startswith",)
    list_select_related = ("referral",)
    ordering = ("-pk",)


@admin.register(IntakeBatch)
class IntakeBatchAdmin(ReadOnlyAdmin[IntakeBatch]):
    list_display = (
        "created_at",
        "file_name",
        "source",
        "state",
        "rows_read",
        "rows_new",
        "rows_changed",
        "rows_refused",
        "rows_waiting",
        "uploaded_by",
    )
    list_filter = ("state", "source")
    search_fields = ("file_name", "sha256__startswith")
    list_select_related = ("source", "uploaded_by")

    def view_on_site(self, obj: IntakeBatch) -> str:
        return obj.get_absolute_url()


@admin.register(HeaderMap)
class HeaderMapAdmin(ReadOnlyAdmin[HeaderMap]):
    """Said on the page of a file, where what it means is seen."""

    list_display = ("source", "date_form", "clock", "confirmed_by", "updated_at")
    list_filter = ("source",)
    list_select_related = ("source", "confirmed_by")


@admin.register(BatchUndo)
class BatchUndoAdmin(ReadOnlyAdmin[BatchUndo]):
    list_display = ("batch", "asked_by", "asked_at", "finished_at", "removed", "restored", "left")
    list_select_related = ("batch", "asked_by")


@admin.register(EarlierDescription)
class EarlierDescriptionAdmin(ReadOnlyAdmin[EarlierDescription]):
    list_display = ("referral", "batch", "practice", "physician", "service_line", "destination")
    list_select_related = (
        "referral",
        "batch",
        "practice",
        "physician",
        "service_line",
        "destination",
    )
    exclude = ("patient_key",)
    ordering = ("-pk",)


@admin.register(Retelling)
class RetellingAdmin(ReadOnlyAdmin[Retelling]):
    list_display = ("batch",)
    exclude = ("event_ids",)
    list_select_related = ("batch",)
    ordering = ("-pk",)


@admin.register(RefusedRow)
class RefusedRowAdmin(ReadOnlyAdmin[RefusedRow]):
    list_display = ("batch", "line", "code", "reason")
    search_fields = ("reason", "code")
    list_select_related = ("batch",)
    ordering = ("-batch", "line")


@admin.register(UnmatchedRow)
class UnmatchedRowAdmin(ReadOnlyAdmin[UnmatchedRow]):
    list_display = (
        "batch",
        "line",
        "missing",
        "physician_npi",
        "practice_name",
        "practice_zip",
        "resolved_at",
    )
    list_filter = ("missing", ("resolved_at", admin.EmptyFieldListFilter))
    search_fields = ("physician_npi__startswith", "practice_name__istartswith")
    list_select_related = ("batch",)
    exclude = ("patient_key",)
    ordering = ("-pk",)


@admin.register(VolumeCell)
class VolumeCellAdmin(ReadOnlyAdmin[VolumeCell]):
    list_display = (
        "month",
        "practice",
        "physician",
        "service_line",
        "destination",
        "referrals",
        "in_network",
        "out_of_network",
    )
    list_filter = ("service_line", "destination__network")
    search_fields = ("physician__npi", "practice__name__istartswith")
    list_select_related = ("practice", "physician", "service_line", "destination")
    export_also = (
        "practice__name",
        "physician__npi",
        "service_line__code",
        "destination__code",
    )


@admin.register(VolumeMark)
class VolumeMarkAdmin(ReadOnlyAdmin[VolumeMark]):
    list_display = ("month", "practice_id", "physician_id", "service_line_id", "destination_id")


@admin.register(VolumeDraft)
class VolumeDraftAdmin(ReadOnlyAdmin[VolumeDraft]):
    """Here only while a run counts."""

    list_display = ("run", "month", "practice_id", "physician_id", "referrals")
    list_select_related = ("run",)


@admin.register(ArrivalCurve)
class ArrivalCurveAdmin(ReadOnlyAdmin[ArrivalCurve]):
    list_display = ("measured_on", "source", "referrals")
    list_filter = ("source",)
    list_select_related = ("source",)

    def exported(self) -> list[str]:
        return ["measured_on", "source__code", "referrals"]


class ChunksInline(ReadOnlyInline):
    model = RollupChunk
    fields = ("number", "state", "attempts", "finished_at")
    show_change_link = False


@admin.register(RollupRun)
class RollupRunAdmin(ReadOnlyAdmin[RollupRun]):
    list_display = (
        "started_at",
        "kind",
        "period",
        "state",
        "marks_claimed",
        "cells_written",
        "cells_removed",
        "finished_at",
    )
    list_filter = ("kind", "state")
    inlines = (ChunksInline,)
    change_list_template = "admin/rollup_runs.html"

    def get_urls(self) -> list[URLPattern]:
        now = path(
            "now/", self.admin_site.admin_view(self.roll_up_now), name="referrals_rolluprun_now"
        )
        return [now, *super().get_urls()]

    def roll_up_now(self, request: HttpRequest) -> HttpResponse:
        """Count what changed since the last night, in the background."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            services.start_rollup(by=signed_in(request), at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Counting has begun. The list says when it is done.")
        return redirect("admin:referrals_rolluprun_changelist")


@admin.register(RollupChunk)
class RollupChunkAdmin(ReadOnlyAdmin[RollupChunk]):
    list_display = ("run", "number", "state", "attempts", "finished_at")
    list_filter = ("state",)
    list_select_related = ("run",)
    ordering = ("-run", "number")


@admin.register(Restatement)
class RestatementAdmin(ReadOnlyAdmin[Restatement]):
    list_display = ("restated_at", "month", "practice", "was", "now", "run")
    search_fields = ("practice__name__istartswith",)
    list_select_related = ("practice", "run")
    export_also = ("practice__name",)
