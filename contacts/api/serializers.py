"""The directory as the API reads and writes it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import Territory, TerritoryArea
from contacts.models import (
    Affiliation,
    Organization,
    Physician,
    Practice,
    Specialty,
    StaffMember,
)
from liaison_crm.core.api.fields import (
    Choice,
    Day,
    Digits,
    Email,
    Flag,
    Line,
    Npi,
    RowField,
    RowListField,
)
from liaison_crm.core.api.serializers import StrictSerializer

MOST_AREAS = 2000


class SpecialtyOut(serializers.ModelSerializer[Specialty]):
    class Meta:
        model = Specialty
        fields = ("id", "taxonomy_code", "name", "medicare_code")
        read_only_fields = fields


class OrganizationOut(serializers.ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = (
            "id",
            "name",
            "npi",
            "parent",
            "network",
            "source",
            "observed_on",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class OrganizationIn(StrictSerializer):
    name = Line(max_length=200)
    npi = Npi(required=False, allow_null=True)
    parent = RowField(  # type: ignore[assignment]  # DRF moves declared fields off the class
        Organization.objects.visible_to, required=False, allow_null=True
    )
    network = Choice(choices=Organization.Network.choices, required=False)


class PhysicianOut(serializers.ModelSerializer[Physician]):
    primary_specialty_name = serializers.CharField(
        source="primary_specialty.name", default="", read_only=True
    )

    class Meta:
        model = Physician
        fields = (
            "id",
            "npi",
            "first_name",
            "middle_name",
            "last_name",
            "suffix",
            "credentials",
            "full_name",
            "status",
            "status_on",
            "replaced_by_npi",
            "primary_specialty",
            "primary_specialty_name",
            "primary_is_assumed",
            "specialties",
            "source",
            "observed_on",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class PhysicianIn(StrictSerializer):
    npi = Npi(required=False, allow_null=True)
    first_name = Line(max_length=60)
    middle_name = Line(max_length=60, required=False, allow_blank=True)
    last_name = Line(max_length=80)
    suffix = Line(max_length=20, required=False, allow_blank=True)
    credentials = Line(max_length=60, required=False, allow_blank=True)
    primary_specialty = RowField(Specialty.objects.visible_to, required=False, allow_null=True)
    specialties = RowListField(Specialty.objects.visible_to, required=False)


class PracticeOut(serializers.ModelSerializer[Practice]):
    organization_name = serializers.CharField(
        source="organization.name", default="", read_only=True
    )
    territory = serializers.SerializerMethodField()
    territory_name = serializers.SerializerMethodField()

    class Meta:
        model = Practice
        fields = (
            "id",
            "name",
            "organization",
            "organization_name",
            "territory",
            "territory_name",
            "street",
            "suite",
            "city",
            "state",
            "zip_code",
            "county_fips",
            "latitude",
            "longitude",
            "phone",
            "fax",
            "hours",
            "access_rule",
            "closed_on",
            "source",
            "observed_on",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields

    def get_territory(self, practice: Practice) -> int | None:
        return practice.territory_id if self._may_know(practice) else None

    def get_territory_name(self, practice: Practice) -> str:
        return practice.territory.name if self._may_know(practice) else ""

    def _may_know(self, practice: Practice) -> bool:
        """The built-in territory Unassigned is known to managers and admins alone."""
        viewer: Any = self.context["request"].user
        return viewer.sees_all_territories or not practice.territory.is_unassigned


class OfficeIn(StrictSerializer):
    """What a liaison learns at the door."""

    hours = Line(max_length=200, required=False, allow_blank=True, screened=True)
    access_rule = Line(max_length=200, required=False, allow_blank=True, screened=True)


class PracticeIn(OfficeIn):
    name = Line(max_length=200)
    organization = RowField(Organization.objects.visible_to, required=False, allow_null=True)
    street = Line(max_length=120)
    suite = Line(max_length=60, required=False, allow_blank=True)
    city = Line(max_length=80)
    state = Line(min_length=2, max_length=2)
    zip_code = Digits(5)
    phone = Digits(10, required=False, allow_blank=True)
    fax = Digits(10, required=False, allow_blank=True)


class OnDay(StrictSerializer):
    on = Day()


class AffiliationOut(serializers.ModelSerializer[Affiliation]):
    physician_name = serializers.CharField(source="physician.full_name", read_only=True)
    practice_name = serializers.CharField(source="practice.name", read_only=True)

    class Meta:
        model = Affiliation
        fields = (
            "id",
            "physician",
            "physician_name",
            "practice",
            "practice_name",
            "role",
            "is_primary",
            "starts_on",
            "ends_on",
            "source",
            "verified_on",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class AffiliationIn(StrictSerializer):
    physician = RowField(Physician.objects.visible_to)
    practice = RowField(Practice.objects.visible_to)
    role = Choice(choices=Affiliation.Role.choices, default=Affiliation.Role.CLINICIAN)
    starts_on = Day(required=False, allow_null=True, default=None)
    is_primary = Flag(
        required=False,
        allow_null=True,
        default=None,
        help_text="Left away or null: primary if it is the physician's only practice.",
    )


class AffiliationChange(StrictSerializer):
    role = Choice(choices=Affiliation.Role.choices)
    starts_on = Day(allow_null=True)


class MoveIn(StrictSerializer):
    practice = RowField(Practice.objects.visible_to, help_text="Where the physician goes.")
    on = Day()


class StaffOut(serializers.ModelSerializer[StaffMember]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)

    class Meta:
        model = StaffMember
        fields = (
            "id",
            "practice",
            "practice_name",
            "name",
            "job",
            "books_referrals",
            "phone",
            "email",
            "preference",
            "left_on",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class StaffChange(StrictSerializer):
    name = Line(max_length=120)
    job = Choice(choices=StaffMember.Job.choices, required=False)
    books_referrals = Flag(required=False)
    phone = Digits(10, required=False, allow_blank=True)
    email = Email(required=False, allow_blank=True, max_length=254)
    preference = Line(max_length=200, required=False, allow_blank=True, screened=True)


class StaffIn(StaffChange):
    practice = RowField(lambda user: Practice.objects.visible_to(user).worked_by(user))


class StaffEdit(StaffChange):
    left_on = Day(required=False, allow_null=True, help_text="The first day without her.")


class AreaOut(serializers.ModelSerializer[TerritoryArea]):
    class Meta:
        model = TerritoryArea
        fields = ("kind", "code")
        read_only_fields = fields


class AreaIn(StrictSerializer):
    kind = Choice(choices=TerritoryArea.Kind.choices)
    code = Digits(5)


class TerritoryOut(serializers.ModelSerializer[Territory]):
    areas = AreaOut(many=True, read_only=True)

    class Meta:
        model = Territory
        fields = ("id", "name", "colour", "is_unassigned", "areas", "created_at", "updated_at")
        read_only_fields = fields


class TerritoryIn(StrictSerializer):
    name = Line(max_length=80)
    colour = Line(max_length=7, required=False, help_text="As #0b4a3b.")
    areas = serializers.ListField(
        child=AreaIn(), required=False, max_length=MOST_AREAS, help_text="All of them."
    )
