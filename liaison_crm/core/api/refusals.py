"""Refusals that HTTP itself calls for."""

from __future__ import annotations

from rest_framework import status
from rest_framework.exceptions import APIException, ParseError


class BadBody(ParseError):
    """The body cannot be read; `place` is where, from line 1 and column 1."""

    def __init__(self, code: str, detail: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(detail, code)
        self.extra = {"line": line, "column": column}


class BadCharset(ParseError):
    default_detail = "Send UTF-8, and leave the charset away."
    default_code = "charset"


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body has more than {limit:,} bytes.")
        self.extra = {"limit": limit}


class BadParameter(APIException):
    """Something in the address is not understood: which, and what is known."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(detail, code)
        self.extra = extra


class VersionMissing(APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Say which version you change: send its ETag as If-Match."
    default_code = "if_match_missing"


class VersionStale(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = "Somebody changed this since you read it. Read it again."
    default_code = "stale"


class BadKey(APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "An Idempotency-Key is 1 to 255 visible ASCII characters."
    default_code = "bad_key"


class SessionNeeded(APIException):
    status_code = status.HTTP_403_FORBIDDEN
    default_detail = "Sign in with a session for this: a token does not reach it."
    default_code = "session_needed"


class KeyReused(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "This key was used for another request."
    default_code = "key_reused"


class StillInProgress(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "The same request is still being worked on. Ask again in a second."
    default_code = "in_progress"
    wait = 1
