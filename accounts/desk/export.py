"""Taking a list away as CSV: every cell safe for a spreadsheet, every export on record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponseBase

from accounts.http import log_access
from accounts.models import AccessLog
from liaison_crm.core.csv import csv_response

ROWS_AT_ONCE = 2_000
# Secrets, hashes and columns made for searching leave in no file.
KEPT_IN = {"password", "digest", "token_key", "patient_key", "session_key", "search"}


class Export:
    """Gives every list an action that streams what is selected."""

    opts: Any
    actions: Any = ("export_as_csv",)
    # Beside the columns of the table, names reached over relations: "practice__name".
    export_also: ClassVar[tuple[str, ...]] = ()

    def exported(self) -> list[str]:
        """The columns of the file."""
        own = [field.name for field in self.opts.concrete_fields if field.name not in KEPT_IN]
        plain = [
            name
            for name in own
            if not isinstance(self.opts.get_field(name), (models.BinaryField, models.JSONField))
        ]
        return [*plain, *self.export_also]

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_as_csv(
        self, request: HttpRequest, queryset: models.QuerySet[Any]
    ) -> HttpResponseBase:
        columns = self.exported()
        log_access(
            request,
            AccessLog.Action.EXPORT,
            subject=self.opts.label,
            detail={"rows": queryset.count(), "list": request.GET.urlencode()[:500]},
        )
        rows = queryset.values_list(*columns).iterator(chunk_size=ROWS_AT_ONCE)
        return csv_response(str(self.opts.verbose_name_plural), columns, rows)
