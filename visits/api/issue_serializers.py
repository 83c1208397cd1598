"""Issues as the API reads and writes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from contacts.models import Physician, Practice, StaffMember
from liaison_crm.core.api.fields import Choice, Email, Line, Prose, RowField, Uuid, Whole
from liaison_crm.core.api.serializers import StrictSerializer
from referrals.models import ServiceLine
from visits.issues.models import Category, Issue, IssueRule, IssueStep, Outsider
from visits.issues.models.routing import LONGEST_TARGET_HOURS
from visits.models import Visit


class OutsiderOut(serializers.ModelSerializer[Outsider]):
    class Meta:
        model = Outsider
        fields = ("id", "name", "email", "dropped_at", "created_at", "updated_at")
        read_only_fields = fields


class OutsiderIn(StrictSerializer):
    name = Line(max_length=120)
    email = Email(max_length=254)


class IssueStepOut(serializers.ModelSerializer[IssueStep]):
    class Meta:
        model = IssueStep
        fields = ("id", "kind", "at", "by", "by_outsider", "words")
        read_only_fields = fields


class IssueOut(serializers.ModelSerializer[Issue]):
    """`due_at` is the next moment somebody is late; none once it is resolved."""

    practice_name = serializers.CharField(source="practice.name", read_only=True)
    steps = IssueStepOut(many=True, read_only=True)

    class Meta:
        model = Issue
        fields = (
            "id",
            "client_key",
            "practice",
            "practice_name",
            "category",
            "service_line",
            "said",
            "detail",
            "said_by_physician",
            "said_by_staff",
            "visit",
            "came_back_from",
            "source",
            "raised_by",
            "raised_at",
            "state",
            "owner",
            "outsider",
            "acknowledge_by",
            "resolve_by",
            "due_at",
            "acknowledged_at",
            "acknowledged_by",
            "acknowledged_by_outsider",
            "resolved_at",
            "resolved_by",
            "resolved_by_outsider",
            "answer",
            "told_at",
            "told_by",
            "told_to_physician",
            "told_to_staff",
            "told_how",
            "withdrawn_at",
            "steps",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class IssueIn(StrictSerializer):
    practice = RowField(lambda user: Practice.objects.visible_to(user).worked_by(user))
    category = Choice(choices=Category.choices)
    said = Line(
        max_length=200, screened=True, help_text="In the office's words, without any patient."
    )
    detail = Prose(max_length=2000, required=False, allow_blank=True, default="", screened=True)
    service_line = RowField(
        ServiceLine.objects.visible_to, required=False, allow_null=True, default=None
    )
    by_physician = RowField(
        Physician.objects.visible_to, required=False, allow_null=True, default=None
    )
    by_staff = RowField(
        StaffMember.objects.visible_to, required=False, allow_null=True, default=None
    )
    visit = RowField(
        Visit.objects.visible_to,
        required=False,
        allow_null=True,
        default=None,
        help_text="The visit it came up on.",
    )
    client_key = Uuid(
        required=False, help_text="Made on the device: the same issue sent twice is stored once."
    )


class Words(StrictSerializer):
    words = Prose(max_length=2000, screened=True)


class Answer(StrictSerializer):
    answer = Prose(
        max_length=2000, screened=True, help_text="What was done, as the office can be told."
    )


class Why(StrictSerializer):
    why = Line(max_length=200, screened=True)


class Told(StrictSerializer):
    how = Choice(choices=Issue.How.choices)
    to_physician = RowField(
        Physician.objects.visible_to, required=False, allow_null=True, default=None
    )
    to_staff = RowField(
        StaffMember.objects.visible_to, required=False, allow_null=True, default=None
    )


class OneOwner(StrictSerializer):
    """A colleague, or somebody outside the team, and not both."""

    owner = RowField(User.objects.visible_to, required=False, allow_null=True, default=None)
    outsider = RowField(Outsider.objects.visible_to, required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = [attrs.get("owner"), attrs.get("outsider")]
        if all(named) or not (any(named) or self.partial):
            raise serializers.ValidationError(
                "Name a colleague as owner or somebody outside the team.", code="one_owner"
            )
        return attrs


class IssueRuleIn(OneOwner):
    category = Choice(
        choices=[("", "Any"), *Category.choices], required=False, help_text="Blank: any."
    )
    service_line = RowField(
        ServiceLine.objects.visible_to, required=False, allow_null=True, help_text="None: any."
    )
    acknowledge_within_hours = Whole(
        required=False, min_value=1, max_value=LONGEST_TARGET_HOURS, help_text="Working hours."
    )
    resolve_within_hours = Whole(
        required=False, min_value=1, max_value=LONGEST_TARGET_HOURS, help_text="Working hours."
    )


class IssueRuleOut(serializers.ModelSerializer[IssueRule]):
    class Meta:
        model = IssueRule
        fields = (
            "id",
            "category",
            "service_line",
            "owner",
            "outsider",
            "acknowledge_within_hours",
            "resolve_within_hours",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class TrendOut(serializers.Serializer[Any]):
    """Twelve months of one kind of trouble with one clinic, oldest month first."""

    category = serializers.CharField()
    service_line = serializers.IntegerField(allow_null=True)
    service_line_name = serializers.CharField()
    issues = serializers.IntegerField()
    open = serializers.IntegerField()
    came_back = serializers.IntegerField()
    offices = serializers.IntegerField()
    referrals = serializers.IntegerField(help_text="What those offices send us in a year.")
    months = serializers.ListField(child=serializers.IntegerField())
