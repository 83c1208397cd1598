"""What is written down about use: the access log, answered requests, jobs over many records."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from accounts.models.people import User
from accounts.querysets import AccessLogQuerySet


class AccessLog(models.Model):
    """Who signed in, was refused, exported or imported: appended, never changed."""

    class Action(models.TextChoices):
        SIGN_IN = "sign_in", "Signed in"
        SIGN_IN_REFUSED = "sign_in_refused", "Sign-in refused"
        LOCKED_OUT = "locked_out", "Locked out"
        SIGN_OUT = "sign_out", "Signed out"
        TOKEN_CREATED = "token_created", "API token created"
        TOKEN_REVOKED = "token_revoked", "API token revoked"
        EXPORT = "export", "Exported"
        IMPORT = "import", "Imported"
        IMPORT_REFUSED = "import_refused", "Import refused"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        SECOND_FACTOR_ADDED = "totp_added", "Second factor added"
        SECOND_FACTOR_REMOVED = "totp_removed", "Second factor removed"
        BULK = "bulk", "Changed many records"
        ALARM = "alarm", "Alarm"

    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="access_log"
    )
    action = models.CharField(max_length=20, choices=Action.choices)
    subject = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name_plural = "access log"
        indexes = (
            models.Index(fields=["-at", "-id"], name="accesslog_recent"),
            models.Index(fields=["user", "-at"], name="accesslog_user"),
        )
        triggers = (
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.subject}".strip()


class IdempotentRequest(models.Model):
    """The answer given to a keyed write, kept for a day so that a retry hears it again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=7)
    path = models.CharField(max_length=400)
    body_sha256 = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(null=True)
    response = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "key"], name="idempotent_key_per_user"),
        )
        indexes = (models.Index(fields=["created_at"], name="idempotent_age"),)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class BulkJob(models.Model):
    """One thing done to many records at an admin's word, in slices that survive a crash."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"

    action = models.CharField(max_length=80)
    label = models.CharField(max_length=120)
    ids = ArrayField(models.BigIntegerField(), editable=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    alive_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.label}: {self.total:,}"
