"""Issues as records: admins look and export, and set who sees to what."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from accounts.desk import ReadOnlyAdmin, ReadOnlyInline, RecordForm, ServiceAdmin
from accounts.http import signed_in
from visits.issues import services
from visits.issues.clock import Targets
from visits.issues.models import Issue, IssueLink, IssueRule, IssueStep, Outsider


class StepsInline(ReadOnlyInline):
    model = IssueStep
    fields = ("at", "kind", "by", "by_outsider", "words")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by", "by_outsider")


@admin.register(Issue)
class IssueAdmin(ReadOnlyAdmin[Issue]):
    """Moved on the issue's own page, so that its story is whole."""

    list_display = ("said", "practice", "category", "service_line", "state", "raised_at", "due_at")
    list_filter = ("state", "category", "service_line", "source", "practice__territory")
    search_fields = ("said__icontains", "practice__name__istartswith")
    list_select_related = ("practice", "service_line")
    inlines = (StepsInline,)
    ordering = ("-raised_at", "-pk")
    export_also = ("practice__name", "service_line__name", "owner__name", "outsider__name")

    def view_on_site(self, obj: Issue) -> str:
        return obj.get_absolute_url()


@admin.register(IssueStep)
class IssueStepAdmin(ReadOnlyAdmin[IssueStep]):
    list_display = ("at", "kind", "issue", "by", "by_outsider")
    list_filter = ("kind",)
    search_fields = ("issue__said__icontains",)
    list_select_related = ("issue", "by", "by_outsider")
    ordering = ("-at", "-pk")


@admin.register(IssueLink)
class IssueLinkAdmin(ReadOnlyAdmin[IssueLink]):
    """When a letter went out and how long its link works; what the address carries is nowhere."""

    list_display = ("issue", "outsider", "made_at", "expires_at", "notified_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("issue__said__icontains", "outsider__name__istartswith")
    list_select_related = ("issue", "outsider")
    exclude = ("key",)
    ordering = ("-made_at", "-pk")


class RuleForm(RecordForm):
    class Meta:
        model = IssueRule
        fields = (
            "category",
            "service_line",
            "owner",
            "outsider",
            "acknowledge_within_hours",
            "resolve_within_hours",
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if bool(cleaned.get("owner")) is bool(cleaned.get("outsider")):
            self.add_error(None, "Choose a colleague or somebody outside the team.")
        return cleaned


@admin.register(IssueRule)
class IssueRuleAdmin(ServiceAdmin[IssueRule]):
    form = RuleForm
    list_display = ("__str__", "owner", "outsider", "acknowledge_within_hours", "dropped_at")
    list_filter = ("category", "service_line", ("dropped_at", admin.EmptyFieldListFilter))
    search_fields = ("owner__name__istartswith", "outsider__name__istartswith")
    list_select_related = ("owner", "outsider", "service_line")
    autocomplete_fields = ("service_line", "owner", "outsider")
    ordering = ("category", "service_line", "pk")

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> IssueRule:
        return services.set_rule(by=signed_in(request), terms=_terms(facts))

    def edit_record(self, request: HttpRequest, row: IssueRule, facts: dict[str, Any]) -> None:
        names = [field for field in RuleForm.Meta.fields if field not in facts]
        told = {**{name: getattr(row, name) for name in names}, **facts}
        services.set_rule(by=signed_in(request), terms=_terms(told), rule=row)

    def delete_model(self, request: HttpRequest, obj: IssueRule) -> None:
        services.drop_rule(obj, by=signed_in(request), at=timezone.now())


@admin.register(Outsider)
class OutsiderAdmin(ServiceAdmin[Outsider]):
    list_display = ("name", "email", "dropped_at")
    search_fields = ("name__istartswith", "email__istartswith")
    fields = ("name", "email")
    ordering = ("name", "pk")

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> Outsider:
        return services.add_outsider(by=signed_in(request), **facts)

    def edit_record(self, request: HttpRequest, row: Outsider, facts: dict[str, Any]) -> None:
        told = {"name": row.name, "email": row.email, **facts}
        services.change_outsider(row, by=signed_in(request), **told)

    def delete_model(self, request: HttpRequest, obj: Outsider) -> None:
        services.drop_outsider(obj, by=signed_in(request), at=timezone.now())


def _terms(facts: dict[str, Any]) -> services.RuleTerms:
    return services.RuleTerms(
        category=facts["category"],
        service_line=facts["service_line"],
        to=facts["owner"] or facts["outsider"],
        targets=Targets(facts["acknowledge_within_hours"], facts["resolve_within_hours"]),
    )
