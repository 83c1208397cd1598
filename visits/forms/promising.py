"""Small forms: make a promise, move it to another day, hand it on."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms

from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.fields import LineFormField
from visits.forms.days import DayField
from visits.forms.offering import offer_choices, offer_rows
from visits.forms.people import OfficePeople, people_at
from visits.models import FollowUp
from visits.services import Promise


class PromiseForm(forms.Form):
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    promise = LineFormField(
        label="What did you promise?",
        screened=True,
        max_length=FollowUp.promise.field.max_length,
    )
    to = forms.ChoiceField(label="To whom", required=False)
    due_on = DayField(label="By when")

    def __init__(self, *args: Any, office: OfficePeople, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        offer_choices(self, "to", [("", "The office"), *office.choices()])

    def made(self) -> Promise:
        said = self.cleaned_data
        physicians, staff = self.office.chosen([said["to"]])
        return Promise(
            promise=said["promise"],
            due_on=said["due_on"],
            to_physician=physicians[0] if physicians else None,
            to_staff=staff[0] if staff else None,
            client_key=said["client_key"],
        )


class DueDayForm(forms.Form):
    due_on = DayField(label="New day")


class HandOnForm(forms.Form):
    """Colleagues who work the practice, for a manager to choose from."""

    to = forms.ModelChoiceField(label="Hand on to", queryset=User.objects.none())

    def __init__(self, *args: Any, practice: Practice, viewer: User, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer_rows(self, "to", people_at(practice, viewer=viewer, on=on))
