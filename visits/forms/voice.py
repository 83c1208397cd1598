"""What an office writes on its own pages: how it went, what is wrong."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget

from contacts.models import Practice
from liaison_crm.core.fields import LineFormField, ProseFormField
from referrals.models import ServiceLine
from visits.forms.office import PhoneField
from visits.issues.models import Category, Issue
from visits.issues.services import Complaint
from visits.voice.models import VoiceAnswer
from visits.voice.services import Said

FACES = {"good": "smile", "ok": "meh", "bad": "frown"}


class _ServiceLines(forms.Form):
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    service_line = forms.ModelChoiceField(
        label="What it was for",
        queryset=ServiceLine.objects.none(),
        required=False,
        empty_label="Any",
    )

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service_line"]
        field.queryset = lines


class VoiceForm(_ServiceLines):
    face = forms.ChoiceField(
        label="How was your last referral to us?",
        choices=VoiceAnswer.Face.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a face."},
    )
    word = LineFormField(
        label="In a word",
        required=False,
        screened=True,
        max_length=VoiceAnswer.word.field.max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("client_key", "face", "word", "service_line")

    def faces(self) -> list[tuple[BoundWidget, str]]:
        return [(widget, FACES[str(widget.data["value"])]) for widget in self["face"]]

    def said(self) -> Said:
        return Said(**self.cleaned_data)


class OfficeFactsForm(forms.Form):
    """What stands on the office's own door, to be put right."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    phone = PhoneField(required=False, max_length=40)
    fax = PhoneField(required=False, max_length=40)
    hours = LineFormField(required=False, screened=True, max_length=Practice.hours.field.max_length)
    street = LineFormField(required=False, max_length=Practice.street.field.max_length)
    suite = LineFormField(required=False, max_length=Practice.suite.field.max_length)
    city = LineFormField(label="Town", required=False, max_length=Practice.city.field.max_length)
    state = LineFormField(required=False, max_length=2)
    zip_code = forms.CharField(label="ZIP code", required=False, max_length=5)

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        names = [name for name in OfficeFactsForm.base_fields if name != "client_key"]
        facts = {name: getattr(practice, name) for name in names}
        super().__init__(*args, **{"initial": facts, **kwargs})

    def facts(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "client_key"}


class OfficeIssueForm(_ServiceLines):
    category = forms.ChoiceField(
        label="What is it about?", choices=Category.choices, widget=forms.RadioSelect
    )
    said = LineFormField(
        label="What goes wrong?",
        screened=True,
        max_length=Issue.said.field.max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    detail = ProseFormField(
        label="What else we should know",
        required=False,
        screened=True,
        max_length=Issue.detail.field.max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("client_key", "category", "said", "detail", "service_line")

    def complaint(self) -> Complaint:
        return Complaint(**self.cleaned_data)
