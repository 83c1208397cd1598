"""Say what is otherwise: one small form, of which only the fields of the chosen fact show."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model, Q
from django.forms.boundfield import BoundField

from accounts.models import User
from contacts.corrections.kinds import FIELDS, MAY_BE_BLANK, Kind
from contacts.corrections.reports import kinds_about
from contacts.corrections.services import Correction
from contacts.models import (
    Affiliation,
    ChangeRequest,
    Physician,
    Practice,
    Specialty,
    StaffMember,
)
from liaison_crm.core.fields import LineFormField
from visits.forms.days import DayField
from visits.forms.offering import offer_choices, offer_rows
from visits.forms.office import PhoneField

LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """What the correction is about: the name of the parameter, and the row it names."""

    name: str
    row: Any

    @property
    def practice(self) -> Practice | None:
        return self.row if self.name == "practice" else getattr(self.row, "practice", None)

    def rows(self) -> dict[str, Any]:
        """As the correction takes it."""
        return {"staff_member" if self.name == "person" else self.name: self.row}


def typed(kind: str = "text", mode: str = "", **attrs: str) -> forms.TextInput:
    """A line with the keyboard it needs."""
    given = {"type": kind, "autocomplete": "off", **attrs}
    return forms.TextInput(attrs={**given, "inputmode": mode} if mode else given)


class ValueForm(forms.Form):
    """Every value a correction can have; those of other facts are taken out."""

    phone = PhoneField(label="New phone", required=False, max_length=40)
    fax = PhoneField(label="New fax", required=False, max_length=40)
    suite = LineFormField(required=False, max_length=60, widget=typed())
    street = LineFormField(required=False, max_length=120, widget=typed())
    city = LineFormField(required=False, max_length=80, widget=typed())
    state = LineFormField(required=False, max_length=2, widget=typed(autocapitalize="characters"))
    zip_code = LineFormField(
        label="ZIP code", required=False, max_length=5, widget=typed(mode="numeric")
    )
    name = LineFormField(label="Right name", required=False, max_length=200, widget=typed())
    hours = LineFormField(required=False, max_length=200, widget=typed())
    access_rule = LineFormField(
        label="When liaisons are welcome", required=False, max_length=200, widget=typed()
    )
    first_name = LineFormField(required=False, max_length=60, widget=typed())
    middle_name = LineFormField(required=False, max_length=60, widget=typed())
    last_name = LineFormField(required=False, max_length=80, widget=typed())
    suffix = LineFormField(required=False, max_length=20, widget=typed())
    credentials = LineFormField(
        required=False, max_length=60, widget=typed(placeholder="MD, DO, NP")
    )
    specialty = forms.ChoiceField(required=False)
    into = forms.ModelChoiceField(
        label="Which practice", queryset=Practice.objects.none(), required=False
    )
    on = DayField(label="Since when", required=False)

    def keep(self, names: set[str], *, person: User) -> None:
        for name in set(ValueForm.base_fields) - names:
            del self.fields[name]
        if "specialty" in self.fields:
            offer_choices(self, "specialty", [("", "Not known"), *_specialties(person)])

    def value_of(self, kind: str) -> dict[str, str]:
        said = self.cleaned_data
        return {name: _text(said.get(name)) for name in FIELDS[kind]}


class CorrectionForm(ValueForm):
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(
        label="What is different?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is different."},
    )
    said_by = forms.ChoiceField(
        label="Who says so?",
        choices=ChangeRequest.SaidBy.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    why = LineFormField(
        label="Anything to add", required=False, max_length=LONGEST_WORD, widget=typed()
    )

    def __init__(
        self, *args: Any, subject: Subject, person: User, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {**_standing(subject.row), "on": today, "said_by": "colleague"}
        self.subject = subject
        self.kinds = kinds_about(subject.name)
        offer_choices(self, "kind", [(kind.value, kind.label) for kind in self.kinds])
        if len(self.kinds) == 1:
            self.initial["kind"] = self.kinds[0].value
        self.keep({name for kind in self.kinds for name in _fields_of(kind)}, person=person)
        if "into" in self.fields:
            offer_rows(self, "into", _neighbours(subject.row, person))

    def values(self) -> list[tuple[BoundField, str]]:
        """Each value with the kinds it shows for."""
        names = [name for name in ValueForm.base_fields if name in self.fields]
        return [(self[name], self._kinds_of(name)) for name in names]

    def correction(self) -> Correction:
        said = self.cleaned_data
        kind = said["kind"]
        return Correction(
            kind=kind,
            value=self.value_of(kind),
            why=said["why"],
            said_by=said["said_by"] or ChangeRequest.SaidBy.COLLEAGUE,
            client_key=said["client_key"],
            other_practice=said.get("into") if kind == Kind.MERGED else None,
            **self.subject.rows(),
        )

    def _kinds_of(self, name: str) -> str:
        return " ".join(kind.value for kind in self.kinds if name in _fields_of(kind))


class DecisionForm(ValueForm):
    """The value as an admin would have it, and a word to whoever proposed it."""

    word = LineFormField(
        label="A word back", required=False, max_length=LONGEST_WORD, widget=typed()
    )

    def __init__(self, *args: Any, correction: ChangeRequest, person: User, **kwargs: Any) -> None:
        value: dict[str, Any] = dict(correction.proposed)
        if "on" in value:
            value["on"] = date.fromisoformat(value["on"])
        super().__init__(*args, **kwargs)
        self.initial = value
        self.kind = correction.kind
        self.keep(set(FIELDS[self.kind]) if value else set(), person=person)
        for name in set(self.fields) - {"word", "specialty", *MAY_BE_BLANK}:
            self.fields[name].required = True
        proposed = correction.proposed.get("specialty")
        if proposed:
            self._offer_also(proposed)

    def value(self) -> dict[str, str] | None:
        return self.value_of(self.kind) if len(self.fields) > 1 else None

    def _offer_also(self, code: str) -> None:
        field: Any = self.fields["specialty"]
        if code not in dict(field.choices):
            offer_choices(self, "specialty", [*field.choices, (code, code)])


class WordForm(forms.Form):
    """Why an admin leaves the fact as it is."""

    word = LineFormField(
        max_length=LONGEST_WORD, error_messages={"required": "Say why, in a word."}
    )


class NpiForm(forms.Form):
    npi = forms.CharField(label="NPI", max_length=10, widget=typed(mode="numeric"))


def _fields_of(kind: Kind) -> Sequence[str]:
    return (*FIELDS[kind], "into") if kind == Kind.MERGED else FIELDS[kind]


def _standing(row: Model) -> dict[str, Any]:
    """What the directory says now, so that only the difference is typed."""
    if isinstance(row, (Practice, StaffMember)):
        names = set(ValueForm.base_fields) - {"on", "into", "first_name", "last_name"}
        return {name: getattr(row, name) for name in names if hasattr(row, name)}
    if isinstance(row, Physician):
        specialty = row.primary_specialty
        return {
            **{name: getattr(row, name) for name in FIELDS[Kind.PHYSICIAN_NAME]},
            "specialty": specialty.taxonomy_code if specialty else "",
        }
    assert isinstance(row, Affiliation)  # nothing else can be corrected
    return {}


def _specialties(person: User) -> list[tuple[str, str]]:
    """Those somebody here has; several codes of one name are one choice."""
    rows = Specialty.objects.visible_to(person).filter(primary_for__isnull=False).distinct()
    by_name = {one.name: one.taxonomy_code for one in rows}
    return [(code, name) for name, code in by_name.items()]


def _neighbours(practice: Practice, person: User) -> Any:
    """Open practices around, or of the same group."""
    near = Q(zip_code=practice.zip_code)
    if practice.organization_id:
        near |= Q(organization=practice.organization_id)
    return Practice.objects.visible_to(person).open().filter(near).exclude(pk=practice.pk)


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value or "")
