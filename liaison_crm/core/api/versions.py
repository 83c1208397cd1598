"""Versions of rows as ETags: reads that may be saved, writes that cannot overwrite unseen."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from liaison_crm.core.api.refusals import VersionMissing, VersionStale


def etag_of(row: Any, body: Any) -> str:
    """Changes with what is shown of the row, names taken from other rows included."""
    rendered = json.dumps([str(row.pk), body], cls=JSONEncoder, sort_keys=True).encode()
    return f'"{hashlib.sha256(rendered).hexdigest()[:32]}"'


def is_known(request: Request, etag: str) -> bool:
    """The client has this very answer already (If-None-Match)."""
    asked = _tags(request, "If-None-Match")
    return "*" in asked or etag in {tag.removeprefix("W/") for tag in asked}


def require_version(request: Request) -> None:
    if not _tags(request, "If-Match"):
        raise VersionMissing


def refuse_stale(request: Request, etag: str) -> None:
    """A weak tag is good for reading only: it matches nothing here (RFC 9110, 13.1.1)."""
    asked = _tags(request, "If-Match")
    if "*" not in asked and etag not in asked:
        raise VersionStale


def _tags(request: Request, header: str) -> list[str]:
    return [tag.strip() for tag in request.headers.get(header, "").split(",") if tag.strip()]
