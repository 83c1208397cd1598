"""What a list may be narrowed by. A parameter nobody knows is a mistake, never ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from accounts.models import Territory, User
from contacts.models import Physician, Practice
from liaison_crm.core.keyset import Place
from liaison_crm.core.periods import LONGEST_CHART_MONTHS, DateRange, Month
from referrals.models import Facility, ServiceLine, Status
from visits.forms.days import DayField
from visits.forms.offering import offer_rows
from visits.models import Visit

ROW_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


class RowField(forms.ModelChoiceField[Any]):
    """Names one row by its id, in plain digits, without loading all the others."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if not ROW_ID.fullmatch(str(value)):
            raise forms.ValidationError("There is no such row.", code="invalid_choice")
        return super().to_python(value)


class MonthField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return Month.parse(text) if text else None


class Narrowing(forms.Form):
    """A filter in the address. `after` and `before` say which part of the list is shown."""

    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    from_to: ClassVar[tuple[str, str] | None] = None

    def __init__(self, asked: QueryDict, **kwargs: Any) -> None:
        super().__init__(asked, **kwargs)
        self.asked = asked

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unknown = sorted(set(self.asked) - set(self.fields))
        if unknown:
            raise forms.ValidationError(f"There is no filter “{unknown[0][:40]}”.", code="unknown")
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            self.add_error("to", forms.ValidationError("Ends before it starts.", code="inverted"))
        return cleaned

    @property
    def place(self) -> Place:
        return Place(self.cleaned_data.get("after"), self.cleaned_data.get("before"))

    def controls(self) -> Iterator[Any]:
        """The fields a person sees, in order."""
        return (one for one in self.visible_fields() if one.name not in {"after", "before"})


class VisitsNarrowing(Narrowing):
    FACTS = ("practice", "physician", "outcome", "liaison", "territory")

    practice = RowField(Practice.objects.none(), required=False)
    physician = RowField(Physician.objects.none(), required=False)
    outcome = forms.ChoiceField(required=False, choices=[("", "Any"), *Visit.Outcome.choices])
    liaison = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everyone")
    territory = forms.ModelChoiceField(
        Territory.objects.none(), required=False, empty_label="All territories"
    )

    def __init__(self, asked: QueryDict, *, viewer: User) -> None:
        super().__init__(asked)
        self.fields["from"] = DayField(label="From", required=False)
        self.fields["to"] = DayField(label="To", required=False)
        offer_rows(self, "practice", Practice.objects.visible_to(viewer))
        offer_rows(self, "physician", Physician.objects.visible_to(viewer))
        offer_rows(self, "liaison", User.objects.visible_to(viewer).order_by("name", "pk"))
        offer_rows(self, "territory", Territory.objects.visible_to(viewer))
        self.viewer = viewer

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS}

    def moments(self) -> tuple[datetime | None, datetime | None]:
        """From the first moment of the first day to the last of the last, in the person's zone."""
        zone = ZoneInfo(self.viewer.time_zone)
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        start = DateRange.inclusive(first, first).moments(zone)[0] if first else None
        end = DateRange.inclusive(last, last).moments(zone)[1] if last else None
        return start, end


class FollowUpsNarrowing(Narrowing):
    STATES = (("open", "Open"), ("overdue", "Overdue"), ("untold", "To tell"), ("kept", "Kept"))

    state = forms.ChoiceField(required=False, choices=STATES)
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Everyone")
    practice = RowField(Practice.objects.none(), required=False)
    everyone = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: QueryDict, *, viewer: User) -> None:
        super().__init__(asked)
        offer_rows(self, "owner", User.objects.visible_to(viewer).order_by("name", "pk"))
        offer_rows(self, "practice", Practice.objects.visible_to(viewer))


class ReferralsNarrowing(Narrowing):
    TOLD = (
        ("", "Anyone"),
        ("by_hand", "Us, by hand"),
        ("only_by_hand", "Only us"),
        ("by_feed_too", "Us and a feed"),
    )
    NETWORK = (("", "All"), ("in", "In network"), ("out", "Out of network"))

    practice = RowField(Practice.objects.none(), required=False)
    physician = RowField(Physician.objects.none(), required=False)
    month = MonthField(required=False, widget=forms.HiddenInput)
    service_line = forms.ModelChoiceField(
        ServiceLine.objects.none(), required=False, empty_label="All services"
    )
    destination = forms.ModelChoiceField(
        Facility.objects.none(), required=False, empty_label="All destinations"
    )
    network = forms.ChoiceField(required=False, choices=NETWORK)
    status = forms.ChoiceField(required=False, choices=[("", "Any"), *Status.choices])
    told = forms.ChoiceField(required=False, choices=TOLD, label="Told by")
    territory = forms.ModelChoiceField(
        Territory.objects.none(), required=False, empty_label="All territories"
    )

    def __init__(self, asked: QueryDict, *, viewer: User) -> None:
        super().__init__(asked)
        months = forms.TextInput(attrs={"type": "month"})
        self.fields["from"] = MonthField(label="From", required=False, widget=months)
        self.fields["to"] = MonthField(label="To", required=False, widget=months)
        offer_rows(self, "practice", Practice.objects.visible_to(viewer))
        offer_rows(self, "physician", Physician.objects.visible_to(viewer))
        offer_rows(self, "territory", Territory.objects.visible_to(viewer))
        offer_rows(self, "service_line", ServiceLine.objects.visible_to(viewer))
        offer_rows(self, "destination", Facility.objects.visible_to(viewer))

    def span(self) -> DateRange | None:
        """The months asked for; one end alone reaches five years."""
        only, said = self.cleaned_data.get("month"), self.cleaned_data
        if only:
            return DateRange.of_months(only, only)
        first: Month | None = said.get("from") or said.get("to")
        last: Month | None = said.get("to") or said.get("from")
        if first is None or last is None:
            return None
        if not said.get("from"):
            first -= LONGEST_CHART_MONTHS - 1
        if not said.get("to"):
            last += LONGEST_CHART_MONTHS - 1
        return DateRange.of_months(first, last).at_most_months()
