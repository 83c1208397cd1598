"""JSON bodies into plain values, strictly."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message
from typing import IO, Any

from rest_framework.parsers import BaseParser

from liaison_crm.core.api.refusals import BadBody, BadCharset, TooLarge
from liaison_crm.core.api.strict_json import NotStrictJson, read_json

LARGEST_BODY = 1024 * 1024
CHARSETS = {"utf-8", "utf8", "us-ascii"}


class StrictJsonParser(BaseParser):
    """One JSON object in UTF-8 of at most a megabyte."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        if charset_of(media_type or "") not in CHARSETS:
            raise BadCharset
        value = _read(stream.read(LARGEST_BODY + 1))
        if not isinstance(value, dict):
            raise BadBody("object_expected", "The body is not a JSON object.")
        return value


def charset_of(content_type: str) -> str:
    """The declared charset in lower case, or utf-8."""
    header = Message()
    header["content-type"] = content_type
    return header.get_content_charset("utf-8").strip("\"' ")


def _read(raw: bytes) -> Any:
    if len(raw) > LARGEST_BODY:
        raise TooLarge(LARGEST_BODY)
    try:
        return read_json(raw)
    except NotStrictJson as refusal:
        raise BadBody(
            refusal.code, str(refusal), line=refusal.line, column=refusal.column
        ) from refusal
