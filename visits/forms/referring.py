"""A referral taken by hand: a form of its own, and a part of the log screen."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget

from contacts.models import Physician
from liaison_crm.core.fields import LineFormField
from referrals.by_hand.reference import LONGEST, validate_reference
from referrals.by_hand.reports import destinations_for, service_lines_for
from referrals.by_hand.services import ReferralRecord
from referrals.models import Facility, ServiceLine
from visits.days import day_for
from visits.forms.offering import offer_choices, offer_rows
from visits.forms.sections import Section
from visits.services import Alongside, ReferralGiven, key_of_referral

DAYS = (("today", "Today"), ("yesterday", "Yesterday"))
REFERRERS_AT_HAND = 5
LINES_AT_HAND = 6
WHO = "Choose who referred."
WHAT = "Choose what for."


class ReferralFields(Section):
    """Who, for what, when; the destination is ours unless somebody says which."""

    referral_from = forms.ChoiceField(
        label="Who referred?",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": WHO},
    )
    referral_for = forms.ChoiceField(
        label="What for?",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"required": WHAT},
    )
    referral_day = forms.ChoiceField(
        label="When?", choices=DAYS, required=False, widget=forms.RadioSelect
    )
    referral_reference = LineFormField(
        label="Their number for it",
        required=False,
        max_length=LONGEST,
        validators=[validate_reference],
        help_text="An order or form number. Nothing about the patient.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {
            str(line.pk): line
            for line in service_lines_for(
                self.practice, ServiceLine.objects.visible_to(self.liaison)
            )
        }
        offer_choices(self, "referral_from", self.referrers())
        offer_choices(self, "referral_for", self.services())

    def referrers(self) -> list[tuple[str, str]]:
        return [one for one in self.office.choices() if one[0].startswith("p")]

    def services(self) -> list[tuple[str, str]]:
        return [(value, line.name) for value, line in self.lines.items()]

    def referrers_at_hand(self) -> list[BoundWidget]:
        return list(self["referral_from"])[:REFERRERS_AT_HAND]

    def other_referrers(self) -> list[BoundWidget]:
        return list(self["referral_from"])[REFERRERS_AT_HAND:]

    def services_at_hand(self) -> list[BoundWidget]:
        return list(self["referral_for"])[: self._services_at_hand]

    def other_services(self) -> list[BoundWidget]:
        return list(self["referral_for"])[self._services_at_hand :]

    @property
    def _services_at_hand(self) -> int:
        return LINES_AT_HAND + len(self["referral_for"]) - len(self.lines)

    def referred_on(self, day: date) -> date:
        """The day the form means, told on `day`."""
        before = self.cleaned_data["referral_day"] == "yesterday"
        return day - timedelta(days=1) if before else day

    def referrer(self, value: str) -> Physician:
        (physician,), _ = self.office.chosen([value])
        return physician


class TakeReferralForm(ReferralFields):
    """On a page of its own. `taken_at` is the moment the page opened on the device."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    taken_at = forms.DateTimeField(widget=forms.HiddenInput)
    referral_to = forms.ModelChoiceField(
        label="Where to?", queryset=Facility.objects.none(), required=False, empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facilities = Facility.objects.visible_to(self.liaison)
        offer_rows(self, "referral_to", destinations_for(self.practice, facilities))
        for name in ("referral_from", "referral_for"):
            self.fields[name].required = True

    @property
    def destination_words(self) -> str:
        """What the folded fields say: "To Main Hospital"."""
        offered = list(self.fields["referral_to"].queryset)  # type: ignore[attr-defined]  # a Field has none
        chosen = self["referral_to"].value()
        names = [one.name for one in offered if str(one.pk) == str(chosen)]
        return f"To {(names or [one.name for one in offered] or ['nowhere yet'])[0]}"

    def record(self) -> ReferralRecord:
        said = self.cleaned_data
        return ReferralRecord(
            client_key=said["client_key"],
            physician=self.referrer(said["referral_from"]),
            service_line=self.lines[said["referral_for"]],
            destination=said["referral_to"],
            referred_on=self.referred_on(day_for(self.liaison, said["taken_at"])),
            taken_at=said["taken_at"],
            reference=said["referral_reference"],
        )


class ReferralSection(ReferralFields):
    """In the log screen. A service says that there was one; whoever was met alone gave it."""

    def services(self) -> list[tuple[str, str]]:
        return [("", "None"), *super().services()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.tells_of_a_referral:
            return cleaned
        met, _ = self.office.chosen(cleaned.get("people", []))
        if not cleaned.get("referral_from") and len(met) == 1:
            cleaned["referral_from"] = f"p{met[0].pk}"
        for name, mistake in (("referral_from", WHO), ("referral_for", WHAT)):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError(mistake, code="required"))
        return cleaned

    @property
    def tells_of_a_referral(self) -> bool:
        said = self.cleaned_data
        return bool(said.get("referral_for") or said.get("referral_reference"))

    @property
    def shows_referral(self) -> bool:
        """Something was said or refused there, so it must show."""
        names = ("referral_for", "referral_reference", "referral_from")
        return any(self[name].value() or self[name].errors for name in names)

    def alongside(self) -> tuple[Alongside, ...]:
        told = super().alongside()
        return (*told, self._given()) if self.tells_of_a_referral else told

    def _given(self) -> ReferralGiven:
        said = self.cleaned_data
        held_at: datetime = said["held_at"]
        record = ReferralRecord(
            client_key=key_of_referral(said["client_key"]),
            physician=self.referrer(said["referral_from"]),
            service_line=self.lines[said["referral_for"]],
            referred_on=self.referred_on(day_for(self.liaison, held_at)),
            taken_at=held_at,
            reference=said["referral_reference"],
        )
        return ReferralGiven(record)


def fresh_referral(moment: datetime, referrer: str = "") -> dict[str, Any]:
    """The values a new form starts with."""
    return {
        "client_key": uuid.uuid4(),
        "taken_at": moment.isoformat(timespec="seconds"),
        "referral_from": referrer,
        "referral_day": "today",
    }
