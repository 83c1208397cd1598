"""Deleting from the admin: for mistakes only, told in numbers, refused in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from liaison_crm.core.errors import DomainError


class HasHistory(DomainError):
    code = "has_history"


class Removal:
    """A confirmation that counts what hangs on a record, instead of loading all of it."""

    opts: Any

    def get_deleted_objects(self, objs: Iterable[models.Model], request: HttpRequest) -> Any:
        """What goes along, and what stands in the way, as counts by kind."""
        along: dict[str, int] = {}
        in_the_way: list[str] = []
        names: list[str] = []
        for record in objs:
            names.append(f"{self.opts.verbose_name}: {record}")
            for relation in _relations_into(record):
                count = _rows_of(relation, record).count()
                if not count:
                    continue
                if relation.on_delete in (models.PROTECT, models.RESTRICT):
                    in_the_way.append(_counted(relation, count))
                elif relation.on_delete is models.CASCADE:
                    plural = str(relation.related_model._meta.verbose_name_plural)
                    along[plural] = along.get(plural, 0) + count
        return names, along, set(), in_the_way

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            answer: HttpResponse = super().delete_view(request, object_id, extra_context)  # type: ignore[misc]  # a mixin of ModelAdmin
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return answer

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove(obj)


def remove(record: models.Model) -> None:
    """Delete a record, or say what stands in the way."""
    try:
        record.delete()
    except (ProtectedError, RestrictedError) as error:
        raise HasHistory(f"{record} has a history, so it stays.") from error


def _relations_into(record: models.Model) -> list[Any]:
    """Foreign keys that point at the record; history rows are no reason to keep or to lose one."""
    told = (models.PROTECT, models.RESTRICT, models.CASCADE)
    return [
        relation
        for relation in record._meta.related_objects
        if getattr(relation, "on_delete", None) in told
    ]


def _rows_of(relation: Any, record: models.Model) -> Any:
    rows = relation.related_model._base_manager
    return rows.filter(**{relation.field.name: record})


def _counted(relation: Any, count: int) -> str:
    meta = relation.related_model._meta
    return f"{count:,} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"
