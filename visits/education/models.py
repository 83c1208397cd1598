"""Service messages, their versions, and which office heard which."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from contacts.models import Practice
from liaison_crm.core.fields import LineField, ProseField
from liaison_crm.core.history import tracked
from referrals.models import ServiceLine
from visits.education.querysets import HearingQuerySet, MessageQuerySet, MessageVersionQuerySet


@tracked()
class Message(models.Model):
    """Something offices should hear of one of our services, from a day on, until another."""

    title = LineField(max_length=100)
    service_line = models.ForeignKey(
        ServiceLine, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    version = models.PositiveSmallIntegerField(
        default=1, editable=False, help_text="The one that is told now."
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="The last day it is told.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("title", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="message_ends_after_start",
                violation_error_message="A message ends on or after the day it starts.",
            ),
            models.UniqueConstraint(
                fields=["title"],
                condition=Q(withdrawn_at=None),
                name="message_title_once",
                violation_error_message="There is a message of this title already.",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("message", args=[self.pk])

    def is_current(self, on: date) -> bool:
        """Is it told on that day?"""
        return self.withdrawn_at is None and self._is_within(on)

    def was_told(self, on: date, at: datetime) -> bool:
        """Could an office hear it at that moment, whatever became of it since?"""
        return self._is_within(on) and (self.withdrawn_at is None or at < self.withdrawn_at)

    def _is_within(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class MessageVersion(models.Model):
    """What there is to say, as it was published once. Never edited: a change is a new version."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    points = ProseField(max_length=4000)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField()

    objects = MessageVersionQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("message", "-number")
        constraints = (
            models.UniqueConstraint(fields=["message", "number"], name="message_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.message}, version {self.number}"


@tracked()
class Hearing(models.Model):
    """An office heard a version of a message: when, from whom, in which visit."""

    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="hearings")
    version = models.ForeignKey(MessageVersion, on_delete=models.PROTECT, related_name="hearings")
    visit = models.ForeignKey(
        "visits.Visit", null=True, blank=True, on_delete=models.CASCADE, related_name="hearings"
    )
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hearings"
    )
    told_at = models.DateTimeField()
    told_on = models.DateField(help_text="The day of it where the teller works.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = HearingQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-told_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["visit", "version"], name="heard_once_in_a_visit"),
            models.UniqueConstraint(
                fields=["practice", "version", "told_on", "told_by"],
                condition=Q(visit=None),
                name="heard_once_a_day",
                violation_error_message="This office was told today already.",
            ),
        )
        indexes = (models.Index(fields=["practice", "-told_at"], name="hearing_practice"),)

    def __str__(self) -> str:
        return f"{self.practice} heard {self.version}"
