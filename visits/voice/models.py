"""The link left at an office, and what the office says by it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contacts.models import Practice
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked
from referrals.models import ServiceLine
from visits.voice.querysets import VoiceAnswerQuerySet, VoiceLinkQuerySet


@tracked()
class VoiceLink(models.Model):
    """The way in for everyone at one office: for a time, until somebody takes it back.

    What the address carries is signed and is stored nowhere.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="voice_links")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="voice_links"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = VoiceLinkQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-made_at", "-pk")
        constraints: ClassVar = (
            models.UniqueConstraint(
                fields=["practice"],
                condition=Q(revoked_at=None),
                name="voice_link_one_standing",
                violation_error_message="This office has a card already.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="voice_link_lasts"
            ),
        )

    def __str__(self) -> str:
        return f"Card at {self.practice}"


@tracked(exclude=["sent_sha256"])
class VoiceAnswer(models.Model):
    """How the last referral went, as the office says: a face and a word."""

    class Face(models.TextChoices):
        GOOD = "good", "Good"
        OK = "ok", "So so"
        BAD = "bad", "Bad"

    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    link = models.ForeignKey(VoiceLink, on_delete=models.PROTECT, related_name="answers")
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="voice_answers", db_index=False
    )
    face = models.CharField(max_length=4, choices=Face.choices)
    word = LineField(max_length=160, blank=True, screened=True)
    service_line = models.ForeignKey(
        ServiceLine, null=True, blank=True, on_delete=models.PROTECT, related_name="voice_answers"
    )
    answered_at = models.DateTimeField()
    sent_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = VoiceAnswerQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-answered_at", "-pk")
        indexes: ClassVar = (
            models.Index(fields=["practice", "-answered_at"], name="voice_answer_practice"),
        )

    def __str__(self) -> str:
        return f"{self.get_face_display()}, {self.practice}"

    @property
    def icon(self) -> str:
        return {"good": "smile", "ok": "meh", "bad": "frown"}[self.face]
