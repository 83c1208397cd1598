"""Cursor pages: each starts after the values of the row before it, so the last costs what the
first does, and rows that come or go meanwhile neither repeat nor hide others."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from liaison_crm.core.api.refusals import BadParameter
from liaison_crm.core.keyset import beyond, turned
from liaison_crm.core.text import shown

USUAL_SIZE = 50
LARGEST_SIZE = 200
SALT = "api-cursor"
_COUNT = re.compile(r"[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts: beside the row with these values, in this order, in this direction."""

    ordering: str
    values: tuple[Any, ...]
    backwards: bool

    def signed(self) -> str:
        packed = [self.ordering, [_packed(value) for value in self.values], self.backwards]
        return signing.dumps(packed, salt=SALT, compress=True)

    @classmethod
    def read(cls, text: str) -> Cursor:
        try:
            ordering, values, backwards = signing.loads(text, salt=SALT)
        except signing.BadSignature as error:
            raise NotFound from error
        return cls(ordering, tuple(_unpacked(value) for value in values), backwards)


class CursorPages(BasePagination):
    """Pages of a list view. The view names its `orderings`; the first is the usual one.

    An ordering is a tuple of columns without nulls that ends in a unique one; `-name` turns it
    around.
    """

    parameters = ("cursor", "page_size", "ordering")

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        assert view is not None
        self.request = request
        self.ordering, columns = _ordering(request, view)
        size = _page_size(request)
        cursor = self._cursor(request)
        backwards = cursor is not None and cursor.backwards
        walk = [turned(name) for name in columns] if backwards else list(columns)
        rows = queryset.order_by(*walk)
        if cursor is not None:
            rows = rows.filter(beyond(walk, cursor.values))
        found = list(rows[: size + 1])
        more, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        self._edges = (
            _edge(found, 0, columns) if (more if backwards else cursor) else None,
            _edge(found, -1, columns) if (backwards or more) else None,
        )
        return found

    def get_paginated_response(self, data: Any) -> Response:
        before, after = self._edges
        return Response(
            {
                "results": data,
                "next": self._link(after, backwards=False),
                "previous": self._link(before, backwards=True),
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": {**link, "description": "The page after this one."},
                "previous": {**link, "description": "The page before this one."},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _parameter("cursor", {"type": "string"}, "Taken from `next` or `previous`."),
            _parameter(
                "page_size",
                {"type": "integer", "minimum": 1, "default": USUAL_SIZE},
                f"Rows on a page; more than {LARGEST_SIZE} is read as {LARGEST_SIZE}.",
            ),
            _parameter(
                "ordering",
                {"type": "string", "enum": _known(view), "default": _usual(view)},
                "The order.",
            ),
        ]

    def _cursor(self, request: Request) -> Cursor | None:
        text = request.query_params.get("cursor")
        if text is None:
            return None
        cursor = Cursor.read(text)
        if cursor.ordering != self.ordering:
            raise NotFound
        return cursor

    def _link(self, values: tuple[Any, ...] | None, *, backwards: bool) -> str | None:
        if values is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = Cursor(self.ordering, values, backwards).signed()
        return self.request.build_absolute_uri(f"?{urlencode(query, doseq=True)}")


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _ordering(request: Request, view: Any) -> tuple[str, Sequence[str]]:
    asked = request.query_params.get("ordering", _usual(view))
    columns = view.orderings.get(asked.removeprefix("-"))
    if columns is None:
        raise BadParameter(
            "ordering", f"There is no ordering '{shown(asked)}'. Known: {', '.join(_known(view))}."
        )
    return asked, [turned(name) for name in columns] if asked.startswith("-") else columns


def _known(view: Any) -> list[str]:
    return [name for key in view.orderings for name in (key, f"-{key}")]


def _usual(view: Any) -> str:
    usual: str = view.usual_order or next(iter(view.orderings))
    return usual


def _page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(USUAL_SIZE))
    if not _COUNT.fullmatch(text):
        raise BadParameter("page_size", "A page has a whole number of rows, at least one.")
    return min(int(text), LARGEST_SIZE)


def _edge(found: list[Any], end: int, columns: Sequence[str]) -> tuple[Any, ...] | None:
    if not found:
        return None
    return tuple(_value(found[end], name.removeprefix("-")) for name in columns)


def _value(row: Any, column: str) -> Any:
    if isinstance(row, Mapping):  # a row of sums names its key without _id
        return row[column] if column in row else row[column.removesuffix("_id")]
    return operator.attrgetter(column.replace("__", "."))(row)


def _packed(value: Any) -> Any:
    match value:
        case datetime():
            return {"at": value.isoformat()}
        case date():
            return {"on": value.isoformat()}
        case UUID():
            return str(value)
        case _:
            return value


def _unpacked(value: Any) -> Any:
    match value:
        case {"at": text}:
            return datetime.fromisoformat(text)
        case {"on": text}:
            return date.fromisoformat(text)
        case _:
            return value
