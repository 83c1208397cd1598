"""What a person says of the columns of a file, and whether it is to be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from referrals.imports.reports import Reading, Sheet
from referrals.imports.services import Match
from referrals.intake.columns import OPTIONAL, PATIENT_NUMBER, REQUIRED
from referrals.intake.mapping import FIXABLE, TARGETS, suggest_status
from referrals.models import HeaderMap, IntakeBatch, Status

LABELS = {
    "external_id": "Referral number",
    "referred_on": "Day of the referral",
    "referring_npi": "Referring NPI",
    "service_line": "Service line",
    "destination": "Destination",
    "status": "Status",
    "status_at": "When that status happened",
    "practice_id": "Practice, by its number here",
    "practice_name": "Practice, by name",
    "practice_zip": "ZIP code of the practice",
    "left_because": "Why it left the network",
    "receiving_npi": "Receiving NPI",
    "patient_number": "Patient number",
}
HINTS = {
    "external_id": "the referral's, not the patient's",
    "patient_number": "replaced by a keyed hash",
    "practice_name": "with its ZIP code",
    "service_line": "one of the two",
    "destination": "one of the two",
    "status": "one of the two",
}
NO_STATUS = ("", "Not matched: its rows are refused")


class ReadingForm(forms.Form):
    """How the file is cut into columns."""

    delimiter = forms.ChoiceField(
        label="Separated by", choices=HeaderMap.Delimiter.choices, required=False
    )
    encoding = forms.ChoiceField(
        label="Encoded as", choices=HeaderMap.Encoding.choices, required=False
    )
    sheet = forms.ChoiceField(label="Sheet", required=False)

    def __init__(self, *args: Any, sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sheet"]
        assert isinstance(field, forms.ChoiceField)  # as this class says
        field.choices = [(name, name) for name in sheets]

    def reading(self) -> Reading:
        told = self.cleaned_data
        return Reading(
            told.get("delimiter") or ",", told.get("encoding") or "utf-8", told.get("sheet") or ""
        )


class MatchForm(ReadingForm):
    """A list for each of our columns, and a status for each of their words."""

    date_form = forms.ChoiceField(
        label="Dates are written",
        choices=[("", "Say how"), *HeaderMap.DATE_FORMS],
        error_messages={"required": "Say how this source writes dates: it is never guessed."},
    )
    clock = forms.ChoiceField(label="Times are written", choices=HeaderMap.Clock.choices)

    def __init__(self, *args: Any, sheet: Sheet, words: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, sheets=sheet.sheets, **kwargs)
        self.words = {f"word_{number}": word for number, word in enumerate(words)}
        for name in ("delimiter", "encoding"):
            self.fields[name].required = not sheet.is_workbook
        self.fields["sheet"].required = sheet.is_workbook
        for target in TARGETS:
            self.fields[f"column_{target}"] = forms.ChoiceField(
                label=LABELS[target],
                choices=sheet.choices,
                required=target in REQUIRED and target not in FIXABLE,
                error_messages={"required": "Say which column this is."},
            )
        for target in FIXABLE[:2]:
            self.fields[f"fixed_{target}"] = forms.CharField(
                label="or in every row", required=False, max_length=120, strip=True
            )
        self.fields["fixed_status"] = forms.ChoiceField(
            label="or in every row", choices=[("", "No"), *Status.choices], required=False
        )
        for name, word in self.words.items():
            self.fields[name] = forms.ChoiceField(
                label=word, choices=[NO_STATUS, *Status.choices], required=False
            )

    def match(self) -> Match:
        told, reading = self.cleaned_data, self.reading()
        statuses = {word: told[name] for name, word in self.words.items() if told.get(name)}
        return Match(
            columns=_filled(told, "column", TARGETS),
            fixed=_filled(told, "fixed", FIXABLE),
            statuses=statuses,
            date_form=told["date_form"],
            clock=told["clock"],
            delimiter=reading.delimiter,
            encoding=reading.encoding,
            sheet=reading.sheet,
        )

    def required_rows(self) -> list[tuple[BoundField, BoundField | None, str]]:
        return self._rows(REQUIRED)

    def optional_rows(self) -> list[tuple[BoundField, BoundField | None, str]]:
        return self._rows((*OPTIONAL, PATIENT_NUMBER))

    def status_rows(self) -> list[BoundField]:
        return [self[name] for name in self.words]

    def _rows(self, targets: Sequence[str]) -> list[tuple[BoundField, BoundField | None, str]]:
        return [
            (
                self[f"column_{target}"],
                self[f"fixed_{target}"] if target in FIXABLE else None,
                HINTS.get(target, ""),
            )
            for target in targets
        ]


class ConfirmForm(forms.Form):
    mode = forms.ChoiceField(choices=IntakeBatch.Mode.choices)


def first_said(sheet: Sheet) -> dict[str, str]:
    """What was said of this header last, or what its names suggest."""
    said = {f"column_{ours}": theirs for ours, theirs in sheet.suggested.items()}
    said |= asdict(sheet.reading)
    if (known := sheet.remembered) is not None:
        said |= {f"fixed_{ours}": word for ours, word in known.fixed.items()}
        said |= {"date_form": known.date_form, "clock": known.clock}
    return said


def first_statuses(sheet: Sheet, words: Sequence[str]) -> dict[str, str]:
    known = sheet.remembered.statuses if sheet.remembered else {}
    return {
        f"word_{number}": known.get(word) or suggest_status(word)
        for number, word in enumerate(words)
    }


def _filled(told: Mapping[str, str], kind: str, targets: Sequence[str]) -> dict[str, str]:
    said = {target: told.get(f"{kind}_{target}", "") for target in targets}
    return {target: word for target, word in said.items() if word}
