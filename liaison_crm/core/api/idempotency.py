"""A keyed request is done once; whoever sends it again hears the first answer.

The key comes as `Idempotency-Key`, or as `client_key` in the body. The answer is kept in the
transaction that does the work: a worker that dies leaves both or neither. While one is at work
an advisory lock tells the others, so nobody waits in line.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import connection, transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from liaison_crm.core.api.refusals import BadKey, KeyReused, StillInProgress

KEPT_FOR = timedelta(hours=24)
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    user_id: int
    key: str
    method: str
    path: str
    body_sha256: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


class Answers(Protocol):
    """Where answers are kept, one for each person and key."""

    def find(self, request: KeyedRequest, *, since: datetime) -> tuple[KeyedRequest, Answer] | None:
        """What was kept under the person's key from that moment on."""

    def keep(self, request: KeyedRequest, answer: Answer, *, at: datetime) -> None:
        """Keep an answer, instead of an older one under that key."""


def answer_once(
    request: Request, kept: Answers, *, at: datetime, make: Callable[[], Response]
) -> Response:
    """The answer `make` gives, made once for each key of a person within a day.

    Without a key it is simply made. Only success is kept: a refused request changed nothing, so
    the same key may carry the corrected one.
    """
    key = _key_of(request)
    if key is None:
        return make()
    keyed = _keyed(request, key)
    with transaction.atomic():
        if not is_alone(keyed):
            raise StillInProgress
        found = kept.find(keyed, since=at - KEPT_FOR)
        if found is None:
            response = make()
            kept.keep(keyed, _answer(response), at=at)
            return response
    first, answer = found
    if first != keyed:
        raise KeyReused
    return Response(answer.body, status=answer.status, headers={**answer.headers, REPLAYED: "true"})


def _key_of(request: Request) -> str | None:
    header = request.headers.get("Idempotency-Key")
    if header is None:
        key = dict(request.data).get("client_key")
        return key if isinstance(key, str) and _KEY.fullmatch(key) else None
    if not _KEY.fullmatch(header):
        raise BadKey
    return header


def _keyed(request: Request, key: str) -> KeyedRequest:
    assert request.user.pk is not None, "keys belong to people who are signed in"
    body = json.dumps(request.data, sort_keys=True).encode()
    return KeyedRequest(
        user_id=request.user.pk,
        key=key,
        method=request.method or "",
        path=request.path,
        body_sha256=hashlib.sha256(body).hexdigest(),
    )


def is_alone(keyed: KeyedRequest) -> bool:
    """Take the lock of this person's key until the transaction ends; False if it is taken."""
    digest = hashlib.sha256(f"idempotency {keyed.user_id} {keyed.key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)]
        )
        return bool(cursor.fetchone()[0])


def _answer(response: Response) -> Answer:
    body = json.loads(json.dumps(response.data, cls=JSONEncoder))
    headers = {name: response[name] for name in ("ETag", "Location") if name in response}
    return Answer(response.status_code, body, headers)
