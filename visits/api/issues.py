"""Issues over HTTP: the same services the pages call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.api.views import Listed, Retrieved
from liaison_crm.core.periods import DateRange, Month, site_today
from visits.api.issue_filters import IssuesFilter
from visits.api.issue_serializers import (
    Answer,
    IssueIn,
    IssueOut,
    IssueRuleIn,
    IssueRuleOut,
    OneOwner,
    OutsiderIn,
    OutsiderOut,
    Told,
    TrendOut,
    Why,
    Words,
)
from visits.issues import services
from visits.issues.clock import Targets
from visits.issues.models import Issue, IssueRule, IssueStep, Outsider
from visits.issues.reports import issue_trend
from visits.reports.periods import recent_span

TREND_MONTHS = 12


class Issues(Listed, Retrieved, PersonViewSet):
    """What offices complain of. An issue closes only when its office was told: by `tell`."""

    serializer_class = IssueOut
    filterset_class = IssuesFilter
    orderings: ClassVar = {
        "raised_at": ("raised_at", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    usual_order = "-raised_at"
    takes: ClassVar = {
        "create": IssueIn,
        "acknowledge": Nothing,
        "remark": Words,
        "resolve": Answer,
        "tell": Told,
        "untell": Nothing,
        "reopen": Why,
        "hand_on": OneOwner,
        "withdraw": Nothing,
        "restore": Nothing,
    }

    def get_queryset(self) -> QuerySet[Issue]:
        steps = Prefetch("steps", IssueStep.objects.visible_to(self.person).order_by("at", "pk"))
        rows = Issue.objects.visible_to(self.person).select_related("practice", "owner", "outsider")
        return rows.prefetch_related(steps)

    def create(self, request: Request) -> Response:
        return self.created(self._raise)

    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Somebody sees to it."""
        return self._at_once(services.acknowledge_issue)

    @action(detail=True, methods=["post"])
    def remark(self, request: Request, pk: str) -> Response:
        """Add a word to its story."""
        return self._acted(services.remark_on_issue, **self.given())

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Say what was done. The office has not heard of it yet."""
        return self._acted(services.resolve_issue, **self.given())

    @action(detail=True, methods=["post"])
    def tell(self, request: Request, pk: str) -> Response:
        """The office was told, which closes it."""
        return self._acted(services.tell_office, telling=services.Telling(**self.given()))

    @action(detail=True, methods=["post"])
    def untell(self, request: Request, pk: str) -> Response:
        """Undo `tell`, within a week."""
        return self._at_once(services.take_back_telling)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Not fixed after all, or back within ninety days. Its clock starts anew."""
        return self._acted(services.reopen_issue, **self.given())

    @action(detail=True, methods=["post"], url_path="hand-on")
    def hand_on(self, request: Request, pk: str) -> Response:
        """Somebody else sees to it: a colleague, or an outsider, who gets a link by e-mail."""
        given = self.given()
        issue = self.get_object()
        to = given["owner"] or given["outsider"]
        services.hand_on_issue(issue, by=self.person, at=timezone.now(), to=to)
        seen = self.get_queryset().filter(pk=issue.pk).first()
        return self.shown_row(seen) if seen else Response(status=204)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """It was entered by mistake; `restore` brings it back."""
        return self._at_once(services.withdraw_issue)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Undo `withdraw`."""
        return self._at_once(services.restore_issue)

    @extend_schema(responses=TrendOut(many=True))
    @action(detail=False, methods=["get"])
    def trend(self, request: Request) -> Response:
        """Twelve months by clinic and category, those with most referrals at stake first."""
        now = timezone.now()
        last = Month.of(site_today(now))
        during = DateRange.of_months(last - (TREND_MONTHS - 1), last)
        rows = issue_trend(self.person, during=during, year=recent_span(now).shown)
        return Response(TrendOut(rows, many=True).data)

    def _at_once(self, act: Callable[..., object]) -> Response:
        self.given_nothing()
        return self._acted(act)

    def _acted(self, act: Callable[..., object], **said: Any) -> Response:
        act(self.get_object(), by=self.person, at=timezone.now(), **said)
        return self.shown_row(self.get_object())

    def _raise(self) -> Issue:
        given = self.given()
        practice, visit = given.pop("practice"), given.pop("visit")
        return services.raise_issue(
            practice,
            by=self.person,
            at=timezone.now(),
            complaint=services.Complaint(**given),
            visit=visit,
        )


class IssueRules(Listed, Retrieved, PersonViewSet):
    """Who sees to which issues, and within how many working hours. Managers set them."""

    serializer_class = IssueRuleOut
    takes: ClassVar = {"create": IssueRuleIn, "partial_update": IssueRuleIn}

    def get_queryset(self) -> QuerySet[IssueRule]:
        rows = IssueRule.objects.visible_to(self.person).standing()
        return rows.select_related("owner", "outsider", "service_line")

    def create(self, request: Request) -> Response:
        return self.created(
            lambda: services.set_rule(by=self.person, terms=_terms(IssueRule(), self.given()))
        )

    def partial_update(self, request: Request, pk: str) -> Response:
        change = self.given()
        with self.as_read(pk) as rule:
            services.set_rule(by=self.person, terms=_terms(rule, change), rule=rule)
        return self.shown_row(self.get_object())

    def destroy(self, request: Request, pk: str) -> Response:
        """Follow it no longer. Open issues stay with who has them."""
        services.drop_rule(self.get_object(), by=self.person, at=timezone.now())
        return Response(status=204)


class Outsiders(Listed, Retrieved, PersonViewSet):
    """People of the hospital who see to issues by a link, without an account."""

    serializer_class = OutsiderOut
    orderings: ClassVar = {"name": ("name", "pk"), "id": ("pk",)}
    takes: ClassVar = {"create": OutsiderIn}

    def get_queryset(self) -> QuerySet[Outsider]:
        return Outsider.objects.visible_to(self.person)

    def create(self, request: Request) -> Response:
        return self.created(lambda: services.add_outsider(by=self.person, **self.given()))


def _terms(rule: IssueRule, said: dict[str, Any]) -> services.RuleTerms:
    """What the rule says with the change; a new owner takes the place of the old one."""
    to = said.get("owner") or said.get("outsider") or rule.answers
    return services.RuleTerms(
        category=said.get("category", rule.category),
        service_line=said.get("service_line", rule.service_line),
        to=to,
        targets=Targets(
            said.get("acknowledge_within_hours", rule.acknowledge_within_hours),
            said.get("resolve_within_hours", rule.resolve_within_hours),
        ),
    )
