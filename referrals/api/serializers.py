"""Referrals, imports and volumes as the API shows them. No patient, not even as a hash."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contacts.models import Physician, Practice
from liaison_crm.core.api.fields import (
    Choice,
    Day,
    Line,
    Moment,
    MonthField,
    RowField,
    RowTextField,
    TextFlag,
    Uuid,
)
from liaison_crm.core.api.serializers import StrictSerializer
from referrals.by_hand.reference import LONGEST
from referrals.models import (
    Facility,
    HandReferral,
    IntakeBatch,
    Referral,
    ReferralEvent,
    RefusedRow,
    ServiceLine,
    Source,
)
from referrals.reports import GROUPINGS


class SourceOut(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ("id", "code", "name", "time_zone")
        read_only_fields = fields


class ServiceLineOut(serializers.ModelSerializer[ServiceLine]):
    class Meta:
        model = ServiceLine
        fields = ("id", "code", "name")
        read_only_fields = fields


class FacilityOut(serializers.ModelSerializer[Facility]):
    class Meta:
        model = Facility
        fields = ("id", "code", "name", "network", "organization")
        read_only_fields = fields


class EventOut(serializers.ModelSerializer[ReferralEvent]):
    class Meta:
        model = ReferralEvent
        fields = ("status", "happened_at", "learned_at")
        read_only_fields = fields


class ReferralOut(serializers.ModelSerializer[Referral]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)
    physician_name = serializers.CharField(source="physician.full_name", read_only=True)
    events = EventOut(many=True, read_only=True)
    taken_by = serializers.IntegerField(
        source="by_hand.taken_by_id",
        default=None,
        allow_null=True,
        read_only=True,
        help_text="Who took it by hand; null if a feed told of it.",
    )
    reference = serializers.CharField(
        source="by_hand.reference",
        default="",
        read_only=True,
        help_text="The office's number for one taken by hand.",
    )

    class Meta:
        model = Referral
        fields = (
            "id",
            "source",
            "external_id",
            "practice",
            "practice_name",
            "physician",
            "physician_name",
            "service_line",
            "destination",
            "receiving_physician",
            "receiving_npi",
            "referred_on",
            "first_seen_at",
            "status",
            "status_at",
            "scheduled_on",
            "completed_on",
            "left_because",
            "taken_by",
            "reference",
            "events",
            "updated_at",
        )
        read_only_fields = fields


class ReferralIn(StrictSerializer):
    """A referral taken by hand, of that day or the day before."""

    practice = RowField(lambda user: Practice.objects.visible_to(user).worked_by(user))
    physician = RowField(Physician.objects.visible_to, help_text="Who works there that day.")
    service_line = RowField(ServiceLine.objects.visible_to)
    destination = RowField(
        Facility.objects.visible_to,
        required=False,
        allow_null=True,
        default=None,
        help_text="Left away, the facility of ours that the practice refers to most.",
    )
    referred_on = Day()
    taken_at = Moment(required=False, help_text="When the office told of it; left away, now.")
    reference = Line(max_length=LONGEST, required=False, allow_blank=True, default="")
    client_key = Uuid(
        required=False, help_text="Made on the device: a referral sent twice is stored once."
    )


class HandReferralOut(serializers.ModelSerializer[HandReferral]):
    class Meta:
        model = HandReferral
        fields = (
            "id",
            "client_key",
            "practice",
            "physician",
            "service_line",
            "destination",
            "referred_on",
            "reference",
            "taken_by",
            "taken_at",
            "referral",
            "taken_back_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class ImportOut(serializers.ModelSerializer[IntakeBatch]):
    uploaded_by_name = serializers.CharField(source="uploaded_by.name", default="", read_only=True)

    class Meta:
        model = IntakeBatch
        fields = (
            "id",
            "source",
            "file_name",
            "sha256",
            "mode",
            "create_missing",
            "state",
            "job",
            "header_map",
            "progress",
            "bytes_total",
            "rows_read",
            "rows_new",
            "rows_changed",
            "rows_same",
            "rows_repeated",
            "rows_refused",
            "rows_waiting",
            "rows_held_back",
            "error_code",
            "error",
            "uploaded_by",
            "uploaded_by_name",
            "created_at",
            "started_at",
            "finished_at",
            "updated_at",
        )
        read_only_fields = fields


class ImportIn(StrictSerializer):
    """A form, because a file comes with it."""

    file = serializers.FileField(allow_empty_file=True, help_text="CSV of referrals.")
    source = RowTextField(Source.objects.visible_to)  # type: ignore[assignment]  # DRF moves it off the class
    mode = Choice(
        choices=IntakeBatch.Mode.choices,
        default=IntakeBatch.Mode.ALL_OR_NOTHING,
        help_text="Whether one refused row keeps the good ones out as well.",
    )
    create_missing = TextFlag(
        default=False, help_text="Make service lines and destinations that are not there yet."
    )


class RefusedRowOut(serializers.ModelSerializer[RefusedRow]):
    class Meta:
        model = RefusedRow
        fields = ("line", "code", "reason", "cells")
        read_only_fields = fields


@extend_schema_field({"type": "integer", "format": "int64"})
class GroupField(serializers.ReadOnlyField):
    """The id a row of volumes is summed by; only where it was asked for."""


class VolumeOut(serializers.Serializer[dict[str, Any]]):
    """One group of cells. Only the keys asked for by `group_by` are there."""

    month = MonthField(read_only=True, required=False)
    practice = GroupField(required=False)
    physician = GroupField(required=False)
    service_line = GroupField(required=False)
    destination = GroupField(required=False)
    territory = GroupField(required=False)
    referrals = serializers.IntegerField(source="sum_referrals", read_only=True)
    received = serializers.IntegerField(source="sum_received", read_only=True)
    accepted = serializers.IntegerField(source="sum_accepted", read_only=True)
    scheduled = serializers.IntegerField(source="sum_scheduled", read_only=True)
    completed = serializers.IntegerField(source="sum_completed", read_only=True)
    cancelled = serializers.IntegerField(source="sum_cancelled", read_only=True)
    declined = serializers.IntegerField(source="sum_declined", read_only=True)
    no_show = serializers.IntegerField(source="sum_no_show", read_only=True)
    redirected = serializers.IntegerField(source="sum_redirected", read_only=True)
    in_network = serializers.IntegerField(source="sum_in_network", read_only=True)
    out_of_network = serializers.IntegerField(source="sum_out_of_network", read_only=True)
    summed_days_to_schedule = serializers.IntegerField(
        source="sum_summed_days_to_schedule",
        read_only=True,
        help_text="Over `timed_schedules` referrals.",
    )
    timed_schedules = serializers.IntegerField(source="sum_timed_schedules", read_only=True)
    summed_days_to_complete = serializers.IntegerField(
        source="sum_summed_days_to_complete",
        read_only=True,
        help_text="Over `timed_completions` referrals.",
    )
    timed_completions = serializers.IntegerField(source="sum_timed_completions", read_only=True)

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        absent = GROUPINGS.keys() - instance.keys()
        return {
            name: field.to_representation(field.get_attribute(instance))
            for name, field in self.fields.items()
            if name not in absent
        }
