"""Corrections as the API reads and writes them."""

from __future__ import annotations

from rest_framework import serializers

from contacts.corrections.kinds import Kind
from contacts.models import Affiliation, ChangeRequest, Physician, Practice, StaffMember
from liaison_crm.core.api.fields import Choice, Line, RowField, Uuid
from liaison_crm.core.api.serializers import StrictSerializer


class CorrectionValue(StrictSerializer):
    """The fact as it should be; which fields it takes, the kind says. Days are YYYY-MM-DD."""

    phone = Line(required=False, allow_blank=True, max_length=10)
    fax = Line(required=False, allow_blank=True, max_length=10)
    street = Line(required=False, allow_blank=True, max_length=120)
    suite = Line(required=False, allow_blank=True, max_length=60)
    city = Line(required=False, allow_blank=True, max_length=80)
    state = Line(required=False, allow_blank=True, max_length=2)
    zip_code = Line(required=False, allow_blank=True, max_length=5)
    name = Line(required=False, allow_blank=True, max_length=200)
    hours = Line(required=False, allow_blank=True, max_length=200)
    access_rule = Line(required=False, allow_blank=True, max_length=200)
    first_name = Line(required=False, allow_blank=True, max_length=60)
    middle_name = Line(required=False, allow_blank=True, max_length=60)
    last_name = Line(required=False, allow_blank=True, max_length=80)
    suffix = Line(required=False, allow_blank=True, max_length=20)
    credentials = Line(required=False, allow_blank=True, max_length=60)
    specialty = Line(
        required=False, allow_blank=True, max_length=10, help_text="The taxonomy code."
    )
    on = Line(required=False, allow_blank=True, max_length=10, help_text="The day it happened.")


class CorrectionOut(serializers.ModelSerializer[ChangeRequest]):
    staff = serializers.IntegerField(source="staff_member_id", read_only=True, allow_null=True)
    into = serializers.IntegerField(source="other_practice_id", read_only=True, allow_null=True)
    by_name = serializers.CharField(source="by.name", default="", read_only=True)
    decided_by_name = serializers.CharField(source="decided_by.name", default="", read_only=True)
    before = CorrectionValue(read_only=True)
    proposed = CorrectionValue(read_only=True)
    approved = CorrectionValue(read_only=True)

    class Meta:
        model = ChangeRequest
        fields = (
            "id",
            "client_key",
            "kind",
            "practice",
            "physician",
            "affiliation",
            "staff",
            "into",
            "before",
            "proposed",
            "approved",
            "why",
            "said_by",
            "by",
            "by_name",
            "asked_at",
            "state",
            "decided_by",
            "decided_by_name",
            "decided_at",
            "load",
            "word_back",
            "updated_at",
        )
        read_only_fields = fields

    def to_representation(self, request: ChangeRequest) -> dict[str, object]:
        """A value shows the facts its kind has, and no others."""
        shown: dict[str, object] = super().to_representation(request)
        for side in ("before", "proposed", "approved"):
            shown[side] = getattr(request, side)
        return shown


class CorrectionIn(StrictSerializer):
    kind = Choice(choices=Kind.choices)
    value = CorrectionValue(required=False)
    practice = RowField(Practice.objects.visible_to, required=False, allow_null=True, default=None)
    physician = RowField(
        Physician.objects.visible_to, required=False, allow_null=True, default=None
    )
    affiliation = RowField(
        Affiliation.objects.visible_to, required=False, allow_null=True, default=None
    )
    staff = RowField(StaffMember.objects.visible_to, required=False, allow_null=True, default=None)
    into = RowField(
        Practice.objects.visible_to,
        required=False,
        allow_null=True,
        default=None,
        help_text="The practice it became a part of.",
    )
    why = Line(required=False, allow_blank=True, max_length=200, default="")
    said_by = Choice(choices=ChangeRequest.SaidBy.choices, required=False, default="colleague")
    client_key = Uuid(
        required=False,
        help_text="Made on the device: the same correction sent twice is stored once.",
    )


class ApprovalIn(StrictSerializer):
    value = CorrectionValue(required=False, help_text="Left away, as proposed.")
    word = Line(required=False, allow_blank=True, max_length=200, default="")


class DeclineIn(StrictSerializer):
    word = Line(max_length=200, help_text="Why, to whoever proposed it.")
