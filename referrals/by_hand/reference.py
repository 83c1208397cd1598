"""The one word that may stand on a referral taken by hand: the office's own number for it."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

LONGEST = 24
ONE_WORD = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
# Dates of birth, social security and phone numbers in the ways offices write them.
PATIENTLIKE = re.compile(
    r"\d{1,2}-\d{1,2}-\d{2,4}|\d{4}-\d{1,2}-\d{1,2}|\d{3}-\d{2}-\d{4}|(1-)?\d{3}-\d{3}-\d{4}|\d{9,11}"
)


def validate_reference(value: str) -> None:
    """A number of an order or a form. It has a digit and no blank, so no name fits in."""
    if not ONE_WORD.fullmatch(value) or not any(character.isdigit() for character in value):
        raise ValidationError(
            "A reference is one word of letters, digits and hyphens with a digit in it.",
            code="reference",
        )
    if PATIENTLIKE.fullmatch(value):
        raise ValidationError(
            "This looks like a date, a phone number or a patient's number. Leave it out.",
            code="patient",
        )
