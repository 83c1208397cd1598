"""Plans, suggestions and tiers as the API reads and writes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from contacts.models import Physician, Practice
from liaison_crm.core.api.fields import Choice, Day, Line, RowField, Whole
from liaison_crm.core.api.serializers import StrictSerializer
from visits.models import PlannedVisit
from visits.planning.covering import Line as CoverageLine
from visits.planning.models import Cadence, Dismissal, PracticeTier, Tier
from visits.planning.suggesting import Suggestion


def worked(user: User) -> Any:
    return Practice.objects.visible_to(user).worked_by(user)


class Clock(serializers.TimeField):
    """HH:MM, local time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class PlanOut(serializers.ModelSerializer[PlannedVisit]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)
    starts_at = Clock(read_only=True, allow_null=True)

    class Meta:
        model = PlannedVisit
        fields = (
            "id",
            "liaison",
            "practice",
            "practice_name",
            "physician",
            "planned_on",
            "starts_at",
            "position",
            "reason",
            "visit",
            "dropped_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class WhoseDay(StrictSerializer):
    liaison = RowField(
        User.objects.visible_to,
        required=False,
        allow_null=True,
        default=None,
        help_text="Whose day it is; left away, yours. Others' are the managers' to plan.",
    )


class PlanIn(WhoseDay):
    practice = RowField(worked)
    physician = RowField(
        Physician.objects.visible_to, required=False, allow_null=True, default=None
    )
    planned_on = Day()
    starts_at = Clock(required=False, allow_null=True, default=None)
    reason = Line(max_length=160, required=False, allow_blank=True, default="")


class PlanChange(StrictSerializer):
    planned_on = Day()


class Ids(serializers.ListField):
    child = Whole(min_value=1)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)


class TravelIn(WhoseDay):
    day = Day()
    seen = Ids(help_text="The ids of the day's open stops in the order you saw them.")


class OrderIn(TravelIn):
    order = Ids(help_text="The same ids in the order they should have.")


class OrderedOut(serializers.Serializer[Any]):
    order = serializers.ListField(child=serializers.IntegerField())
    miles_before = serializers.FloatField()
    miles_now = serializers.FloatField()


class ReasonOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    points = serializers.FloatField()
    sentence = serializers.CharField()


class SuggestionOut(serializers.Serializer[Suggestion]):
    practice = serializers.IntegerField(source="facts.practice")
    practice_name = serializers.CharField(source="facts.name")
    tier = serializers.CharField(source="facts.tier", allow_blank=True)
    access_rule = serializers.CharField(
        source="facts.access_rule", allow_blank=True, help_text="How to get in, in their words."
    )
    score = serializers.FloatField()
    reasons = ReasonOut(many=True)


class SuggestionsOut(serializers.Serializer[Any]):
    closed = serializers.CharField(
        allow_blank=True, help_text="Why offices are closed that day; blank where they are not."
    )
    more = serializers.IntegerField(help_text="How many there are beyond those shown.")
    results = SuggestionOut(source="shown", many=True)


class AcceptIn(WhoseDay):
    practice = RowField(worked)
    day = Day()


class DismissIn(AcceptIn):
    why = Choice(choices=Dismissal.Why.choices)
    words = Line(max_length=160, required=False, allow_blank=True, default="")


class DismissalOut(serializers.ModelSerializer[Dismissal]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)
    reasons = serializers.SerializerMethodField(help_text="The kinds of reasons that stay away.")

    class Meta:
        model = Dismissal
        fields = (
            "id",
            "liaison",
            "practice",
            "practice_name",
            "reasons",
            "why",
            "words",
            "until",
            "dismissed_by",
            "dismissed_at",
            "undone_at",
        )
        read_only_fields = fields

    def get_reasons(self, dismissal: Dismissal) -> list[str]:
        return sorted(dismissal.marks)


class PracticeTierOut(serializers.ModelSerializer[PracticeTier]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)

    class Meta:
        model = PracticeTier
        fields = ("id", "practice", "practice_name", "tier", "set_by", "set_at")
        read_only_fields = fields


class PracticeTierIn(StrictSerializer):
    practice = RowField(worked)
    tier = Choice(choices=Tier.choices)


class CadenceOut(serializers.ModelSerializer[Cadence]):
    class Meta:
        model = Cadence
        fields = ("id", "tier", "days", "updated_at")
        read_only_fields = fields


class CadenceChange(StrictSerializer):
    days = Whole(min_value=1, max_value=730)


class CoveredOut(serializers.Serializer[Any]):
    practices = serializers.IntegerField()
    seen = serializers.IntegerField(help_text="Seen within the cadence of their tier.")


class CoverageLineOut(serializers.Serializer[CoverageLine]):
    territory = serializers.IntegerField(source="territory.pk")
    territory_name = serializers.CharField(source="name")
    owner = serializers.IntegerField(source="owner.pk", allow_null=True, default=None)
    total = CoveredOut()
    tiers = serializers.DictField(child=CoveredOut())
    untiered = serializers.IntegerField()


class CoverageOut(serializers.Serializer[Any]):
    goal = serializers.IntegerField(help_text="The share that should be seen in time, in percent.")
    results = CoverageLineOut(source="territories", many=True)
