"""Plans, suggestions, tiers and coverage over HTTP: the same services the pages call."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from accounts.models import User
from accounts.workdays.reports import team_workdays
from liaison_crm.core.api.filtering import checked
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.api.views import Listed, Retrieved
from visits import services
from visits.api.filters import (
    CoverageFilter,
    DismissalsFilter,
    PlansFilter,
    SuggestionsFilter,
    TiersFilter,
)
from visits.api.plan_serializers import (
    AcceptIn,
    CadenceChange,
    CadenceOut,
    CoverageOut,
    DismissalOut,
    DismissIn,
    OrderedOut,
    OrderIn,
    PlanChange,
    PlanIn,
    PlanOut,
    PracticeTierIn,
    PracticeTierOut,
    SuggestionsOut,
    TravelIn,
)
from visits.days import day_for
from visits.models import PlannedVisit
from visits.planning import covering, tiering
from visits.planning.answering import accept_suggestion, dismiss_suggestion, undo_dismissal
from visits.planning.days import day_plan
from visits.planning.models import Cadence, CoverageGoal, Dismissal, PracticeTier
from visits.planning.routing import order_by_travel
from visits.planning.suggesting import Asked, suggestions

MOST = 50


class Plans(Listed, Retrieved, PersonViewSet):
    """Stops on the days of liaisons: one's own, and for managers everybody's."""

    serializer_class = PlanOut
    filterset_class = PlansFilter
    orderings: ClassVar = {
        "planned_on": ("planned_on", "position", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    takes: ClassVar = {
        "create": PlanIn,
        "partial_update": PlanChange,
        "drop": Nothing,
        "restore": Nothing,
        "order": OrderIn,
        "by_travel": TravelIn,
    }

    def get_queryset(self) -> QuerySet[PlannedVisit]:
        return PlannedVisit.objects.visible_to(self.person).select_related("practice", "liaison")

    def create(self, request: Request) -> Response:
        return self.created(self._plan)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Move the stop to another day, behind those already there."""
        to = self.given()["planned_on"]
        with self.as_read(pk) as plan:
            today = day_for(plan.liaison, timezone.now())
            services.replan_visit(plan, by=self.person, today=today, to=to)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """Take it off its day; `restore` puts it back."""
        self.given_nothing()
        services.drop_plan(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Put a dropped stop back on its day."""
        self.given_nothing()
        services.restore_plan(self.get_object(), by=self.person)
        return self.shown_row(self.get_object())

    @extend_schema(responses=OrderedOut)
    @action(detail=False, methods=["post"])
    def order(self, request: Request) -> Response:
        """Put a day's open stops into an order, if the day still is as you saw it."""
        given, liaison = self._day()
        services.order_stops(
            liaison,
            by=self.person,
            on=given["day"],
            order=given["order"],
            seen=given["seen"],
        )
        day = day_plan(liaison, viewer=self.person, on=given["day"])
        told = {"order": day.order, "miles_before": day.miles, "miles_now": day.miles}
        return Response(OrderedOut(told).data)

    @extend_schema(responses=OrderedOut)
    @action(detail=False, methods=["post"], url_path="by-travel")
    def by_travel(self, request: Request) -> Response:
        """Put them into the order with the fewest miles that keeps agreed times and open doors."""
        given, liaison = self._day()
        done = order_by_travel(liaison, by=self.person, on=given["day"], seen=given["seen"])
        told = {"order": done.now, "miles_before": done.miles_before, "miles_now": done.miles_now}
        return Response(OrderedOut(told).data)

    def _day(self) -> tuple[dict[str, Any], User]:
        given = self.given()
        return given, given.pop("liaison") or self.person

    def _plan(self) -> PlannedVisit:
        given = self.given()
        practice, liaison = given.pop("practice"), given.pop("liaison") or self.person
        return services.plan_visit(
            practice,
            by=self.person,
            today=day_for(liaison, timezone.now()),
            stop=services.Stop(**given),
            liaison=liaison,
        )


class Suggestions(PersonViewSet):
    """Practices worth a visit on a day, best first, each with its reasons."""

    serializer_class = PlanOut
    filterset_class = SuggestionsFilter
    pagination_class = None
    takes: ClassVar = {"accept": AcceptIn, "dismiss": DismissIn}
    keyed = ()

    def get_queryset(self) -> QuerySet[PlannedVisit]:
        return PlannedVisit.objects.visible_to(self.person)

    @extend_schema(responses=SuggestionsOut(many=False))
    def list(self, request: Request) -> Response:
        """For `day`, by default today; for managers of `liaison`."""
        asked = checked(self).form.cleaned_data
        now, liaison = timezone.now(), self._liaison(asked["liaison"])
        day = asked["day"] or day_for(liaison, now)
        stops = day_plan(liaison, viewer=self.person, on=day).places
        found = suggestions(
            Asked(liaison, day, now),
            viewer=self.person,
            workdays=team_workdays(),
            stops=stops,
            limit=MOST,
        )
        return Response(SuggestionsOut(found).data)

    @extend_schema(responses={201: PlanOut})
    @action(detail=False, methods=["post"])
    def accept(self, request: Request) -> Response:
        """Take a suggested practice onto the day, with the reason it was suggested for."""
        given, asked = self._asked()
        plan = accept_suggestion(given["practice"], by=self.person, asked=asked)
        return Response(PlanOut(plan).data, status=201)

    @extend_schema(responses={201: DismissalOut})
    @action(detail=False, methods=["post"])
    def dismiss(self, request: Request) -> Response:
        """Suggest it no more for the reasons it has, until they change or some days are over."""
        given, asked = self._asked()
        dismissal = dismiss_suggestion(
            given["practice"],
            by=self.person,
            asked=asked,
            why=given["why"],
            words=given["words"],
        )
        return Response(DismissalOut(dismissal).data, status=201)

    def _asked(self) -> tuple[dict[str, Any], Asked]:
        given = self.given()
        liaison = given.pop("liaison") or self.person
        return given, Asked(liaison, given["day"], timezone.now())

    def _liaison(self, pk: int | None) -> User:
        if pk is None or pk == self.person.pk:
            return self.person
        if not self.person.sees_all_territories:
            raise PermissionDenied
        found = User.objects.visible_to(self.person).filter(pk=pk).first()
        return found or self.person


class Dismissals(Listed, Retrieved, PersonViewSet):
    """Suggestions that were declined, and why."""

    serializer_class = DismissalOut
    filterset_class = DismissalsFilter
    orderings: ClassVar = {"dismissed_at": ("dismissed_at", "pk"), "id": ("pk",)}
    usual_order = "-dismissed_at"
    takes: ClassVar = {"undo": Nothing}

    def get_queryset(self) -> QuerySet[Dismissal]:
        return Dismissal.objects.visible_to(self.person).select_related("practice")

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Let the practice be suggested again."""
        self.given_nothing()
        undo_dismissal(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())


class Tiers(Listed, Retrieved, PersonViewSet):
    """Which tier each practice has. Managers give them."""

    serializer_class = PracticeTierOut
    filterset_class = TiersFilter
    orderings: ClassVar = {"tier": ("tier", "pk"), "id": ("pk",)}
    takes: ClassVar = {"create": PracticeTierIn}

    def get_queryset(self) -> QuerySet[PracticeTier]:
        return PracticeTier.objects.visible_to(self.person).select_related("practice")

    def create(self, request: Request) -> Response:
        """Give a practice its tier, in place of the one it has."""
        return self.created(self._give)

    def _give(self) -> PracticeTier:
        given = self.given()
        row = tiering.set_tier(given["practice"], given["tier"], by=self.person, at=timezone.now())
        assert row is not None  # a blank tier does not come through the body
        return row


class Cadences(Listed, Retrieved, PersonViewSet):
    """The days between two visits to a practice of each tier. Managers set them."""

    serializer_class = CadenceOut
    orderings: ClassVar = {"tier": ("tier", "pk"), "id": ("pk",)}
    takes: ClassVar = {"partial_update": CadenceChange}

    def get_queryset(self) -> QuerySet[Cadence]:
        return Cadence.objects.visible_to(self.person)

    def partial_update(self, request: Request, pk: str) -> Response:
        days = self.given()["days"]
        with self.as_read(pk) as cadence:
            goal = CoverageGoal.objects.visible_to(self.person).the_one().percent
            tiering.set_cadences({cadence.tier: days}, goal=goal, by=self.person)
        return self.shown_row(self.get_object())


class Coverages(PersonViewSet):
    """Which share of A, B and C practices was seen within its cadence, by territory."""

    serializer_class = CadenceOut
    filterset_class = CoverageFilter
    pagination_class = None

    def get_queryset(self) -> QuerySet[Cadence]:
        return Cadence.objects.visible_to(self.person)

    @extend_schema(responses=CoverageOut(many=False))
    def list(self, request: Request) -> Response:
        """Of the territories the person who asks works today; for managers of all."""
        checked(self)
        now = timezone.now()
        found = covering.coverage(self.person, on=day_for(self.person, now), now=now)
        return Response(CoverageOut(found).data)
