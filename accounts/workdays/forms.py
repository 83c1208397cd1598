"""A day off of the team's own."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import ClosedDay
from liaison_crm.core.fields import LineFormField
from liaison_crm.core.periods import EARLIEST, LATEST, parse_iso_date


class CalendarDayField(forms.DateField):
    """A day as YYYY-MM-DD, between 1990 and 2100."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            return parse_iso_date(value.strip())
        return super().to_python(value)


class CloseDayForm(forms.Form):
    day = CalendarDayField(label="Which day")
    name = LineFormField(
        label="What is it called",
        max_length=ClosedDay.name.field.max_length,
        widget=forms.TextInput(attrs={"placeholder": "Day after Thanksgiving"}),
    )


class WorkHolidayForm(forms.Form):
    day = CalendarDayField(widget=forms.HiddenInput)


class YearForm(forms.Form):
    year = forms.IntegerField(required=False, min_value=EARLIEST.year, max_value=LATEST.year)
