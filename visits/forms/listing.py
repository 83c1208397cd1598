"""What the lists of physicians and practices may be narrowed and ordered by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import User
from contacts.models import Organization, Physician
from liaison_crm.core.charts.topology import county_name
from liaison_crm.core.search import search_terms
from visits.forms.narrowing import Narrowing, RowField
from visits.reports.asking import Question, TerritoryChoice
from visits.reports.lists import SORTS

ALL, MINE = "all", "mine"
UNSEEN_DAYS = (30, 60, 90, 180)


class DirectoryNarrowing(Narrowing):
    """Where a parameter is missing the list shows what is usual: active, open, my territories."""

    q = forms.CharField(label="Search", required=False)
    territory = forms.ChoiceField(required=False)
    network = forms.ChoiceField(
        required=False, choices=[("", "Any network"), *Organization.Network.choices]
    )
    unseen = forms.ChoiceField(
        label="Last seen",
        required=False,
        choices=[
            ("", "Seen any time"),
            *((str(days), f"Not seen for {days} days") for days in UNSEEN_DAYS),
        ],
    )
    falling = forms.ChoiceField(
        label="Change", required=False, choices=[("", "Any change"), ("1", "Falling")]
    )
    county = forms.RegexField(r"\A[0-9]{5}\Z", required=False, widget=forms.HiddenInput)
    organization = RowField(Organization.objects.none(), required=False)
    sort = forms.ChoiceField(
        required=False,
        choices=[(f"{way}{name}", name) for name in SORTS for way in ("", "-")],
        widget=forms.HiddenInput,
    )

    def __init__(
        self, asked: QueryDict, *, viewer: User, territories: Sequence[TerritoryChoice]
    ) -> None:
        super().__init__(asked)
        self.usual_territory = ALL if viewer.sees_all_territories else MINE
        choices = [(str(one.pk), one.name) for one in territories]
        mine = [] if viewer.sees_all_territories else [(MINE, "My territories")]
        every = [(ALL, "All territories")]
        self.fields["territory"].choices = [*mine, *every, *choices]  # type: ignore[attr-defined]  # a choice field
        self.fields["territory"].initial = self.usual_territory
        self.fields["organization"].queryset = Organization.objects.visible_to(viewer)  # type: ignore[attr-defined]  # a model choice

    def clean_q(self) -> list[str]:
        return search_terms(self.cleaned_data["q"])

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the usual is asked for; an order narrows nothing."""
        said = self.cleaned_data
        elsewhere = said["territory"] not in {"", self.usual_territory}
        parts = ("q", "county", "network", "unseen", "falling", "organization", "specialty")
        return elsewhere or bool(self.kind()) or any(said.get(name) for name in parts)

    def order(self) -> str:
        return self.cleaned_data["sort"] or "name"

    def question(self, now: datetime) -> Question:
        said: dict[str, Any] = self.cleaned_data
        territory = said["territory"] or self.usual_territory
        return Question(
            terms=said["q"],
            specialty=said.get("specialty", ""),
            status=self.status_asked(),
            mine=territory == MINE,
            territory=int(territory) if territory.isdigit() else None,
            county=said["county"],
            network=said["network"],
            organization=said["organization"],
            unseen_since=now - timedelta(days=int(said["unseen"])) if said["unseen"] else None,
            falling=bool(said["falling"]),
        )

    def clauses(self) -> str:
        """What narrows the list, as the end of a sentence that began with who is listed."""
        said = self.cleaned_data
        territory = said["territory"] or self.usual_territory
        parts = [
            f"in {said['specialty']}" if said.get("specialty") else "",
            "in my territories" if territory == MINE else "",
            f"in {self._label('territory')}" if territory.isdigit() else "",
            f"in {county_name(said['county'])}" if said["county"] else "",
            f"of {said['organization']}" if said["organization"] else "",
            f"({self._label('network').lower()})" if said["network"] else "",
            f"not seen for {said['unseen']} days" if said["unseen"] else "",
            f"matching “{' '.join(said['q'])}”" if said["q"] else "",
        ]
        return " ".join(part for part in parts if part)

    def kind(self) -> str:
        """Falling, retired, closed: what stands before the noun."""
        status = self.status_asked()
        unusual = status and status != self.fields["status"].initial
        parts = [
            "falling" if self.cleaned_data["falling"] else "",
            status if unusual else "",
        ]
        return " ".join(part for part in parts if part)

    def _label(self, name: str) -> str:
        choices = dict(self.fields[name].choices)  # type: ignore[attr-defined]  # a choice field
        return str(choices[self.cleaned_data[name]])

    def status_asked(self) -> str:
        """The usual one where none is asked for; empty for any."""
        wanted = self.cleaned_data["status"] or self.fields["status"].initial
        return "" if wanted == "any" else str(wanted)


class PhysiciansNarrowing(DirectoryNarrowing):
    specialty = forms.ChoiceField(required=False)
    status = forms.ChoiceField(
        required=False,
        choices=[*Physician.Status.choices, ("any", "Any status")],
        initial=Physician.Status.ACTIVE,
    )

    def __init__(self, asked: QueryDict, *, specialties: Sequence[str], **kwargs: Any) -> None:
        super().__init__(asked, **kwargs)
        named = [(name, name) for name in specialties]
        self.fields["specialty"].choices = [("", "Any specialty"), *named]  # type: ignore[attr-defined]  # a choice field


class PracticesNarrowing(DirectoryNarrowing):
    status = forms.ChoiceField(
        required=False,
        choices=[("open", "Open"), ("closed", "Closed"), ("any", "Any status")],
        initial="open",
    )
