"""Territories: their name, their areas, and who works them from when."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from accounts.models import Assignment, Territory, User
from accounts.services import Term
from contacts.services import Area
from liaison_crm.core.fields import LineFormField
from visits.forms.days import DayField
from visits.forms.narrowing import Narrowing

AREA = re.compile(r"(zip|county):([0-9]{5})", re.ASCII)
MOST_AREAS = 200


class TerritoryForm(forms.Form):
    name = LineFormField(max_length=80)
    colour = forms.CharField(
        widget=forms.TextInput(attrs={"type": "color"}), initial="#0b4a3b", max_length=7
    )


class FindAreaForm(Narrowing):
    q = LineFormField(label="ZIP code, town or county", required=False, max_length=60)


class AreasField(forms.MultipleChoiceField):
    """Areas as `zip:44129` and `county:39035`; whether they exist is for the service to say."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[Area]:  # type: ignore[override]  # areas, not strings
        found = []
        for text in value or []:
            match = AREA.fullmatch(str(text))
            if not match:
                raise forms.ValidationError("An area is zip:44129 or county:39035.", code="area")
            found.append(Area(match[1], match[2]))
        return found

    def validate(self, value: Any) -> None:
        if not value:
            raise forms.ValidationError("Choose at least one area.", code="required")
        if len(value) > MOST_AREAS:
            raise forms.ValidationError(f"At most {MOST_AREAS} areas at a time.", code="too_many")


class RealignForm(forms.Form):
    """Which areas, and whether they leave the territory instead of joining it."""

    area = AreasField()
    leave = forms.BooleanField(required=False)

    def asked(self) -> tuple[list[Area], bool]:
        return self.cleaned_data["area"], self.cleaned_data["leave"]


class AssignForm(forms.Form):
    person = forms.ModelChoiceField(
        label="Who", queryset=User.objects.none(), empty_label="Choose a person"
    )
    part = forms.ChoiceField(
        label="As",
        choices=Assignment.Part.choices,
        initial=Assignment.Part.OWNER,
        widget=forms.RadioSelect,
    )
    starts_on = DayField(label="From")
    ends_on = DayField(
        label="Until", required=False, help_text="For a cover: the first day without."
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        liaisons = User.objects.visible_to(viewer).liaisons().order_by("name", "pk")
        self.fields["person"].queryset = liaisons  # type: ignore[attr-defined]  # a model choice

    def term(self) -> Term:
        return Term(self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])


class EndForm(forms.Form):
    on = DayField(label="First day without")


class PlaceForm(forms.Form):
    """Which territory gets the area around a practice that nobody has."""

    area = forms.ChoiceField(label="Area", widget=forms.RadioSelect)
    territory = forms.ModelChoiceField(
        queryset=Territory.objects.none(), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, viewer: User, areas: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]  # a choice field
        known = Territory.objects.visible_to(viewer).filter(is_unassigned=False)
        self.fields["territory"].queryset = known  # type: ignore[attr-defined]  # a model choice
