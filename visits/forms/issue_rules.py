"""Who sees to which issues: a rule, and somebody outside the team."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from liaison_crm.core.fields import LineFormField
from referrals.models import ServiceLine
from visits.forms.issues import SeesToIt
from visits.forms.offering import offer_rows
from visits.issues.clock import ACKNOWLEDGE_WITHIN_HOURS, RESOLVE_WITHIN_HOURS, Targets
from visits.issues.models import Category, IssueRule, Outsider
from visits.issues.models.routing import LONGEST_TARGET_HOURS
from visits.issues.services import RuleTerms


class IssueRuleForm(forms.Form):
    category = forms.ChoiceField(
        label="Issues about", required=False, choices=[("", "Anything"), *Category.choices]
    )
    service_line = forms.ModelChoiceField(
        ServiceLine.objects.none(), label="With", required=False, empty_label="Any service"
    )
    to = SeesToIt(label="Who sees to them")
    acknowledge_within_hours = forms.IntegerField(
        label="Acknowledged within",
        initial=ACKNOWLEDGE_WITHIN_HOURS,
        min_value=1,
        max_value=LONGEST_TARGET_HOURS,
        help_text="Working hours, Monday to Friday from 8 to 17.",
    )
    resolve_within_hours = forms.IntegerField(
        label="Resolved within",
        initial=RESOLVE_WITHIN_HOURS,
        min_value=1,
        max_value=LONGEST_TARGET_HOURS,
        help_text="Working hours; nine are a day.",
    )

    def __init__(
        self, data: Any = None, *, viewer: User, rule: IssueRule | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, initial=_said(rule) if rule else None, **kwargs)
        offer_rows(self, "service_line", ServiceLine.objects.visible_to(viewer))
        field = self.fields["to"]
        assert isinstance(field, SeesToIt)  # declared above
        field.offer(viewer)
        self.field = field

    def terms(self) -> RuleTerms:
        said = self.cleaned_data
        return RuleTerms(
            category=said["category"],
            service_line=said["service_line"],
            to=self.field.chosen(said["to"]),
            targets=Targets(said["acknowledge_within_hours"], said["resolve_within_hours"]),
        )


class OutsiderForm(forms.Form):
    name = LineFormField(label="Name", max_length=Outsider.name.field.max_length)
    email = forms.EmailField(label="E-mail", max_length=254)


def _said(rule: IssueRule) -> dict[str, Any]:
    return {
        "category": rule.category,
        "service_line": rule.service_line_id,
        "to": f"u{rule.owner_id}" if rule.owner_id else f"o{rule.outsider_id}",
        "acknowledge_within_hours": rule.acknowledge_within_hours,
        "resolve_within_hours": rule.resolve_within_hours,
    }
