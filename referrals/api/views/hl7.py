from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from accounts.api.base import PersonViewSet
from accounts.http import log_access
from accounts.models import AccessLog
from liaison_crm.core.api.parsers import CHARSETS, charset_of
from liaison_crm.core.api.refusals import BadBody, BadCharset, BadParameter, TooLarge
from liaison_crm.core.text import shown
from referrals.hl7 import answering, services
from referrals.hl7.errors import Hl7Refused
from referrals.hl7.storing import Door, Read
from referrals.models import Source

MEDIA_TYPE = "application/hl7-v2"
LARGEST_BODY = 10 * 1024 * 1024
REFUSED = 422


class Hl7Parser(BaseParser):
    """The bytes as they are: messages say themselves how they are encoded."""

    media_type = MEDIA_TYPE

    def parse(  # type: ignore[override]  # bytes, and nothing is looked up in them
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if charset_of(media_type or "") not in CHARSETS:
            raise BadCharset
        raw: bytes = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise TooLarge(LARGEST_BODY)
        return raw


class OlderHl7Parser(Hl7Parser):
    """What interface engines called it before it had a name."""

    media_type = "x-application/hl7-v2+er7"


class Hl7Intake(PersonViewSet):
    """HL7 v2 messages, one or a batch. Admins and their programs send them."""

    parser_classes = (Hl7Parser, OlderHl7Parser)
    parameters: ClassVar = ("source",)
    keyed = ()  # a message's control id is its key

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[JSONRenderer, str]:
        """Whatever is asked for: acknowledgements are HL7, what HTTP refuses is JSON."""
        return JSONRenderer(), JSONRenderer.media_type

    @extend_schema(
        parameters=[
            OpenApiParameter("source", str, required=True, description="The code of the feed."),
        ],
        request={(MEDIA_TYPE): OpenApiTypes.BINARY},
        responses={
            (200, MEDIA_TYPE): OpenApiTypes.STR,
            (422, MEDIA_TYPE): OpenApiTypes.STR,
        },
    )
    def send(self, request: Request) -> HttpResponse:
        """Send messages; the answer is an ACK for each, after it is stored.

        200 if all were accepted; 422 if one was refused (AE or AR), and its ACK says why.
        """
        if not self.person.is_admin:
            raise PermissionDenied
        source = self._source()
        raw: Any = request.data
        if not raw:
            raise BadBody("empty_body", "The body is empty.")
        at = timezone.now()
        try:
            reads = services.receive(raw, source=source, door=Door.API, at=at)
        except Hl7Refused as refusal:
            self._note(AccessLog.Action.IMPORT_REFUSED, {"code": refusal.code})
            return _acknowledged(answering.refusal_answer(refusal, at), is_good=False)
        is_good = not any(_is_refused(read) for read in reads)
        action = AccessLog.Action.IMPORT if is_good else AccessLog.Action.IMPORT_REFUSED
        self._note(action, {"source": source.code, "messages": len(reads)})
        return _acknowledged(answering.answers(reads, at), is_good=is_good)

    def _source(self) -> Source:
        code = self.request.query_params.get("source", "")
        sources = Source.objects.visible_to(self.person).feeds()
        source: Source | None = sources.filter(code=code).first()
        if source is None:
            raise BadParameter("source", f"There is no source with the code '{shown(code)}'.")
        return source

    def _note(self, action: AccessLog.Action, detail: dict[str, Any]) -> None:
        log_access(self.request._request, action, subject="HL7 messages", detail=detail)


def _is_refused(read: Read) -> bool:
    return read.refusal is not None and not read.repeats


def _acknowledged(answer: bytes, *, is_good: bool) -> HttpResponse:
    status = 200 if is_good else REFUSED
    return HttpResponse(answer, status=status, content_type=f"{MEDIA_TYPE}; charset=utf-8")
