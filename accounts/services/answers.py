"""Answers to keyed API requests, kept for a day."""

from __future__ import annotations

from datetime import datetime

from accounts.models import IdempotentRequest
from liaison_crm.core.api.idempotency import KEPT_FOR, Answer, KeyedRequest


class KeptAnswers:
    """The store behind `core.api.idempotency.answer_once`: one row for each person and key."""

    def find(self, request: KeyedRequest, *, since: datetime) -> tuple[KeyedRequest, Answer] | None:
        row = IdempotentRequest.objects.filter(
            user=request.user_id, key=request.key, created_at__gt=since
        ).first()
        if row is None or row.status_code is None or row.response is None:
            return None
        first = KeyedRequest(row.user_id, row.key, row.method, row.path, row.body_sha256)
        return first, Answer(row.status_code, row.response["body"], row.response["headers"])

    def keep(self, request: KeyedRequest, answer: Answer, *, at: datetime) -> None:
        IdempotentRequest.objects.update_or_create(
            user_id=request.user_id,
            key=request.key,
            defaults={
                "method": request.method,
                "path": request.path,
                "body_sha256": request.body_sha256,
                "status_code": answer.status,
                "response": {"body": answer.body, "headers": answer.headers},
                "created_at": at,
            },
        )


def forget_answers(at: datetime) -> None:
    """Remove what no retry can ask for any more. One of the ticks."""
    IdempotentRequest.objects.filter(created_at__lte=at - KEPT_FOR).delete()
