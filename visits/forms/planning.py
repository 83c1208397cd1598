"""Put a practice on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from contacts.models import Physician, Practice
from liaison_crm.core.fields import LineFormField
from visits.forms.days import ClockField, DayField
from visits.forms.offering import offer_rows
from visits.forms.people import people_at
from visits.models import PlannedVisit
from visits.services import Stop


class PlanForm(forms.Form):
    planned_on = DayField(label="Day")
    starts_at = ClockField(label="Time, where agreed", required=False)
    physician = forms.ModelChoiceField(
        label="To see", queryset=Physician.objects.none(), required=False, empty_label="The office"
    )
    reason = LineFormField(
        label="Why",
        required=False,
        screened=True,
        max_length=PlannedVisit.reason.field.max_length,
    )

    def __init__(self, *args: Any, practice: Practice, viewer: User, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        here = practice.affiliations.all().current(on)
        physicians = Physician.objects.visible_to(viewer).filter(pk__in=here.values("physician"))
        offer_rows(self, "physician", physicians)
        if viewer.sees_all_territories:
            self.fields["liaison"] = forms.ModelChoiceField(
                label="Who goes", queryset=people_at(practice, viewer=viewer, on=on)
            )

    def stop(self) -> Stop:
        said = self.cleaned_data
        return Stop(
            planned_on=said["planned_on"],
            physician=said["physician"],
            starts_at=said["starts_at"],
            reason=said["reason"],
        )


class OtherDayForm(forms.Form):
    to = DayField(label="Other day")
