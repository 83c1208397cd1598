"""What the page on growth may be asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from visits.forms.narrowing import Narrowing
from visits.reports.cuts import PERIODS, Choices

USUAL = "quarter"


class GrowthNarrowing(Narrowing):
    PERIOD_WORDS = (("month", "Month"), ("quarter", "Quarter"), ("year", "Year"))

    period = forms.ChoiceField(
        required=False, choices=[(name, name) for name in PERIODS], widget=forms.HiddenInput
    )
    territory = forms.ChoiceField(required=False)
    service_line = forms.ChoiceField(label="Service", required=False)

    def __init__(self, asked: QueryDict, *, choices: Choices) -> None:
        super().__init__(asked)
        self._offer("territory", "All territories", choices.territories.values())
        self._offer("service_line", "All services", choices.service_lines.values())

    def _offer(self, name: str, every: str, offered: Any) -> None:
        named = [(str(one.pk), one.name) for one in offered]
        self.fields[name].choices = [("", every), *named]  # type: ignore[attr-defined]  # a choice field

    @property
    def is_cut(self) -> bool:
        return bool(self.cleaned_data["territory"] or self.cleaned_data["service_line"])

    @property
    def period_asked(self) -> str:
        return self.cleaned_data["period"] or USUAL

    def row(self, name: str) -> int | None:
        return int(self.cleaned_data[name]) if self.cleaned_data[name] else None
