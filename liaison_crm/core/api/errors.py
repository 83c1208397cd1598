"""Every refusal of the API in one shape.

`{"code", "detail"}`, with `"fields": {name: [{"code", "detail"}]}` where input is to blame, and
with what else helps to mend it: `line`, `column`, `limit`, `known`. A nested field's name is a
dotted path. The `code` is that of the fields if they all have the same, else `invalid`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core import exceptions as django_errors
from django.db import IntegrityError, models
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from liaison_crm.core.errors import AlreadyExists, DomainError, is_unique_violation

Problem = dict[str, str]
Fields = dict[str, list[Problem]]

PLAIN = {
    exceptions.NotFound: ("not_found", "Not found."),
    exceptions.PermissionDenied: ("not_allowed", "You may not do this."),
    exceptions.NotAuthenticated: ("not_signed_in", "Sign in first."),
    exceptions.AuthenticationFailed: ("sign_in_failed", "This token or session is not valid."),
    exceptions.MethodNotAllowed: ("method_not_allowed", "This address does not take that method."),
    exceptions.NotAcceptable: ("not_acceptable", "Only application/json is served here."),
    exceptions.UnsupportedMediaType: ("media_type", "Send application/json."),
    exceptions.Throttled: ("too_many_requests", "Too many requests. Wait a little."),
}


def refuse(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of a view into an answer; None leaves it to the middleware."""
    exc = _as_rest(exc)
    match exc:
        case DomainError():
            return _domain(exc)
        case django_errors.ValidationError():
            return _invalid(dict(_of_django(exc)), 400)
        case exceptions.ValidationError():
            return _invalid(dict(_of_rest(exc.detail)), exc.status_code)
        case exceptions.APIException():
            return _plain(exc)
        case _:
            return None


def _as_rest(exc: Exception) -> Exception:
    """Django's own refusals by their REST names; a broken constraint as what it means."""
    match exc:
        case Http404() | django_errors.ObjectDoesNotExist():
            return exceptions.NotFound()
        case django_errors.PermissionDenied():
            return exceptions.PermissionDenied()
        case UnreadablePostError():
            return exceptions.ParseError("The body was cut off.", "body_cut")
        case models.ProtectedError() | models.RestrictedError():
            return InUse("Other records belong to this one, so it stays.")
        case IntegrityError() if is_unique_violation(exc):
            return AlreadyExists("This already exists.")
        case _:
            return exc


class InUse(DomainError):
    code = "in_use"


def _domain(refusal: DomainError) -> Response:
    body: dict[str, Any] = {"code": refusal.code, "detail": refusal.message}
    if refusal.field:
        body["fields"] = {refusal.field: [{"code": refusal.code, "detail": refusal.message}]}
    return Response({**body, **refusal.details}, status=refusal.http_status)


def _plain(exc: exceptions.APIException) -> Response:
    code, detail = PLAIN.get(type(exc), ("", ""))
    if not code or _is_csrf(exc):
        problem = next(iter(_problems(exc.detail)))
        code, detail = problem["code"], problem["detail"]
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    body = {"code": code, "detail": detail, **getattr(exc, "extra", {})}
    return Response(body, status=exc.status_code, headers=headers)


def _is_csrf(exc: exceptions.APIException) -> bool:
    return isinstance(exc, exceptions.PermissionDenied) and "CSRF" in str(exc.detail)


def _invalid(fields: Fields, status: int) -> Response:
    """With fields if any is to blame; mistakes about the whole speak for themselves."""
    problems = [problem for listed in fields.values() for problem in listed]
    codes = {problem["code"] for problem in problems}
    body: dict[str, Any] = {
        "code": codes.pop() if len(codes) == 1 else "invalid",
        "detail": " ".join(dict.fromkeys(problem["detail"] for problem in problems)),
    }
    whole = fields.pop("", [])
    if fields:
        body["detail"] = (
            "Some fields are not right." if not whole else " ".join(p["detail"] for p in whole)
        )
        body["fields"] = fields
    return Response(body, status=status)


def _of_django(error: django_errors.ValidationError) -> Iterator[tuple[str, list[Problem]]]:
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    for name, mistakes in by_field.items():
        field = "" if name == django_errors.NON_FIELD_ERRORS else name
        yield (
            field,
            [
                {"code": mistake.code or "invalid", "detail": " ".join(mistake.messages)}
                for mistake in mistakes
            ],
        )


def _of_rest(detail: Any, path: str = "") -> Iterator[tuple[str, list[Problem]]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            is_whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _of_rest(inner, path if is_whole else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list) and any(isinstance(item, Mapping) for item in detail):
        for number, inner in enumerate(detail):
            yield from _of_rest(inner, f"{path}.{number}".lstrip("."))
    elif detail:
        yield path, list(_problems(detail))


def _problems(detail: Any) -> Iterator[Problem]:
    for item in detail if isinstance(detail, list) else [detail]:
        yield {"code": getattr(item, "code", "invalid"), "detail": str(item)}
