"""Notices, what each person wants to be told, and the ledger of digests."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models import Practice
from liaison_crm.core.history import tracked
from visits.notices.querysets import DigestQuerySet, NoticeChoicesQuerySet, NoticeQuerySet


class Notice(models.Model):
    """One thing one person should know: a sentence with its number, and where it leads.

    `key` names the event; with the person it is unique, so no event comes twice.
    """

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", "Assigned to you"
        DUE = "due", "Promise due today"
        FALLING = "falling", "An A practice fell"
        IMPORTED = "imported", "Import finished"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=120, editable=False)
    practice = models.ForeignKey(
        Practice,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Where it belongs to one: who no longer works there no longer reads it.",
    )
    issue = models.ForeignKey(
        "visits.Issue",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        help_text="Where it is about one: whoever has to see to it reads it wherever he works.",
    )
    sentence = models.CharField(max_length=400)
    path = models.CharField(max_length=200, help_text="The page it leads to.")
    made_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    is_wanted = models.BooleanField(
        default=True, help_text="Off: the person had switched it off when it happened."
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-made_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["person", "key"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["assigned", "due", "falling", "imported"]),
                name="notice_kind_known",
            ),
        )
        indexes = (
            models.Index(fields=["person", "-made_at", "-id"], name="notice_latest"),
            models.Index(
                fields=["person"], name="notice_unseen", condition=Q(seen_at=None, is_wanted=True)
            ),
        )

    def __str__(self) -> str:
        return self.sentence


@tracked()
class NoticeChoices(models.Model):
    """What a person wants to be told. Without a row: everything."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    assigned = models.BooleanField("Something is assigned to me", default=True)
    due = models.BooleanField("A promise of mine is due today", default=True)
    falling = models.BooleanField("An A practice sends a quarter less", default=True)
    imported = models.BooleanField("An import of mine has finished", default=True)
    daily = models.BooleanField("My day, on working mornings", default=True)
    weekly = models.BooleanField("The team's week, on Mondays", default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = NoticeChoicesQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        verbose_name_plural = "notice choices"
        ordering: ClassVar = ("pk",)

    def __str__(self) -> str:
        return f"What {self.person} is told"


class Digest(models.Model):
    """The one mail of a person for a day or a week: claimed before it leaves, so never sent twice.

    Waiting becomes sending by compare-and-set. Refused by the mail server it waits again, longer
    each time, until `until`. What stays in sending may or may not have left: it is never resent.
    """

    class Kind(models.TextChoices):
        DAILY = "daily", "The day"
        WEEKLY = "weekly", "The week"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        EMPTY = "empty", "Nothing to say"
        MISSED = "missed", "Could not be sent in time"
        UNKNOWN = "unknown", "Nobody knows whether it left"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )
    kind = models.CharField(max_length=6, choices=Kind.choices)
    period = models.DateField(help_text="The day, or the Monday of the week, on his calendar.")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField()
    until = models.DateTimeField(help_text="After this it is old news and stays unsent.")
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-period", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["person", "kind", "period"], name="digest_once"),
        )
        indexes = (
            models.Index(
                fields=["try_at"],
                name="digest_open",
                condition=Q(state__in=["waiting", "sending"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period} for {self.person_id}"


class PracticeFall(models.Model):
    """An A practice that lost a quarter of its referrals: told once, until it has recovered."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="falls")
    quarter = models.DateField(help_text="First day of the quarter in which it was found.")
    recent = models.PositiveIntegerField()
    before = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    recovered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-found_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["practice", "quarter"], name="fall_once_a_quarter"),
            models.UniqueConstraint(
                fields=["practice"], condition=Q(recovered_at=None), name="fall_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.practice}: {self.recent} instead of {self.before}"


class FallReview(models.Model):
    """A nightly count whose falls were looked at: two clocks look once."""

    run_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("-pk",)

    def __str__(self) -> str:
        return f"After run {self.run_id}"
