"""Raising an issue: on a page of its own, and as a part of the screen that logs a visit."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from accounts.models import User
from contacts.models import Physician, Practice, StaffMember
from liaison_crm.core.fields import LineFormField, ProseFormField
from referrals.models import ServiceLine
from visits.forms.offering import offer_choices, offer_rows
from visits.forms.people import OfficePeople
from visits.forms.sections import Section
from visits.issues.models import Category, Issue
from visits.issues.services import Complaint, RaisedThere, Telling, ToldThere
from visits.models import Visit
from visits.services import Alongside

LONGEST_SAID = Issue.said.field.max_length
ANY_LINE = "No particular service"


class KnownIssues(forms.MultipleChoiceField):
    """Names issues by id. One that is settled meanwhile is passed over, not refused: the screen
    may have waited for hours without a signal."""

    def validate(self, value: Any) -> None:
        pass


class IssueSection(Section):
    """Raise one in two taps; and tick what was fixed and is told on this visit."""

    issue_told = KnownIssues(
        label="Fixed since. Did you tell them?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    issue_category = forms.ChoiceField(
        label="What is wrong?",
        choices=[*Category.choices, ("", "Nothing")],
        required=False,
        widget=forms.RadioSelect,
    )
    issue_said = LineFormField(
        label="In their words",
        required=False,
        screened=True,
        max_length=LONGEST_SAID,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    issue_line = forms.ModelChoiceField(
        ServiceLine.objects.none(), label="With which service", required=False, empty_label=ANY_LINE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fixed = Issue.objects.visible_to(self.liaison).fixed_and_untold()
        self.fixed = list(fixed.filter(practice=self.practice).order_by("resolved_at", "pk"))
        offer_choices(self, "issue_told", [(issue.pk, issue.said) for issue in self.fixed])
        offer_rows(self, "issue_line", ServiceLine.objects.visible_to(self.liaison))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("issue_said") and not cleaned.get("issue_category"):
            self.add_error("issue_category", "Choose what it is about.")
        if cleaned.get("outcome") == Visit.Outcome.NO_ACCESS:
            cleaned["issue_told"] = []
        return cleaned

    @property
    def issue_begun(self) -> bool:
        """Something stands in the part, so it must show."""
        names = ("issue_category", "issue_said", "issue_line")
        return any(self[name].value() or self[name].errors for name in names)

    def alongside(self) -> tuple[Alongside, ...]:
        return (*super().alongside(), *self._told(), *self._raised())

    def _told(self) -> tuple[Alongside, ...]:
        ticked = set(self.cleaned_data["issue_told"])
        told = tuple(issue for issue in self.fixed if str(issue.pk) in ticked)
        if not told:
            return ()
        physician, staff = self._met_alone()
        how = TOLD_BY.get(self.cleaned_data["channel"], Issue.How.IN_PERSON)
        return (ToldThere(told, Telling(how=how, to_physician=physician, to_staff=staff)),)

    def _raised(self) -> tuple[Alongside, ...]:
        """Said by the one person who was met; by the office if there were more."""
        said = self.cleaned_data
        if not said["issue_category"]:
            return ()
        physician, staff = self._met_alone()
        complaint = Complaint(
            category=said["issue_category"],
            said=said["issue_said"] or str(Category(said["issue_category"]).label),
            service_line=said["issue_line"],
            by_physician=physician,
            by_staff=staff,
            client_key=uuid.uuid5(said["client_key"], "issue"),
        )
        return (RaisedThere(complaint),)

    def _met_alone(self) -> tuple[Physician | None, StaffMember | None]:
        physicians, staff = self.office.chosen(self.cleaned_data["people"])
        if len(physicians) + len(staff) != 1 or self.cleaned_data.get("newcomer"):
            return None, None
        return (physicians[0] if physicians else None), (staff[0] if staff else None)


TOLD_BY = {Visit.Channel.PHONE: Issue.How.PHONE}


class IssueForm(forms.Form):
    """An issue raised from the page of a practice."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    category = forms.ChoiceField(
        label="What is wrong?",
        choices=Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is about."},
    )
    said = LineFormField(
        label="In their words",
        screened=True,
        max_length=LONGEST_SAID,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    service_line = forms.ModelChoiceField(
        ServiceLine.objects.none(), label="With which service", required=False, empty_label=ANY_LINE
    )
    by = forms.ChoiceField(label="Who said so", required=False)
    detail = ProseFormField(
        label="More about it",
        required=False,
        screened=True,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="No names of patients: who sees to it reads this.",
    )

    def __init__(
        self, *args: Any, practice: Practice, office: OfficePeople, viewer: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        self.office = office
        offer_choices(self, "by", [("", "The office"), *office.choices()])
        offer_rows(self, "service_line", ServiceLine.objects.visible_to(viewer))

    def complaint(self) -> Complaint:
        said = self.cleaned_data
        physicians, staff = self.office.chosen([said["by"]])
        return Complaint(
            category=said["category"],
            said=said["said"],
            detail=said["detail"],
            service_line=said["service_line"],
            by_physician=physicians[0] if physicians else None,
            by_staff=staff[0] if staff else None,
            client_key=said["client_key"],
        )
