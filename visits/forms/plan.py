"""Answers to suggestions, the order of a day, when an office welcomes a visit, where days start."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms

from contacts.models import Practice, WelcomeWindow
from liaison_crm.core.fields import LineFormField
from visits.forms.days import ClockField
from visits.planning.models import Cadence, CoverageGoal, Dismissal, Tier
from visits.planning.proposing import Shares

ID_LIST = re.compile(r"[0-9]{1,18}(,[0-9]{1,18}){0,99}", re.ASCII)
HUNDRED = 100


class IdsField(forms.CharField):
    """Ids in their order, as a page writes them: 3,9,7."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return ()
        if not ID_LIST.fullmatch(text):
            raise forms.ValidationError("These are no stops.", code="ids")
        return tuple(int(part) for part in text.split(","))


class SeenForm(forms.Form):
    """The day as the page showed it."""

    seen = IdsField(required=False)


class OrderForm(SeenForm):
    order = IdsField()


class DismissForm(forms.Form):
    why = forms.ChoiceField(choices=Dismissal.Why.choices)
    words = LineFormField(required=False, max_length=Dismissal.words.field.max_length)


class StartForm(forms.Form):
    zip_code = forms.RegexField(
        r"\A[0-9]{5}\Z",
        label="ZIP code where your day starts",
        required=False,
        help_text="The middle of that area counts, so no home address is kept.",
        error_messages={"invalid": "A ZIP code has five digits."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )


class WindowsForm(forms.Form):
    """One window a weekday; a day left blank is a day on which they see nobody."""

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        known: dict[str, time] = {}
        for window in practice.windows.all():
            known[f"from_{window.weekday}"] = window.opens_at
            known[f"to_{window.weekday}"] = window.closes_at
        super().__init__(*args, **{**kwargs, "initial": known})
        for weekday, name in WelcomeWindow.Weekday.choices:
            for end, word in (("from", "from"), ("to", "to")):
                field = ClockField(label=f"{name} {word}", required=False)
                # The page shows the names of the days once for both, so each says its own.
                field.widget.attrs["aria-label"] = field.label
                self.fields[f"{end}_{weekday}"] = field

    @property
    def days(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [
            (name, self[f"from_{weekday}"], self[f"to_{weekday}"])
            for weekday, name in WelcomeWindow.Weekday.choices
        ]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        for weekday, name in WelcomeWindow.Weekday.choices:
            opens, closes = said.get(f"from_{weekday}"), said.get(f"to_{weekday}")
            if (opens is None) != (closes is None):
                self.add_error(None, f"{name} needs both times, or none.")
            elif opens and closes and closes <= opens:
                self.add_error(None, f"{name} ends before it starts.")
        return said

    def week(self) -> dict[int, tuple[time, time]]:
        said = self.cleaned_data
        return {
            weekday: (said[f"from_{weekday}"], said[f"to_{weekday}"])
            for weekday in WelcomeWindow.Weekday.values
            if said[f"from_{weekday}"]
        }


class TierForm(forms.Form):
    tier = forms.ChoiceField(choices=[("", "None"), *Tier.choices], required=False)


class CadencesForm(forms.Form):
    """Days between visits for each tier, and the goal."""

    goal = forms.IntegerField(label="Goal, percent seen in time", min_value=1, max_value=HUNDRED)

    def __init__(self, *args: Any, known: list[Cadence], goal: CoverageGoal, **kwargs: Any):
        initial = {f"days_{one.tier}": one.days for one in known}
        super().__init__(*args, **{**kwargs, "initial": {**initial, "goal": goal.percent}})
        days = {
            f"days_{tier}": forms.IntegerField(
                label=f"{tier}, days between visits", min_value=1, max_value=730
            )
            for tier in Tier.values
        }
        self.fields = {**days, **self.fields}

    def days(self) -> dict[str, int]:
        return {tier: self.cleaned_data[f"days_{tier}"] for tier in Tier.values}


class SharesForm(forms.Form):
    """How many of a hundred practices become A, B and C."""

    a = forms.IntegerField(label="A, percent", min_value=0, max_value=HUNDRED)
    b = forms.IntegerField(label="B, percent", min_value=0, max_value=HUNDRED)
    c = forms.IntegerField(label="C, percent", min_value=0, max_value=HUNDRED)
    only_new = forms.BooleanField(label="Only practices without a tier", required=False)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if sum(said.get(name) or 0 for name in "abc") > HUNDRED:
            self.add_error(None, "A, B and C are a hundred percent at most.")
        return said

    def shares(self) -> Shares:
        return Shares(**self.cleaned_data)
