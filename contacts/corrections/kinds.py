"""Which facts each kind of correction carries, and how they are cleaned and read.

A value is plain text by name, so that it is kept, sent and compared as it is: {"suite": "200"}.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from contacts.corrections.errors import NotACorrection
from contacts.corrections.models import (
    OF_ONE_PRACTICE,
    OF_PHYSICIAN,
    OF_PRACTICE,
    OF_STAFF,
    ChangeRequest,
    Kind,
)
from contacts.models import Physician, Practice, Specialty, StaffMember
from liaison_crm.core.periods import parse_iso_date
from liaison_crm.core.text import match_key

Value = dict[str, str]

ZONES_DIFFER_BY = timedelta(days=1)
PERSON = ("first_name", "middle_name", "last_name", "suffix", "credentials")
FIELDS: dict[str, tuple[str, ...]] = {
    Kind.PHONE: ("phone",),
    Kind.FAX: ("fax",),
    Kind.ADDRESS: ("street", "suite", "city", "state", "zip_code"),
    Kind.PRACTICE_NAME: ("name",),
    Kind.HOURS: ("hours",),
    Kind.ACCESS_RULE: ("access_rule",),
    Kind.JOINED: ("first_name", "last_name", "credentials", "specialty"),
    Kind.CLOSED: ("on",),
    Kind.MERGED: ("on",),
    Kind.PHYSICIAN_NAME: PERSON,
    Kind.SPECIALTY: ("specialty",),
    Kind.RETIRED: ("on",),
    Kind.LEFT: ("on",),
    Kind.STAFF_NAME: ("name",),
    Kind.STAFF_PHONE: ("phone",),
    Kind.STAFF_LEFT: ("on",),
}
MAY_BE_BLANK = frozenset({"suite", "middle_name", "suffix", "credentials"})
OPTIONAL_HERE = {Kind.JOINED: frozenset({"credentials", "specialty"})}
# A day is about the day it happened: of these the directory holds the day itself.
DAYS = {
    Kind.CLOSED: "closed_on",
    Kind.MERGED: "closed_on",
    Kind.RETIRED: "status_on",
    Kind.LEFT: "ends_on",
    Kind.STAFF_LEFT: "left_on",
}


def model_of(kind: str) -> type[models.Model]:
    """The model whose columns the value names."""
    if kind in OF_STAFF:
        return StaffMember
    return Practice if kind in OF_PRACTICE and kind != Kind.JOINED else Physician


def cleaned(kind: str, value: Mapping[str, object], *, at: datetime) -> Value:
    """The value as the columns hold it; a `ValidationError` by field for what cannot be one."""
    names = FIELDS[kind]
    if strange := sorted(set(value) - set(names)):
        raise NotACorrection(f"A correction of this kind has no {strange[0]}.")
    clean: Value = {}
    mistakes: dict[str, list[ValidationError]] = {}
    for name in names:
        try:
            clean[name] = _cleaned_one(kind, name, value.get(name), at=at)
        except ValidationError as mistake:
            mistakes[name] = mistake.error_list
    if mistakes:
        raise ValidationError(mistakes)
    return clean


def _cleaned_one(kind: str, name: str, given: object, *, at: datetime) -> str:
    text = str(given or "").strip()
    may_be_blank = name in MAY_BE_BLANK or name in OPTIONAL_HERE.get(Kind(kind), ())
    if not text:
        if may_be_blank:
            return ""
        raise ValidationError("Say what it is now.", code="required")
    if name == "on":
        return _happened(text, at=at).isoformat()
    if name == "specialty":
        return specialty_of(text).taxonomy_code
    field: Any = model_of(kind)._meta.get_field(name)
    cleaned_text: str = field.clean(text, None)
    return cleaned_text


def _happened(text: str, *, at: datetime) -> date:
    day = parse_iso_date(text)
    if day > at.date() + ZONES_DIFFER_BY:
        raise ValidationError("Tell us once it has happened.", code="not_yet")
    return day


def specialty_of(code: str) -> Specialty:
    found = Specialty.objects.filter(taxonomy_code=code).first()
    if found is None:
        raise ValidationError("There is no such specialty.", code="unknown_specialty")
    return found


def now_said(request: ChangeRequest) -> Value:
    """What the directory says today about the same fact; empty where it says nothing of it."""
    kind = Kind(request.kind)
    if kind == Kind.JOINED:
        return {}
    if kind in DAYS:
        row = request.affiliation if kind == Kind.LEFT else request.subject
        return _day_said(kind, row)
    row = request.subject
    if kind == Kind.SPECIALTY:
        specialty = row.primary_specialty if isinstance(row, Physician) else None
        return {"specialty": specialty.taxonomy_code if specialty else ""}
    return {name: getattr(row, name) for name in FIELDS[kind]}


def _day_said(kind: Kind, row: models.Model | None) -> Value:
    if isinstance(row, Physician) and row.status == Physician.Status.ACTIVE:
        return {"on": ""}
    day = getattr(row, DAYS[kind], None)
    return {"on": day.isoformat() if day else ""}


def is_said(request: ChangeRequest, value: Mapping[str, str]) -> bool:
    """Does the directory say so already? A retirement is one whatever the day."""
    now = now_said(request)
    if request.kind == Kind.JOINED:
        return False
    if request.kind in DAYS:
        return bool(now["on"])
    return now == dict(value)


def same_words(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """The same value, whatever the capitals."""
    return {name: match_key(text) for name, text in one.items() if text} == {
        name: match_key(text) for name, text in other.items() if text
    }


__all__ = [
    "DAYS",
    "FIELDS",
    "MAY_BE_BLANK",
    "OF_ONE_PRACTICE",
    "OF_PHYSICIAN",
    "OF_PRACTICE",
    "OF_STAFF",
    "PERSON",
    "Kind",
    "Value",
    "cleaned",
    "is_said",
    "model_of",
    "now_said",
    "same_words",
    "specialty_of",
]
