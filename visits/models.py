from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from contacts.models import Physician, Practice, StaffMember
from liaison_crm.core.fields import LineField, ProseField
from liaison_crm.core.history import tracked
from visits.correcting.models import Correction as Correction  # noqa: PLC0414  Django looks here
from visits.education.models import Message as Message  # noqa: PLC0414  Django looks here
from visits.issues.models import Issue as Issue  # noqa: PLC0414  Django looks here
from visits.notices.models import Notice as Notice  # noqa: PLC0414  Django looks here
from visits.planning.models import PracticeTier as PracticeTier  # noqa: PLC0414  here as well
from visits.promises.models import PromiseHandover as PromiseHandover  # noqa: PLC0414  Django looks here
from visits.promises.models import SuggestedPromise as SuggestedPromise  # noqa: PLC0414  as above
from visits.querysets import (
    AttendeeQuerySet,
    FollowUpQuerySet,
    PlannedVisitQuerySet,
    StandingVisitManager,
    TopicQuerySet,
    VisitQuerySet,
)
from visits.voice.models import VoiceLink as VoiceLink  # noqa: PLC0414  Django looks here

WORTH_TELLING = timedelta(minutes=5)


@tracked()
class Topic(models.Model):
    """Something that comes up in a visit: report speed, scheduling, a new provider."""

    name = LineField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=100)
    is_offered = models.BooleanField(default=True, help_text="Shown when a visit is logged.")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name", "pk")

    def __str__(self) -> str:
        return self.name


class Sent(models.Model):
    """What may have waited on a device. `created_at` is our clock, these are the device's."""

    recorded_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was written, by the device."
    )
    clock_off_seconds = models.IntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="By how much the device's clock was ahead of ours, where that is minutes.",
    )

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        created_at: models.DateTimeField[datetime, datetime]

    @property
    def waited(self) -> bool:
        """Whether it lay on a device for a while, so that two moments are worth telling."""
        return bool(self.recorded_at and self.created_at - self.recorded_at > WORTH_TELLING)

    @property
    def clock_off_words(self) -> str:
        """How the device's clock went: "42 minutes ahead"."""
        off = self.clock_off_seconds or 0
        return f"{abs(off) // 60} minutes {'ahead' if off > 0 else 'behind'}"


@tracked(exclude=["sent_sha256"])
class Visit(Sent):
    """A contact with a practice, logged by the liaison who made it.

    `objects` holds the visits that stand; `ever` also those their liaison took back. Raw SQL over
    visits must say `taken_back_at IS NULL` itself.
    """

    class Channel(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        PHONE = "phone", "Phone"
        VIDEO = "video", "Video"
        EVENT = "event", "Event"

    class Outcome(models.TextChoices):
        GOOD_TALK = "good_talk", "Good talk"
        QUICK_HELLO = "quick_hello", "Quick hello"
        DROP_OFF = "drop_off", "Drop-off"
        NO_ACCESS = "no_access", "No access"

    client_key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="Made on the device, so that a visit sent twice is stored once.",
    )
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="visits")
    liaison = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits"
    )
    held_at = models.DateTimeField()
    channel = models.CharField(max_length=9, choices=Channel.choices, default=Channel.IN_PERSON)
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    topics: models.ManyToManyField[Topic, Topic] = models.ManyToManyField(
        Topic, blank=True, related_name="visits"
    )
    note = ProseField(max_length=2000, blank=True, screened=True)
    see_again_on = models.DateField(
        null=True, blank=True, help_text="About when to come again: a wish, not an appointment."
    )
    taken_back_at = models.DateTimeField(null=True, blank=True, editable=False)
    moved_meanwhile = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="It arrived when its liaison no longer worked the practice, as on that day.",
    )
    # What was sent under the client key, so that a second sending is told from another visit.
    sent_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StandingVisitManager()
    ever = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("-held_at", "-pk")
        base_manager_name = "ever"
        default_manager_name = "objects"
        indexes = (
            models.Index(fields=["practice", "-held_at"], name="visit_practice"),
            models.Index(fields=["liaison", "-held_at"], name="visit_liaison"),
            models.Index(fields=["-held_at", "-id"], name="visit_recent"),
            models.Index(fields=["updated_at", "id"], name="visit_changed"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(held_at__gte="1990-01-01T00:00:00Z"), name="visit_date_in_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} at {self.practice}"

    def get_absolute_url(self) -> str:
        return reverse("visit", args=[self.pk])


@tracked()
class Attendee(models.Model):
    """Somebody the liaison met: a physician or a member of the office's staff."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="attendees")
    physician = models.ForeignKey(
        Physician, null=True, blank=True, on_delete=models.PROTECT, related_name="attended"
    )
    staff_member = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="attended"
    )

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(physician=None, staff_member__isnull=False)
                | Q(physician__isnull=False, staff_member=None),
                name="attendee_is_one_person",
                violation_error_message="An attendee is a physician or a member of staff.",
            ),
            models.UniqueConstraint(fields=["visit", "physician"], name="attendee_physician_once"),
            models.UniqueConstraint(fields=["visit", "staff_member"], name="attendee_staff_once"),
        )

    def __str__(self) -> str:
        return str(self.physician or self.staff_member)


@tracked()
class PlannedVisit(models.Model):
    """A stop on a liaison's day. Done when a visit is logged for it, or dropped."""

    liaison = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="planned_visits"
    )
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="planned_visits")
    physician = models.ForeignKey(
        Physician, null=True, blank=True, on_delete=models.PROTECT, related_name="planned_visits"
    )
    planned_on = models.DateField()
    starts_at = models.TimeField(null=True, blank=True, help_text="Local time, where agreed.")
    position = models.PositiveSmallIntegerField(default=0)
    reason = LineField(max_length=160, blank=True, screened=True)
    visit = models.OneToOneField(
        Visit, null=True, blank=True, on_delete=models.SET_NULL, related_name="plan"
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PlannedVisitQuerySet.as_manager()

    class Meta:
        ordering = ("planned_on", "position", "starts_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["liaison", "practice", "planned_on"],
                condition=Q(dropped_at=None, visit=None),
                name="planned_once_a_day",
                violation_error_message="This practice is already on that day's plan.",
            ),
        )
        indexes = (
            models.Index(fields=["liaison", "planned_on"], name="planned_day"),
            models.Index(fields=["planned_on", "liaison"], name="planned_week"),
        )

    def __str__(self) -> str:
        return f"{self.practice} on {self.planned_on}"


@tracked(exclude=["sent_sha256", "kept_key", "told_key"])
class FollowUp(Sent):
    """A promise to an office: what, by when, by whom, and when it was kept."""

    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="follow_ups")
    visit = models.ForeignKey(
        Visit, null=True, blank=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="follow_ups"
    )
    promised_to_physician = models.ForeignKey(
        Physician, null=True, blank=True, on_delete=models.PROTECT, related_name="promises"
    )
    promised_to_staff = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="promises"
    )
    promise = LineField(max_length=200, screened=True)
    promised_on = models.DateField()
    due_on = models.DateField()
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="kept_follow_ups",
    )
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When the office heard that it was kept."
    )
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_to_physician = models.ForeignKey(
        Physician, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    told_to_staff = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    sent_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # Made on the device, so that keeping and telling sent twice are done once.
    kept_key = models.UUIDField(null=True, blank=True, editable=False)
    told_key = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(due_on__gte=F("promised_on")),
                name="follow_up_due_after_promise",
                violation_error_message="A promise is due on or after the day it was made.",
            ),
            models.CheckConstraint(
                condition=Q(promised_to_physician=None) | Q(promised_to_staff=None),
                name="follow_up_one_person",
                violation_error_message="A promise is made to one person.",
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(kept_at__isnull=False),
                name="follow_up_told_once_kept",
                violation_error_message="An office is told of a promise that was kept.",
            ),
            models.CheckConstraint(
                condition=Q(told_to_physician=None) | Q(told_to_staff=None),
                name="follow_up_told_one_person",
                violation_error_message="One person is told.",
            ),
        )
        indexes = (
            models.Index(
                fields=["owner", "due_on"],
                name="follow_up_open",
                condition=Q(kept_at=None, dropped_at=None),
            ),
            models.Index(fields=["practice", "due_on"], name="follow_up_practice"),
            models.Index(
                fields=["due_on", "id"],
                name="follow_up_due",
                condition=Q(kept_at=None, dropped_at=None),
            ),
            models.Index(
                fields=["-kept_at", "-id"],
                name="follow_up_kept",
                condition=Q(kept_at__isnull=False),
            ),
            models.Index(
                fields=["owner", "-kept_at", "-id"],
                name="follow_up_untold",
                condition=Q(kept_at__isnull=False, told_at=None),
            ),
        )

    def __str__(self) -> str:
        return self.promise

    def get_absolute_url(self) -> str:
        return reverse("practice", args=[self.practice_id])

    @property
    def promised_to(self) -> Physician | StaffMember | None:
        """The person it was promised to; None means the office."""
        return self.promised_to_physician or self.promised_to_staff

    @property
    def first_to_tell(self) -> Physician | StaffMember | None:
        """Whom it was promised to, unless he has left."""
        staff = self.promised_to_staff
        return None if staff and staff.left_on else self.promised_to

    @property
    def told_to(self) -> Physician | StaffMember | None:
        """Who heard that it was kept; None means the office."""
        return self.told_to_physician or self.told_to_staff

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.dropped_at is None

    @property
    def is_untold(self) -> bool:
        """Kept, but the office does not know it."""
        return self.kept_at is not None and self.told_at is None
