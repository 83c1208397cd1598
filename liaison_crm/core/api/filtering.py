"""Strict filters on API lists."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from liaison_crm.core.api.filters import StrictFilterSet, WordField, WordsField


class StrictFilters(BaseFilterBackend):
    """Every parameter of a list is one of its filters or of its pages, or the answer is 400."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        rows: QuerySet[Any] = checked(view, queryset).qs
        return rows

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "in": "query",
                "schema": schema_of(filter_.field),
                "description": str(filter_.extra.get("help_text", "")),
            }
            for name, filter_ in _filterset_of(view).base_filters.items()
        ]


def checked(view: Any, queryset: QuerySet[Any] | None = None) -> StrictFilterSet:
    """The view's filter set with everything the address says, or the refusal of it."""
    filterset = _filterset_of(view)(
        view.request.query_params,
        queryset=view.get_queryset() if queryset is None else queryset,
        request=view.request,
        also_known=getattr(view.paginator, "parameters", ()),
    )
    if not filterset.is_valid():
        raise ValidationError(
            {name: error.as_data() for name, error in filterset.form.errors.items()}
        )
    return filterset


def _filterset_of(view: APIView) -> type[StrictFilterSet]:
    return getattr(view, "filterset_class", None) or StrictFilterSet


def schema_of(field: Any) -> dict[str, Any]:
    """How the API's description writes a filter's values down."""
    if isinstance(field, WordField):
        return {"type": "string", "enum": list(field.words)}
    if isinstance(field, WordsField):
        return {"type": "string", "description": f"Some of {', '.join(field.words)}, by commas."}
    return dict(getattr(field, "schema", {"type": "string", "maxLength": 200}))
