"""Small forms: make a promise, keep it and tell the office, move it, hand it on."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models import User
from accounts.workdays.reports import team_workdays
from contacts.models import Practice
from liaison_crm.core.fields import LineFormField
from liaison_crm.core.periods import local_moment
from visits.forms.days import DayField
from visits.forms.offering import offer_choices, offer_rows
from visits.forms.people import OfficePeople, people_at
from visits.forms.promise_section import WordsField
from visits.models import FollowUp
from visits.promises.due import SPANS, USUAL, due_day
from visits.services import Promise, Told

ANOTHER_DAY = "day"
OFFICE, NOT_YET = "office", "later"


class PromiseForm(forms.Form):
    """Words at hand or of one's own; so long from now on a working day, or on a day."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    at_hand = WordsField(label="What did you promise?")
    promise = LineFormField(
        label="In your own words",
        required=False,
        screened=True,
        max_length=FollowUp.promise.field.max_length,
    )
    to = forms.ChoiceField(label="To whom", required=False)
    due = forms.ChoiceField(
        label="By when",
        choices=[*SPANS, (ANOTHER_DAY, "Another day")],
        required=False,
        initial=USUAL,
        widget=forms.RadioSelect,
    )
    due_on = DayField(label="Which day", required=False)

    def __init__(
        self, *args: Any, office: OfficePeople, words: tuple[str, ...], on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.on = office, on
        offer_choices(self, "to", [("", "The office"), *office.choices()])
        at_hand = self.fields["at_hand"]
        assert isinstance(at_hand, WordsField)  # as this class says
        at_hand.offer(words)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned["promise"] or cleaned["at_hand"]):
            self.add_error("promise", forms.ValidationError("Say what you promised.", "required"))
        # A day that was given counts, whatever else is chosen.
        if cleaned.get("due") == ANOTHER_DAY and not cleaned.get("due_on"):
            self.add_error("due_on", forms.ValidationError("Choose the day.", "required"))
        return cleaned

    def made(self) -> Promise:
        said = self.cleaned_data
        physicians, staff = self.office.chosen([said["to"]])
        span = said["due"] if said["due"] not in {"", ANOTHER_DAY} else USUAL
        return Promise(
            promise=said["promise"] or said["at_hand"],
            due_on=said["due_on"] or due_day(self.on, span, team_workdays()),
            to_physician=physicians[0] if physicians else None,
            to_staff=staff[0] if staff else None,
            client_key=said["client_key"],
        )


class DueDayForm(forms.Form):
    due_on = DayField(label="New day")


class ToldForm(forms.Form):
    """Whom one told that a promise was kept, and on which day. A tap that may be sent twice."""

    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    told = forms.ChoiceField(
        label="Whom did you tell?", required=False, widget=forms.RadioSelect, initial=OFFICE
    )
    on = DayField(label="When", required=False)

    def __init__(self, *args: Any, office: OfficePeople, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.today = office, today
        known = [(OFFICE, "The office"), *office.choices()]
        offer_choices(self, "told", [*known, (NOT_YET, "Nobody yet")] if self.is_bound else known)

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on and on > self.today:
            raise forms.ValidationError("This day is still to come.", "future")
        return on

    def whom(self) -> Told | None:
        """None where the office does not know it yet."""
        said = self.cleaned_data["told"]
        if said in {"", NOT_YET}:
            return None
        physicians, staff = self.office.chosen([said])
        return Told(
            to_physician=physicians[0] if physicians else None,
            to_staff=staff[0] if staff else None,
        )

    def moment(self, at: datetime, zone: ZoneInfo) -> datetime:
        """That day at noon, or `at` where it was today."""
        on = self.cleaned_data["on"]
        return at if not on or on == self.today else local_moment(on, time(12), zone)


class HandOnForm(forms.Form):
    """Colleagues who work the practice, for a manager to choose from."""

    to = forms.ModelChoiceField(label="Hand on to", queryset=User.objects.none())

    def __init__(self, *args: Any, practice: Practice, viewer: User, on: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        offer_rows(self, "to", people_at(practice, viewer=viewer, on=on))


class HandOverForm(forms.Form):
    """Promises ticked in a list, and the colleague who gets them."""

    promise = forms.ModelMultipleChoiceField(
        queryset=FollowUp.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick the promises to hand on."},
    )
    to = forms.ModelChoiceField(
        label="Hand on to",
        queryset=User.objects.none(),
        empty_label="Choose a colleague",
        error_messages={"required": "Choose a colleague."},
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "promise", FollowUp.objects.visible_to(viewer))
        offer_rows(self, "to", User.objects.visible_to(viewer).liaisons().order_by("name", "pk"))


class OwnerForm(forms.Form):
    """Whose late promises are shown."""

    owner = forms.ModelChoiceField(queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "owner", User.objects.visible_to(viewer))
