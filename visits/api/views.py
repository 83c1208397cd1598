"""Visits and promises over HTTP: the same services the pages call."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.api.views import Listed, Retrieved
from visits import services
from visits.api.filters import CorrectionsFilter, FollowUpsFilter, VisitsFilter
from visits.api.promises import KeepIn, ToldIn, promise_in, told_in
from visits.api.serializers import (
    FollowUpChange,
    FollowUpIn,
    FollowUpOut,
    HandOn,
    ReasonIn,
    TopicOut,
    VisitChange,
    VisitCorrectionIn,
    VisitCorrectionOut,
    VisitIn,
    VisitOut,
)
from visits.correcting import services as correcting
from visits.days import day_for
from visits.education.services import ToldAlongside
from visits.models import Correction, FollowUp, Topic, Visit


class Topics(Listed, Retrieved, PersonViewSet):
    """What comes up in visits."""

    serializer_class = TopicOut
    orderings: ClassVar = {"name": ("name", "pk"), "id": ("pk",)}

    def get_queryset(self) -> QuerySet[Topic]:
        return Topic.objects.visible_to(self.person)


class Visits(Listed, Retrieved, PersonViewSet):
    """Visits to the practices one works. Whoever made one corrects it for seven days."""

    serializer_class = VisitOut
    filterset_class = VisitsFilter
    orderings: ClassVar = {
        "held_at": ("held_at", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    usual_order = "-held_at"
    takes: ClassVar = {
        "create": VisitIn,
        "partial_update": VisitChange,
        "take_back": Nothing,
        "restore": Nothing,
        "correct": VisitCorrectionIn,
        "withdraw": ReasonIn,
        "reinstate": ReasonIn,
    }

    def get_queryset(self) -> QuerySet[Visit]:
        rows = Visit.ever.visible_to(self.person).select_related("practice", "liaison")
        return rows.prefetch_related("attendees", "topics", "hearings")

    def create(self, request: Request) -> Response:
        return self.created(self._log)

    def partial_update(self, request: Request, pk: str) -> Response:
        change = self.given()
        with self.as_read(pk) as visit:
            services.edit_visit(
                visit,
                by=self.person,
                at=timezone.now(),
                record=services.VisitRecord(**{**_told_by(visit), **_told(change)}),
            )
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        """It did not happen. Its open promises go with it; `restore` brings all back."""
        self.given_nothing()
        services.take_back_visit(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Bring back a visit one took back."""
        self.given_nothing()
        services.restore_visit(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """After its seven days, or by a manager: with a reason. What it said stays."""
        given, visit = self.given(), self.get_object()
        reason = _reason(given)
        record = services.VisitRecord(**{**_told_by(visit), **_told(given)})
        correcting.correct_visit(
            visit, by=self.person, at=timezone.now(), reason=reason, record=record
        )
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Like `take-back`, after its seven days and with a reason."""
        reason, visit = _reason(self.given()), self.get_object()
        correcting.withdraw_visit(visit, by=self.person, at=timezone.now(), reason=reason)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def reinstate(self, request: Request, pk: str) -> Response:
        """Like `restore`, after its seven days and with a reason."""
        reason, visit = _reason(self.given()), self.get_object()
        correcting.reinstate_visit(visit, by=self.person, at=timezone.now(), reason=reason)
        return self.shown_row(self.get_object())

    def _log(self) -> Visit:
        given = self.given()
        promise = given.pop("promise")
        practice, plan = given.pop("practice"), given.pop("plan")
        held_on = day_for(self.person, given["held_at"])
        return services.log_visit(
            practice,
            by=self.person,
            at=timezone.now(),
            record=services.VisitRecord(**_told(given)),
            promise=promise_in(promise, since=held_on) if promise else None,
            plan=plan,
        )


class Corrections(Listed, Retrieved, PersonViewSet):
    """What visits said until they were corrected with a reason. Never edited."""

    serializer_class = VisitCorrectionOut
    filterset_class = CorrectionsFilter
    orderings: ClassVar = {"made_at": ("made_at", "pk"), "id": ("pk",)}
    usual_order = "-made_at"

    def get_queryset(self) -> QuerySet[Correction]:
        return Correction.objects.visible_to(self.person).select_related("made_by")


class FollowUps(Listed, Retrieved, PersonViewSet):
    """Promises to the offices one works."""

    serializer_class = FollowUpOut
    filterset_class = FollowUpsFilter
    orderings: ClassVar = {
        "due_on": ("due_on", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    takes: ClassVar = {
        "create": FollowUpIn,
        "partial_update": FollowUpChange,
        "keep": KeepIn,
        "tell": ToldIn,
        "untell": Nothing,
        "reopen": Nothing,
        "drop": Nothing,
        "hand_on": HandOn,
    }

    def get_queryset(self) -> QuerySet[FollowUp]:
        return FollowUp.objects.visible_to(self.person).select_related("practice", "owner")

    def create(self, request: Request) -> Response:
        return self.created(self._promise)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Promise it for another day."""
        due_on = self.given()["due_on"]
        today = day_for(self.person, timezone.now())
        with self.as_read(pk) as follow_up:
            services.reschedule_follow_up(follow_up, by=self.person, today=today, due_on=due_on)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: str) -> Response:
        """The promise was kept; and told, if the body says so."""
        given = self.given() if request.data else {}
        services.keep_follow_up(
            self.get_object(),
            by=self.person,
            at=timezone.now(),
            told=told_in(given) if given.get("told") else None,
            client_key=given.get("client_key"),
        )
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def tell(self, request: Request, pk: str) -> Response:
        """The office heard that it was kept."""
        given = self.given() if request.data else {"to_physician": None, "to_staff": None}
        services.tell_office(
            self.get_object(),
            by=self.person,
            at=timezone.now(),
            told=told_in(given),
            client_key=given.get("client_key"),
        )
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def untell(self, request: Request, pk: str) -> Response:
        """Undo telling: it stays kept."""
        self.given_nothing()
        services.untell_office(self.get_object(), by=self.person)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Undo keeping or dropping it."""
        self.given_nothing()
        services.reopen_follow_up(self.get_object(), by=self.person)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """No longer wanted: neither kept nor broken."""
        self.given_nothing()
        services.drop_follow_up(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"], url_path="hand-on")
    def hand_on(self, request: Request, pk: str) -> Response:
        """A manager hands it to a colleague who works the practice."""
        owner = self.given()["owner"]
        services.reassign_follow_up(self.get_object(), by=self.person, to=owner)
        return self.shown_row(self.get_object())

    def _promise(self) -> FollowUp:
        given = self.given()
        practice, owner = given.pop("practice"), given.pop("owner")
        now = timezone.now()
        return services.make_promise(
            practice,
            by=self.person,
            at=now,
            promise=promise_in(given, since=day_for(self.person, now)),
            owner=owner,
        )


def _reason(given: dict[str, Any]) -> correcting.Reason:
    """Takes the reason out of what was given."""
    words, key = given.pop("reason"), given.pop("client_key", None)
    return correcting.Reason(words=words, **({"client_key": key} if key else {}))


def _told(given: dict[str, Any]) -> dict[str, Any]:
    """The rows met, the topics and the messages as the service takes them."""
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    messages = told.pop("messages_told", None)
    return told if messages is None else {**told, "alongside": (ToldAlongside(messages),)}


def _told_by(visit: Visit) -> dict[str, Any]:
    """What the visit says so far."""
    attendees = list(visit.attendees.select_related("physician", "staff_member"))
    return {
        "held_at": visit.held_at,
        "outcome": visit.outcome,
        "channel": visit.channel,
        "physicians": tuple(one.physician for one in attendees if one.physician),
        "staff": tuple(one.staff_member for one in attendees if one.staff_member),
        "topics": tuple(visit.topics.all()),
        "note": visit.note,
        "see_again_on": visit.see_again_on,
    }
