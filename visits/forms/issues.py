"""Small forms of an issue: what was done, who was told, why it is open again, who has it now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import Territory, User
from contacts.models import Practice
from liaison_crm.core.fields import LineFormField, ProseFormField
from referrals.models import ServiceLine
from visits.forms.narrowing import Narrowing, RowField
from visits.forms.offering import offer_choices, offer_rows
from visits.forms.people import OfficePeople
from visits.issues.models import Category, Issue, Outsider
from visits.issues.services import Telling

FEW_LINES = forms.Textarea(attrs={"rows": 3})


class AnswerForm(forms.Form):
    answer = ProseFormField(
        label="What was done",
        screened=True,
        max_length=2000,
        widget=FEW_LINES,
        help_text="In words the office can be told.",
    )


class RemarkForm(forms.Form):
    words = ProseFormField(
        label="A word to whoever sees to it",
        screened=True,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )


class ReopenForm(forms.Form):
    why = LineFormField(label="Why it is open again", screened=True, max_length=200)


class TellForm(forms.Form):
    how = forms.ChoiceField(
        label="How", choices=Issue.How.choices, initial=Issue.How.PHONE, widget=forms.RadioSelect
    )
    to = forms.ChoiceField(label="Whom", required=False)

    def __init__(self, *args: Any, issue: Issue, office: OfficePeople, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        offer_choices(self, "to", [("", "The office"), *office.choices()])
        self.initial.setdefault("to", _raiser(issue))

    def telling(self) -> Telling:
        physicians, staff = self.office.chosen([self.cleaned_data["to"]])
        return Telling(
            how=self.cleaned_data["how"],
            to_physician=physicians[0] if physicians else None,
            to_staff=staff[0] if staff else None,
        )


def _raiser(issue: Issue) -> str:
    """Whoever raised it there is the one to tell."""
    if issue.said_by_physician_id:
        return f"p{issue.said_by_physician_id}"
    return f"s{issue.said_by_staff_id}" if issue.said_by_staff_id else ""


class SeesToIt(forms.ChoiceField):
    """A colleague or somebody outside the team, as one list: "u7" or "o3"."""

    def offer(self, viewer: User, *, besides: object = None) -> None:
        self.people: dict[str, User | Outsider] = {}
        colleagues = User.objects.visible_to(viewer).active().order_by("name", "pk")
        outsiders = Outsider.objects.visible_to(viewer).standing()
        groups = (
            ("Colleagues", [(f"u{one.pk}", one) for one in colleagues if one != besides]),
            ("By a link, without an account", [(f"o{o.pk}", o) for o in outsiders if o != besides]),
        )
        for _, people in groups:
            self.people.update(people)
        named = [(title, [(key, str(one)) for key, one in people]) for title, people in groups]
        self.choices = [("", "Choose"), *((title, them) for title, them in named if them)]

    def chosen(self, value: str) -> User | Outsider:
        return self.people[value]


class HandIssueOnForm(forms.Form):
    to = SeesToIt(label="Hand on to")

    def __init__(self, *args: Any, issue: Issue, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, SeesToIt)  # declared above
        field.offer(viewer, besides=issue.answers)
        self.field = field

    def chosen(self) -> User | Outsider:
        return self.field.chosen(self.cleaned_data["to"])


class IssuesNarrowing(Narrowing):
    STATES = (("open", "Open"), ("overdue", "Overdue"), ("untold", "Not told"), ("closed", "Told"))

    state = forms.ChoiceField(
        required=False, choices=[*STATES, ("all", "All")], widget=forms.HiddenInput
    )
    category = forms.ChoiceField(
        required=False, choices=[("", "Everything"), *Category.choices], label="About"
    )
    service_line = forms.ModelChoiceField(
        ServiceLine.objects.none(), required=False, empty_label="All services", label="Service"
    )
    owner = RowField(User.objects.none(), required=False)
    outsider = RowField(Outsider.objects.none(), required=False)
    practice = RowField(Practice.objects.none(), required=False)
    no_line = forms.BooleanField(required=False, widget=forms.HiddenInput)
    mine = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, asked: QueryDict, *, viewer: User) -> None:
        super().__init__(asked)
        offer_rows(self, "service_line", ServiceLine.objects.visible_to(viewer))
        offer_rows(self, "owner", User.objects.visible_to(viewer))
        offer_rows(self, "outsider", Outsider.objects.visible_to(viewer))
        offer_rows(self, "practice", Practice.objects.visible_to(viewer))

    @property
    def chosen(self) -> dict[str, Any]:
        names = ("category", "service_line", "owner", "outsider", "practice")
        chosen = {name: self.cleaned_data[name] for name in names}
        if self.cleaned_data["no_line"]:
            chosen["service_line__isnull"] = True
        return chosen


class TrendNarrowing(Narrowing):
    territory = forms.ModelChoiceField(
        Territory.objects.none(), required=False, empty_label="All territories"
    )

    def __init__(self, asked: QueryDict, *, viewer: User) -> None:
        super().__init__(asked)
        offer_rows(self, "territory", Territory.objects.visible_to(viewer))
