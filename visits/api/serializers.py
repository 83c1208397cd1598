"""Visits and promises as the API reads and writes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from contacts.models import Physician, Practice, StaffMember
from liaison_crm.core.api.fields import (
    Choice,
    Day,
    Line,
    Moment,
    Prose,
    RowField,
    RowListField,
    Uuid,
)
from liaison_crm.core.api.serializers import StrictSerializer
from visits.education.models import MessageVersion
from visits.models import Correction, FollowUp, PlannedVisit, Topic, Visit
from visits.promises.due import SPANS


class TopicOut(serializers.ModelSerializer[Topic]):
    class Meta:
        model = Topic
        fields = ("id", "name", "is_offered")
        read_only_fields = fields


class VisitOut(serializers.ModelSerializer[Visit]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)
    liaison_name = serializers.CharField(source="liaison.name", read_only=True)
    physicians = serializers.SerializerMethodField()
    staff = serializers.SerializerMethodField()
    topics = serializers.SerializerMethodField()
    messages_told = serializers.SerializerMethodField()

    class Meta:
        model = Visit
        fields = (
            "id",
            "client_key",
            "practice",
            "practice_name",
            "liaison",
            "liaison_name",
            "held_at",
            "channel",
            "outcome",
            "physicians",
            "staff",
            "topics",
            "messages_told",
            "note",
            "see_again_on",
            "taken_back_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_physicians(self, visit: Visit) -> list[int]:
        return sorted(one.physician_id for one in visit.attendees.all() if one.physician_id)

    def get_staff(self, visit: Visit) -> list[int]:
        return sorted(one.staff_member_id for one in visit.attendees.all() if one.staff_member_id)

    def get_topics(self, visit: Visit) -> list[int]:
        return sorted(topic.pk for topic in visit.topics.all())

    def get_messages_told(self, visit: Visit) -> list[int]:
        return sorted(one.version_id for one in visit.hearings.all())


class PromiseIn(StrictSerializer):
    promise = Line(max_length=200, screened=True)
    due_on = Day(required=False, help_text="A day as it is. Give this or `due_in`.")
    due_in = Choice(
        choices=SPANS,
        required=False,
        help_text="So long after today, or after the day of the visit; then the next working day.",
    )
    to_physician = RowField(
        Physician.objects.visible_to, required=False, allow_null=True, default=None
    )
    to_staff = RowField(
        StaffMember.objects.visible_to, required=False, allow_null=True, default=None
    )
    client_key = Uuid(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("due_on" in attrs) == ("due_in" in attrs):
            code = "repeated" if "due_on" in attrs else "required"
            raise serializers.ValidationError({"due_on": ["Give `due_on` or `due_in`."]}, code=code)
        return attrs


class VisitChange(StrictSerializer):
    held_at = Moment()
    outcome = Choice(choices=Visit.Outcome.choices)
    channel = Choice(choices=Visit.Channel.choices, required=False)
    physicians = RowListField(Physician.objects.visible_to, required=False)
    staff = RowListField(StaffMember.objects.visible_to, required=False)
    topics = RowListField(Topic.objects.visible_to, required=False)
    note = Prose(max_length=2000, required=False, allow_blank=True, screened=True)
    see_again_on = Day(required=False, allow_null=True)
    messages_told = RowListField(
        MessageVersion.objects.visible_to,
        required=False,
        help_text="Versions of service messages that were told there: exactly these.",
    )


class VisitIn(VisitChange):
    practice = RowField(lambda user: Practice.objects.visible_to(user).worked_by(user))
    client_key = Uuid(
        required=False, help_text="Made on the device: the same visit sent twice is stored once."
    )
    promise = PromiseIn(required=False, allow_null=True, default=None)
    plan = RowField(
        PlannedVisit.objects.visible_to,
        required=False,
        allow_null=True,
        default=None,
        help_text="The stop that this visit was.",
    )


class ReasonIn(StrictSerializer):
    reason = Line(max_length=200)
    client_key = Uuid(
        required=False, help_text="Made on the device: a correction sent twice is stored once."
    )


class VisitCorrectionIn(VisitChange, ReasonIn):
    """What is left away stays as it is."""

    held_at = Moment(required=False)
    outcome = Choice(choices=Visit.Outcome.choices, required=False)


class VisitCorrectionOut(serializers.ModelSerializer[Correction]):
    made_by_name = serializers.CharField(source="made_by.name", read_only=True)
    before = serializers.DictField(read_only=True, help_text="What the visit said until then.")

    class Meta:
        model = Correction
        fields = (
            "id",
            "client_key",
            "visit",
            "what",
            "reason",
            "before",
            "made_by",
            "made_by_name",
            "made_at",
        )
        read_only_fields = fields


class FollowUpOut(serializers.ModelSerializer[FollowUp]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)
    owner_name = serializers.CharField(source="owner.name", read_only=True)
    to_physician = serializers.IntegerField(
        source="promised_to_physician_id", read_only=True, allow_null=True
    )
    to_staff = serializers.IntegerField(
        source="promised_to_staff_id", read_only=True, allow_null=True
    )

    class Meta:
        model = FollowUp
        fields = (
            "id",
            "client_key",
            "practice",
            "practice_name",
            "visit",
            "owner",
            "owner_name",
            "promise",
            "to_physician",
            "to_staff",
            "promised_on",
            "due_on",
            "kept_at",
            "kept_by",
            "told_at",
            "told_by",
            "told_to_physician",
            "told_to_staff",
            "dropped_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class FollowUpIn(PromiseIn):
    practice = RowField(lambda user: Practice.objects.visible_to(user).worked_by(user))
    owner = RowField(
        User.objects.visible_to,
        required=False,
        allow_null=True,
        default=None,
        help_text="Who keeps it; left away, you do.",
    )


class FollowUpChange(StrictSerializer):
    due_on = Day()


class HandOn(StrictSerializer):
    owner = RowField(User.objects.visible_to)
