from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Territory
from contacts.corrections.models import ChangeRequest as ChangeRequest  # noqa: PLC0414  Django looks here
from contacts.corrections.models import ChangeStep as ChangeStep  # noqa: PLC0414  here
from contacts.corrections.models import NpiMatch as NpiMatch  # noqa: PLC0414  here
from contacts.querysets import (
    AffiliationQuerySet,
    OrganizationQuerySet,
    PhysicianQuerySet,
    PracticeQuerySet,
    SpecialtyQuerySet,
    StaffMemberQuerySet,
)
from contacts.realigning.models import Realignment as Realignment  # noqa: PLC0414  Django looks here
from contacts.registry.models import RegistryLoad as RegistryLoad  # noqa: PLC0414  here
from contacts.registry.models import RegistryRecord as RegistryRecord  # noqa: PLC0414  and here
from contacts.welcome.models import WelcomeWindow as WelcomeWindow  # noqa: PLC0414  as well
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked
from liaison_crm.core.npi import npi_is_valid_sql, validate_npi

# A foreign key without an index of its own is the first column of another index of its table.
phone_digits = RegexValidator(r"\A[0-9]{10}\Z", "Give a US phone number as ten digits.")
zip_digits = RegexValidator(r"\A[0-9]{5}\Z", "A ZIP code has five digits.")


class Evidence(models.TextChoices):
    """Where a fact of the directory comes from."""

    NPPES = "nppes", "NPPES registry"
    COLLEAGUE = "colleague", "A colleague"
    OFFICE = "office", "The office itself"
    IMPORT = "import", "A file we loaded"
    DEMO = "demo", "Synthetic market"


class Specialty(models.Model):
    """A provider taxonomy code with its Medicare specialty name."""

    taxonomy_code = models.CharField(max_length=10, unique=True)
    name = LineField(max_length=120)
    medicare_code = models.CharField(max_length=4, blank=True)

    objects = SpecialtyQuerySet.as_manager()

    class Meta:
        ordering = ("name", "taxonomy_code")
        verbose_name_plural = "specialties"
        indexes = (models.Index(fields=["name"], name="specialty_name"),)

    def __str__(self) -> str:
        return self.name


class ZipCode(models.Model):
    """A ZIP code with its place, county and a point. From GeoNames, CC BY 4.0."""

    code = models.CharField(max_length=5, primary_key=True, validators=[zip_digits])
    city = LineField(max_length=80)
    state = models.CharField(max_length=2)
    county_fips = models.CharField(max_length=5, blank=True)
    county_name = LineField(max_length=80, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        ordering = ("code",)
        verbose_name = "ZIP code"
        indexes = (models.Index(fields=["county_fips"], name="zipcode_county"),)

    def __str__(self) -> str:
        return f"{self.code} {self.city}, {self.state}"


@tracked()
class Organization(models.Model):
    """A medical group or health system; type-2 NPI where it has one."""

    class Network(models.TextChoices):
        OWN = "own", "Our own"
        IN_NETWORK = "in_network", "In network"
        FRIENDLY = "friendly", "Friendly"
        COMPETITOR = "competitor", "Competitor"
        UNKNOWN = "unknown", "Not known"

    name = LineField(max_length=200)
    npi = models.CharField(
        "NPI", max_length=10, null=True, blank=True, unique=True, validators=[validate_npi]
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="subparts"
    )
    network = models.CharField(max_length=10, choices=Network.choices, default=Network.UNKNOWN)
    source = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.COLLEAGUE)
    observed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(npi=None) | npi_is_valid_sql("npi"),
                name="organization_npi_valid",
                violation_error_message="The NPI's check digit is wrong.",
            ),
        )
        indexes = (models.Index(fields=["name"], name="organization_name"),)

    def __str__(self) -> str:
        return self.name


@tracked(exclude=["search"])
class Practice(models.Model):
    """A place with a door that liaisons visit."""

    name = LineField(max_length=200)
    organization = models.ForeignKey(
        Organization, null=True, blank=True, on_delete=models.PROTECT, related_name="practices"
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="practices", db_index=False
    )
    street = LineField(max_length=120)
    suite = LineField(max_length=60, blank=True)
    city = LineField(max_length=80)
    state = models.CharField(
        max_length=2, validators=[RegexValidator(r"\A[A-Z]{2}\Z", "Two capital letters.")]
    )
    zip_code = models.CharField("ZIP code", max_length=5, validators=[zip_digits])
    county_fips = models.CharField(max_length=5, blank=True, editable=False)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=10, blank=True, validators=[phone_digits])
    fax = models.CharField(max_length=10, blank=True, validators=[phone_digits])
    hours = LineField(max_length=200, blank=True, screened=True)
    access_rule = LineField(
        max_length=200,
        blank=True,
        screened=True,
        help_text="When liaisons are welcome: 'Tuesday lunch only'.",
    )
    # Street, suite and ZIP after normalising: what makes two addresses the same door.
    address_key = models.CharField(max_length=220, unique=True, editable=False)
    closed_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.COLLEAGUE)
    observed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    search = models.GeneratedField(
        expression=SearchVector("name", "street", "city", "zip_code", "phone", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        indexes = (
            models.Index(fields=["territory", "name"], name="practice_territory"),
            models.Index(fields=["name", "id"], name="practice_name"),
            models.Index(fields=["zip_code"], name="practice_zip"),
            models.Index(fields=["county_fips"], name="practice_county"),
            GinIndex(fields=["search"], name="practice_search"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("practice", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


@tracked(exclude=["search"])
class Physician(models.Model):
    """A clinician who can refer. Known by NPI once the registry knows him."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"
        DEACTIVATED = "deactivated", "NPI deactivated"

    npi = models.CharField(
        "NPI", max_length=10, null=True, blank=True, unique=True, validators=[validate_npi]
    )
    first_name = LineField(max_length=60)
    middle_name = LineField(max_length=60, blank=True)
    last_name = LineField(max_length=80)
    suffix = LineField(max_length=20, blank=True)
    credentials = LineField(max_length=60, blank=True)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.ACTIVE)
    status_on = models.DateField(
        null=True, blank=True, help_text="Since when: the day of deactivation or retirement."
    )
    replaced_by_npi = models.CharField(max_length=10, blank=True)
    # Entered without an NPI, then found to be somebody known: everything of his is with that one.
    joined_into = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, db_index=False
    )
    primary_specialty = models.ForeignKey(
        Specialty,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="primary_for",
        db_index=False,
    )
    primary_is_assumed = models.BooleanField(
        default=False, help_text="No taxonomy was marked primary, so the first one stands in."
    )
    specialties: models.ManyToManyField[Specialty, PhysicianSpecialty] = models.ManyToManyField(
        Specialty, through="PhysicianSpecialty", related_name="physicians"
    )
    source = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.COLLEAGUE)
    observed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    search = models.GeneratedField(
        expression=SearchVector("first_name", "middle_name", "last_name", "npi", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PhysicianQuerySet.as_manager()

    class Meta:
        ordering = ("last_name", "first_name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(npi=None) | npi_is_valid_sql("npi"),
                name="physician_npi_valid",
                violation_error_message="The NPI's check digit is wrong.",
            ),
            models.CheckConstraint(
                condition=Q(joined_into=None) | Q(npi=None), name="physician_joined_without_npi"
            ),
        )
        indexes = (
            models.Index(fields=["last_name", "first_name", "id"], name="physician_name"),
            models.Index(fields=["primary_specialty", "last_name"], name="physician_specialty"),
            models.Index(fields=["joined_into"], name="physician_joined"),
            GinIndex(fields=["search"], name="physician_search"),
        )

    def __str__(self) -> str:
        return f"Dr. {self.first_name} {self.last_name}"

    def get_absolute_url(self) -> str:
        return reverse("physician", args=[self.pk])

    @property
    def full_name(self) -> str:
        """First, middle, last and suffix, then the credentials: 'Ana B. Ruiz Jr., MD'."""
        name = " ".join(
            part
            for part in (self.first_name, self.middle_name, self.last_name, self.suffix)
            if part
        )
        return f"{name}, {self.credentials}" if self.credentials else name


@tracked()
class PhysicianSpecialty(models.Model):
    """One taxonomy of a physician; the primary one stands on the physician."""

    physician = models.ForeignKey(Physician, on_delete=models.CASCADE, db_index=False)
    specialty = models.ForeignKey(Specialty, on_delete=models.PROTECT)

    class Meta:
        verbose_name_plural = "physician specialties"
        constraints = (
            models.UniqueConstraint(
                fields=["physician", "specialty"], name="physician_specialty_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.specialty)


@tracked()
class Affiliation(models.Model):
    """A physician works at a practice for a time. Dated, never overwritten."""

    class Role(models.TextChoices):
        CLINICIAN = "clinician", "Clinician"
        PARTNER = "partner", "Partner"
        LOCUM = "locum", "Locum"

    physician = models.ForeignKey(Physician, on_delete=models.PROTECT, related_name="affiliations")
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="affiliations", db_index=False
    )
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.CLINICIAN)
    is_primary = models.BooleanField(default=False)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The first day no longer there.")
    source = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.COLLEAGUE)
    verified_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ("-is_primary", "-starts_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["physician", "practice"],
                condition=Q(ends_on=None),
                name="affiliation_open_once",
                violation_error_message="This physician already works at this practice.",
            ),
            models.UniqueConstraint(
                fields=["physician"],
                condition=Q(ends_on=None, is_primary=True),
                name="affiliation_one_primary",
                violation_error_message="This physician already has a primary practice.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on")),
                name="affiliation_ends_after_start",
                violation_error_message="An affiliation ends after the day it starts.",
            ),
        )
        indexes = (models.Index(fields=["practice", "ends_on"], name="affiliation_practice"),)

    def __str__(self) -> str:
        return f"{self.physician} at {self.practice}"


@tracked(exclude=["search"])
class StaffMember(models.Model):
    """A person at the office who is not a clinician. Often the one who books the referrals."""

    class Job(models.TextChoices):
        FRONT_DESK = "front_desk", "Front desk"
        REFERRALS = "referrals", "Referral coordinator"
        OFFICE_MANAGER = "office_manager", "Office manager"
        NURSE = "nurse", "Nurse"
        OTHER = "other", "Other"

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="staff", db_index=False
    )
    name = LineField(max_length=120)
    job = models.CharField(max_length=14, choices=Job.choices, default=Job.FRONT_DESK)
    books_referrals = models.BooleanField(default=False)
    phone = models.CharField(max_length=10, blank=True, validators=[phone_digits])
    email = models.EmailField("e-mail", blank=True)
    preference = LineField(
        max_length=200,
        blank=True,
        screened=True,
        help_text="How to reach them best: 'the portal, not fax'.",
    )
    left_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    search = models.GeneratedField(
        expression=SearchVector("name", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = StaffMemberQuerySet.as_manager()

    class Meta:
        ordering = ("-books_referrals", "name", "pk")
        indexes = (
            models.Index(fields=["practice", "left_on"], name="staff_practice"),
            GinIndex(fields=["search"], name="staff_search"),
        )

    def __str__(self) -> str:
        return self.name
