"""Fields that take the one JSON type they mean, and rows a person may see."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NoReturn, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Model, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from liaison_crm.core.npi import REASONS, npi_problem
from liaison_crm.core.periods import Month, parse_iso_date, validate_sane_date
from liaison_crm.core.screening import PATIENT_IDENTITY, refusal_of
from liaison_crm.core.text import clean_line, clean_prose

Given = TypeVar("Given")
Cleaned = TypeVar("Cleaned")

LARGEST_ID = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}")
A_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class _Screened(serializers.CharField):
    """With `screened`, refuses text by which a patient could be known; see `core.screening`."""

    def __init__(self, *, screened: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if screened:
            self.validators.append(_without_patients)


class Line(_Screened):
    """A string of one line, composed; see `core.text`."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return _clean(clean_line, data)


class Prose(_Screened):
    """A string of several lines, composed; see `core.text`."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return _clean(clean_prose, data)


class Npi(Line):
    """Ten digits with a right check digit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(_right_npi)


class Digits(Line):
    """That many ASCII digits: a telephone number, a ZIP code."""

    def __init__(self, count: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(
            RegexValidator(rf"\A[0-9]{{{count}}}\Z", f"Give {count} digits.", code="digits")
        )


class Email(serializers.EmailField):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return _clean(clean_line, data)


class Whole(serializers.IntegerField):
    """A JSON integer: no string, no 1.0, no true."""

    def to_internal_value(self, data: Any) -> int:
        if not _is_whole(data):
            self.fail("invalid")
        return int(data)


class Flag(serializers.BooleanField):
    """true or false: not 1, not "yes"."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Choice(serializers.ChoiceField):
    """One of the strings listed."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=type(data).__name__)
        if data not in self.choices:
            known = ", ".join(map(str, self.choices))
            raise serializers.ValidationError(f"Give one of: {known}.", code="invalid_choice")
        return data


class Uuid(serializers.UUIDField):
    """A UUID in its usual writing with hyphens."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        if not isinstance(data, str) or len(data) != len(str(uuid.UUID(int=0))):
            self.fail("invalid", value="")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """YYYY-MM-DD from 1990 to 2100."""

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str):
            self.fail("invalid", format="YYYY-MM-DD")
        return _clean(parse_iso_date, data)


class Moment(serializers.DateTimeField):
    """A day, a time and its offset from UTC; answered in UTC."""

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str) or not A_MOMENT.fullmatch(data):
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+hh:mm")
        try:
            moment = datetime.fromisoformat(data)
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+hh:mm")
        _clean(validate_sane_date, moment.date())
        return moment.astimezone(UTC)

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


@extend_schema_field({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$", "example": "2026-03"})
class MonthField(serializers.Field[Any, Any, str, Any]):
    """A calendar month as YYYY-MM; its first day inside."""

    def to_internal_value(self, data: Any) -> Month:
        if not isinstance(data, str):
            raise serializers.ValidationError("Give a month as YYYY-MM.", code="month_form")
        return _clean(Month.parse, data)

    def to_representation(self, value: date) -> str:
        return str(Month.of(value))


def _clean(clean: Callable[[Given], Cleaned], data: Given) -> Cleaned:
    try:
        return clean(data)
    except ValidationError as problem:
        raise serializers.ValidationError(problem.messages, code=problem.code) from problem


def _right_npi(value: str) -> None:
    if problem := npi_problem(value):
        raise serializers.ValidationError(REASONS[problem], code=problem)


def _without_patients(value: str) -> None:
    if refusal := refusal_of(value):
        raise serializers.ValidationError(refusal, code=PATIENT_IDENTITY)


# --- Rows by their ids, never beyond what the person sees ---

Rows = Callable[[Any], QuerySet[Any]]


@extend_schema_field(OpenApiTypes.INT64)
class RowField(serializers.Field[Model, Any, int, Any]):
    """The id of a row among those `rows(user)` gives.

    Absent, forbidden, true, 1.5, text and overflow are answered alike, so that nobody learns
    what exists.
    """

    def __init__(self, rows: Rows, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def to_internal_value(self, data: Any) -> Model:
        row: Model | None = self.rows(self.context["request"].user).filter(pk=_id(data)).first()
        return row if row is not None else _not_found()

    def to_representation(self, value: Any) -> int:
        return int(getattr(value, "pk", value))


class RowTextField(RowField):
    """The same id as a form writes it, in plain digits."""

    def to_internal_value(self, data: Any) -> Model:
        return super().to_internal_value(int(data) if _DIGITS.fullmatch(str(data)) else data)


@extend_schema_field(OpenApiTypes.BOOL)
class TextFlag(serializers.Field[bool, Any, bool, Any]):
    """true or false as a form writes them."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("true", "false"):
            raise serializers.ValidationError("Give true or false.", code="invalid")
        return bool(data == "true")

    def to_representation(self, value: Any) -> bool:
        return bool(value)


@extend_schema_field({"type": "array", "items": {"type": "integer", "format": "int64"}})
class RowListField(serializers.Field[list[Model], Any, list[int], Any]):
    """Ids of rows among those `rows(user)` gives, each once, found with one query."""

    def __init__(self, rows: Rows, *, most: int = 50, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows
        self.most = most

    def to_internal_value(self, data: Any) -> list[Model]:
        ids = self._ids(data)
        found = self.rows(self.context["request"].user).in_bulk(ids) if ids else {}
        if len(found) < len(ids):
            _not_found()
        return [found[pk] for pk in ids]

    def to_representation(self, value: Any) -> list[int]:
        return [int(getattr(row, "pk", row)) for row in value]

    def _ids(self, data: Any) -> Sequence[int]:
        if not isinstance(data, list):
            raise serializers.ValidationError("Give a list of ids.", code="not_a_list")
        if len(data) > self.most:
            raise serializers.ValidationError(f"Give at most {self.most}.", code="too_many")
        ids = [_id(item) for item in data]
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError("Give each id once.", code="repeated")
        return ids


def _id(data: Any) -> int:
    if not _is_whole(data) or not 0 < data <= LARGEST_ID:
        _not_found()
    return int(data)


def _not_found() -> NoReturn:
    raise serializers.ValidationError("Not found.", code="not_found")
