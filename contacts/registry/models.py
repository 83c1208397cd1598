"""What we remember of the registry: each run over its files, and what it last said about whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class RegistryRecord(models.Model):
    """What the registry last said about one NPI, as fingerprints of its groups of facts.

    A load writes a group of facts only when its fingerprint changed. So a second run changes
    nothing, and what a colleague corrected stays until the registry itself says something new.
    """

    npi = models.BigIntegerField("NPI", primary_key=True)
    name_print = models.BigIntegerField(null=True)
    taxonomy_print = models.BigIntegerField(null=True)
    address_print = models.BigIntegerField(null=True)
    status_print = models.BigIntegerField(null=True)
    # The registry's own day of the last change; with it an older file is told from a newer one.
    changed_on = models.DateField(null=True)
    observed_on = models.DateField()

    class Meta:
        app_label = "contacts"
        ordering: ClassVar = ("npi",)

    def __str__(self) -> str:
        return str(self.npi)


class RegistryLoad(models.Model):
    """One run over registry files: which files, what came of them."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    files = models.JSONField(default=list)
    filters = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    observed_on = models.DateField()
    counts = models.JSONField(default=dict, blank=True)
    error = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "contacts"
        ordering: ClassVar = ("-started_at", "-pk")

    def __str__(self) -> str:
        return f"Registry load of {self.started_at:%Y-%m-%d %H:%M}"
