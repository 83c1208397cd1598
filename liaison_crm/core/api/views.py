"""The base of every view of the API: strict about the address, the body and versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from liaison_crm.core.api.filtering import StrictFilters
from liaison_crm.core.api.idempotency import Answers, answer_once
from liaison_crm.core.api.pagination import CursorPages
from liaison_crm.core.api.parsers import CHARSETS, StrictJsonParser, charset_of
from liaison_crm.core.api.refusals import BadBody, BadCharset, BadParameter
from liaison_crm.core.api.versions import etag_of, is_known, refuse_stale, require_version
from liaison_crm.core.text import shown

WRITES = ("POST", "PUT", "PATCH")


class StrictViewSet(GenericViewSet[Any]):
    """A set of views over the rows that `get_queryset` lets the person see."""

    parser_classes: Sequence[type[BaseParser]] = (StrictJsonParser,)
    pagination_class: Any = CursorPages
    filter_backends = (StrictFilters,)
    filterset_class: ClassVar[Any] = None
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {"id": ("pk",)}
    # One of them, or one turned around by a minus; left blank, the first.
    usual_order: ClassVar[str] = ""
    lookup_value_regex = "[0-9]{1,19}"
    # What the address of any action but the list may say.
    parameters: ClassVar[tuple[str, ...]] = ()
    # What each action reads from its body.
    takes: ClassVar[dict[str, type[BaseSerializer[Any]]]] = {}
    # Which actions are done once for each key.
    keyed: ClassVar[tuple[str, ...]] = ("create",)
    # Where answers to keyed requests are kept.
    answers: ClassVar[Answers]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before anybody reads the address or the body: can they be read at all?"""
        if charset_of(request.META.get("CONTENT_TYPE", "")) not in CHARSETS:
            request._request.encoding = "utf-8"
            raise BadCharset
        _refuse_unreadable(request.META.get("QUERY_STRING", ""))
        super().initial(request, *args, **kwargs)
        unknown = [name for name in request.query_params if name not in self.parameters]
        if self.action != "list" and unknown:
            name = shown(unknown[0])
            raise BadParameter("unknown_parameter", f"There is no parameter '{name}' here.")

    def get_object(self) -> Any:
        """The row of the address; filters of the list have no say in it."""
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Nobody between us and the person keeps an answer; he asks with its ETag again."""
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return super().finalize_response(request, response, *args, **kwargs)

    def given(self) -> Any:
        """The body, checked by what this action takes; a change may leave fields away.

        An empty body is no body, not an empty object.
        """
        if self.request.META.get("CONTENT_LENGTH") in (None, "", "0"):
            raise BadBody("empty_body", "The body is empty.")
        if self.action == "partial_update" and not self.request.data:
            raise BadBody("nothing_to_change", "Name at least one field to change.")
        if repeated := _repeated(self.request.data):
            raise BadBody("repeated_field", f"The field '{shown(repeated)}' is there twice.")
        body = self.takes[self.action](
            data=self.request.data,
            partial=self.action == "partial_update",
            context={"request": self.request},
        )
        body.is_valid(raise_exception=True)
        return body.validated_data

    def given_nothing(self) -> None:
        """Whatever a body says here would be ignored, so it says nothing."""
        if self.request.data:
            self.given()

    def shown_rows(self, queryset: QuerySet[Any]) -> Response:
        """One page of the rows, filtered and ordered as the address asks."""
        page = self.paginate_queryset(self.filter_queryset(queryset))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def shown_row(self, row: Any, *, status: int = 200) -> Response:
        """One row with its ETag."""
        body = self.get_serializer(row).data
        return Response(body, status=status, headers={"ETag": etag_of(row, body)})

    def known_or_shown(self, row: Any) -> Response:
        """304 where the client has this very version."""
        response = self.shown_row(row)
        if is_known(self.request, response["ETag"]):
            return Response(status=304, headers={"ETag": response["ETag"]})
        return response

    @contextmanager
    def as_read(self, pk: str) -> Iterator[Any]:
        """The row, locked until the block's transaction ends, if it still is what the client read.

        Two writers with the same If-Match take turns, and the second finds its version stale.
        """
        require_version(self.request)
        with transaction.atomic():
            row = self.locked(pk)
            refuse_stale(self.request, etag_of(row, self.get_serializer(row).data))
            yield row

    def locked(self, pk: str) -> Any:
        """The row, locked against changes but not against others that point at it."""
        rows = self.get_queryset().select_for_update(of=("self",), no_key=True)
        return get_object_or_404(rows, pk=pk)

    def created(self, make: Callable[[], Any]) -> Response:
        """What `make` created, shown with 201 and its address; once for each key."""

        def answer() -> Response:
            row = make()
            response = self.shown_row(row, status=201)
            response["Location"] = self.request.build_absolute_uri(f"{self.request.path}{row.pk}/")
            return response

        return self.once(answer)

    def once(self, answer: Callable[[], Response]) -> Response:
        return answer_once(self.request, self.answers, at=timezone.now(), make=answer)


class Listed(StrictViewSet):
    def list(self, request: Request, **_rows_above: str) -> Response:
        return self.shown_rows(self.get_queryset())


class Retrieved(StrictViewSet):
    def retrieve(self, request: Request, pk: str) -> Response:
        return self.known_or_shown(self.get_object())


def _repeated(data: Any) -> str:
    """The first name a form sent twice; JSON was read strictly already."""
    lists = data.lists() if isinstance(data, QueryDict) else ()
    return next((name for name, values in lists if len(values) > 1), "")


def _refuse_unreadable(query: str) -> None:
    try:
        unquote_to_bytes(query.encode("latin-1")).decode("utf-8")
    except UnicodeError as error:
        raise BadParameter("encoding", "The address is not UTF-8.") from error
