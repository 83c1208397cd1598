"""What a message told of one referral, in our words, before anybody knows whom it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError

from liaison_crm.core.npi import npi_problem
from liaison_crm.core.text import clean_line
from referrals.hl7.errors import Hl7Refused
from referrals.models import Status

LONGEST_CODE = 80
LONGEST_NAME = 200
LONGEST_ID = 80
NOT_SAID = "-"  # what a message that names none is known by, so that a person can say what it means


@dataclass(frozen=True)
class Code:
    """A word of the source's own for somebody or something: a code, and a name beside it."""

    code: str = ""
    name: str = ""

    @classmethod
    def of(cls, code: str, name: str, where: str) -> Code:
        code, name = line(code, LONGEST_NAME, where), line(name, LONGEST_NAME, where)
        return cls((code or name)[:LONGEST_CODE], name or code)


@dataclass(frozen=True)
class Provider:
    npi: str = ""
    local: Code = Code()

    def __bool__(self) -> bool:
        return bool(self.npi or self.local.code)


@dataclass(frozen=True)
class Place:
    code: Code = Code()
    zip_code: str = ""


@dataclass(frozen=True)
class Description:
    """What a referral is. Optional parts that are empty say nothing."""

    physician: Provider
    practice: Place
    service_line: Code
    destination: Code
    receiver: Provider = Provider()
    referred_on: date | None = None


@dataclass(frozen=True)
class Told:
    """One referral in one message: what became of it, what it is, or both.

    Without a `status` it only describes a referral that is told of elsewhere.
    """

    external_id: str
    made_at: datetime
    status: Status | None = None
    happened_at: datetime | None = None
    description: Description | None = None
    patient_number: str = field(default="", repr=False)


def line(text: str, longest: int, where: str) -> str:
    """One line of plain text; what deceives or cannot be shown refuses the message."""
    try:
        return clean_line(text)[:longest]
    except ValidationError as problem:
        reason = f"{where} holds text that cannot be kept: {problem.messages[0]}"
        raise Hl7Refused(problem.code or "text", reason) from problem


def identifier(text: str, where: str) -> str:
    found = line(text, LONGEST_ID + 1, where)
    if len(found) > LONGEST_ID:
        raise Hl7Refused("too_long", f"{where} has more than {LONGEST_ID} characters.")
    return found


def is_npi(text: str) -> bool:
    return npi_problem(text) is None
