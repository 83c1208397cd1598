"""What a liaison learns at the door: the people of the office, its hours, when one is welcome."""

from __future__ import annotations

from typing import Any

from django import forms

from contacts.models import Practice, StaffMember
from liaison_crm.core.fields import LineFormField

PHONE_DIGITS = 10


class PhoneField(forms.CharField):
    """A US number however it is written, kept as ten digits."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        digits = "".join(mark for mark in text if mark in "0123456789")
        if len(digits) == PHONE_DIGITS + 1:
            digits = digits.removeprefix("1")
        if text and len(digits) != PHONE_DIGITS:
            raise forms.ValidationError("Give a US phone number with ten digits.", code="phone")
        return digits


class StaffForm(forms.Form):
    name = LineFormField(max_length=StaffMember.name.field.max_length)
    job = forms.ChoiceField(choices=StaffMember.Job.choices)
    books_referrals = forms.BooleanField(label="Books the referrals", required=False)
    phone = PhoneField(required=False, max_length=40)
    email = forms.EmailField(label="E-mail", required=False)
    preference = LineFormField(
        label="How to reach them best",
        required=False,
        screened=True,
        max_length=StaffMember.preference.field.max_length,
        widget=forms.TextInput(attrs={"placeholder": "The portal, not fax"}),
    )


def told_of(member: StaffMember) -> dict[str, Any]:
    return {name: getattr(member, name) for name in StaffForm.base_fields}


class OfficeForm(forms.Form):
    access_rule = LineFormField(
        label="When liaisons are welcome",
        required=False,
        screened=True,
        max_length=Practice.access_rule.field.max_length,
        widget=forms.TextInput(attrs={"placeholder": "Tuesday lunch only"}),
    )
    hours = LineFormField(required=False, screened=True, max_length=Practice.hours.field.max_length)
