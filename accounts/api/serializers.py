"""People, assignments and tokens as the API reads and writes them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import ApiToken, Assignment, Handover, Territory, User
from liaison_crm.core.api.fields import Choice, Day, Line, RowField, Whole
from liaison_crm.core.api.serializers import StrictSerializer
from liaison_crm.core.periods import validate_time_zone

LONGEST_TOKEN_DAYS = 366


class PersonOut(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields: tuple[str, ...] = (
            "id",
            "name",
            "email",
            "role",
            "time_zone",
            "is_active",
            "updated_at",
        )
        read_only_fields = fields


class TerritoryToday(serializers.ModelSerializer[Territory]):
    class Meta:
        model = Territory
        fields = ("id", "name", "colour")
        read_only_fields = fields


class MeOut(PersonOut):
    territories = serializers.SerializerMethodField(
        help_text="The territories whose relationships you work in today."
    )

    class Meta(PersonOut.Meta):
        fields = (*PersonOut.Meta.fields, "territories")
        read_only_fields = fields

    @extend_schema_field(TerritoryToday(many=True))
    def get_territories(self, person: User) -> list[dict[str, object]]:
        return list(TerritoryToday(person.territories_today(), many=True).data)


class MeChange(StrictSerializer):
    name = Line(max_length=120)
    time_zone = Line(max_length=64, validators=[validate_time_zone])


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    person = serializers.IntegerField(source="user_id", read_only=True)
    person_name = serializers.CharField(source="user.name", read_only=True)
    territory_name = serializers.CharField(source="territory.name", read_only=True)

    class Meta:
        model = Assignment
        fields = (
            "id",
            "person",
            "person_name",
            "territory",
            "territory_name",
            "part",
            "starts_on",
            "ends_on",
            "updated_at",
        )
        read_only_fields = fields


class AssignmentIn(StrictSerializer):
    person = RowField(User.objects.visible_to)
    territory = RowField(Territory.objects.visible_to)
    part = Choice(choices=Assignment.Part.choices, default=Assignment.Part.OWNER)
    starts_on = Day()
    ends_on = Day(required=False, allow_null=True, default=None, help_text="For a cover only.")


class EndIn(StrictSerializer):
    on = Day(help_text="The first day without it.")


class HandoverOut(serializers.ModelSerializer[Handover]):
    territory_name = serializers.CharField(source="territory.name", read_only=True)
    made_by_name = serializers.CharField(source="made_by.name", read_only=True)

    class Meta:
        model = Handover
        fields = (
            "id",
            "territory",
            "territory_name",
            "made_by",
            "made_by_name",
            "made_at",
            "before",
            "after",
            "undone_at",
        )
        read_only_fields = fields


class TokenOut(serializers.ModelSerializer[ApiToken]):
    id = serializers.UUIDField(source="public_id", read_only=True)
    starts_with = serializers.CharField(source="token_key", read_only=True)

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = ("id", "name", "starts_with", "created", "expiry", "last_used_on")
        read_only_fields = fields


class NewTokenOut(TokenOut):
    token = serializers.CharField(read_only=True, help_text="The secret, shown this once.")

    class Meta(TokenOut.Meta):
        fields = (*TokenOut.Meta.fields, "token")
        read_only_fields = fields


class TokenIn(StrictSerializer):
    name = Line(max_length=80, help_text="What it is for.")
    days = Whole(min_value=1, max_value=LONGEST_TOKEN_DAYS, default=90, help_text="How long.")
