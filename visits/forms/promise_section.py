"""The part of the log screen in which something is promised: one tap, or words of one's own."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from accounts.workdays.reports import team_workdays
from liaison_crm.core.fields import LineFormField
from visits.days import day_for
from visits.forms.sections import Section
from visits.models import FollowUp
from visits.promises.due import SPANS, USUAL, due_day
from visits.promises.reports import suggestions_at
from visits.services import Promise

NOTHING = ("", "No promise")


class WordsField(LineFormField):
    """Words chosen by a tap. What was offered may have changed since, so any words are taken."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        longest = FollowUp.promise.field.max_length
        super().__init__(required=False, screened=True, max_length=longest, **kwargs)

    def widget_attrs(self, _widget: forms.Widget) -> dict[str, Any]:
        return {}

    def offer(self, words: tuple[str, ...]) -> None:
        radios: Any = self.widget
        radios.choices = [NOTHING, *((one, one) for one in words)]


class PromiseSection(Section):
    promise_at_hand = WordsField(label="Did you promise something?")
    promise = LineFormField(
        label="What did you promise?",
        required=False,
        screened=True,
        max_length=FollowUp.promise.field.max_length,
        widget=forms.TextInput(attrs={"placeholder": "In your own words", "autocomplete": "off"}),
    )
    due = forms.ChoiceField(
        label="Due", choices=SPANS, required=False, initial=USUAL, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_hand = self.fields["promise_at_hand"]
        assert isinstance(at_hand, WordsField)  # as this class says
        at_hand.offer(suggestions_at(self.practice, viewer=self.liaison))

    def promise_made(self) -> Promise | None:
        """To the one person who was met; nobody by name if there were more. The visit's key
        makes the promise's, so that both are stored once."""
        said = self.cleaned_data
        words = said["promise"] or said["promise_at_hand"]
        if not words:
            return None
        day = day_for(self.liaison, said["held_at"])
        physicians, staff = self.office.chosen(said["people"])
        alone = len(physicians) + len(staff) == 1 and not said["newcomer"]
        return Promise(
            promise=words,
            due_on=due_day(day, said["due"] or USUAL, team_workdays()),
            to_physician=physicians[0] if alone and physicians else None,
            to_staff=staff[0] if alone and staff else None,
            client_key=uuid.uuid5(said["client_key"], "promise"),
        )
