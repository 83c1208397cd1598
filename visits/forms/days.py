"""Days and times, typed into the browser's own calendar and clock."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from liaison_crm.core.periods import parse_iso_date


class DayField(forms.DateField):
    """A day as YYYY-MM-DD, between 1990 and 2100."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and value.strip():
            return parse_iso_date(value.strip())
        return super().to_python(value)


class ClockField(forms.TimeField):
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
