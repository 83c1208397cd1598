"""Oneself, colleagues, who works where, and tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api.base import PersonViewSet
from accounts.api.filters import AssignmentsFilter, HandoversFilter, PeopleFilter
from accounts.api.serializers import (
    AssignmentIn,
    AssignmentOut,
    EndIn,
    HandoverOut,
    MeChange,
    MeOut,
    NewTokenOut,
    PersonOut,
    TokenIn,
    TokenOut,
)
from accounts.http import origin_of
from accounts.models import ApiToken, Assignment, Handover, User
from liaison_crm.core.api.refusals import SessionNeeded
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.api.views import Listed, Retrieved


class Me(PersonViewSet):
    """The person who asks."""

    serializer_class = MeOut
    takes: ClassVar = {"partial_update": MeChange}

    def retrieve(self, request: Request) -> Response:
        return self.known_or_shown(self.person)

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.visible_to(self.person)

    def partial_update(self, request: Request) -> Response:
        change = self.given()
        with self.as_read(str(self.person.pk)) as me:
            services.edit_profile(
                me,
                name=change.get("name", me.name),
                time_zone=change.get("time_zone", me.time_zone),
            )
        return self.shown_row(me)


class People(Listed, Retrieved, PersonViewSet):
    """Everyone who signs in, or did."""

    serializer_class = PersonOut
    filterset_class = PeopleFilter
    orderings: ClassVar = {"name": ("name", "pk"), "id": ("pk",)}

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.visible_to(self.person)


class Assignments(Listed, Retrieved, PersonViewSet):
    """Who works which territory, from which day on. Managers assign."""

    serializer_class = AssignmentOut
    filterset_class = AssignmentsFilter
    orderings: ClassVar = {"starts_on": ("starts_on", "pk"), "id": ("pk",)}
    takes: ClassVar = {"create": AssignmentIn, "end": EndIn}
    keyed = ("create", "end")

    def get_queryset(self) -> QuerySet[Assignment]:
        return Assignment.objects.visible_to(self.person).select_related("user", "territory")

    def create(self, request: Request) -> Response:
        return self.created(self._assign)

    @extend_schema(responses=HandoverOut)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """End an assignment on a day, its first day without. Before its start: it never was."""

        def answer() -> Response:
            on = self.given()["on"]
            handover = services.end_assignment(
                self.get_object(), on=on, by=self.person, at=timezone.now()
            )
            return Response(HandoverOut(handover).data)

        return self.once(answer)

    def _assign(self) -> Assignment:
        given = self.given()
        handover = services.assign(
            given["territory"],
            person=given["person"],
            part=given["part"],
            term=services.Term(given["starts_on"], given["ends_on"]),
            by=self.person,
            at=timezone.now(),
        )
        before = {row["id"] for row in handover.before}
        (new,) = (row["id"] for row in handover.after if row["id"] not in before)
        return self.get_queryset().get(pk=new)


class Handovers(Listed, Retrieved, PersonViewSet):
    """What each change of assignments replaced. Managers read and undo them."""

    serializer_class = HandoverOut
    filterset_class = HandoversFilter
    orderings: ClassVar = {"made_at": ("made_at", "pk"), "id": ("pk",)}
    takes: ClassVar = {"undo": Nothing}

    def get_queryset(self) -> QuerySet[Handover]:
        return Handover.objects.visible_to(self.person).select_related("territory", "made_by")

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Put back what was, if nobody changed it since."""
        self.given_nothing()
        handover = self.get_object()
        services.undo_handover(handover, by=self.person, at=timezone.now())
        return Response(self.get_serializer(handover).data)


class Tokens(PersonViewSet):
    """One's own API tokens. Each ends by itself, and with its person."""

    serializer_class = TokenOut
    filterset_class = None
    orderings: ClassVar = {"created": ("created", "public_id")}
    takes: ClassVar = {"create": TokenIn}
    keyed = ()  # a kept answer would keep the secret
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.visible_to(self.person).usable(timezone.now())

    def list(self, request: Request) -> Response:
        return self.shown_rows(self.get_queryset())

    @extend_schema(responses={201: NewTokenOut})
    def create(self, request: Request) -> Response:
        """Make a token. Needs a session: a token that leaked must not make others."""
        if not isinstance(request.successful_authenticator, SessionAuthentication):
            raise SessionNeeded
        given = self.given()
        token, secret = services.create_token(
            self.person,
            by=self.person,
            name=given["name"],
            lasting=timedelta(days=given["days"]),
            at=timezone.now(),
            origin=origin_of(request._request),
        )
        body: dict[str, Any] = {**TokenOut(token).data, "token": secret}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})

    def destroy(self, request: Request, pk: str) -> Response:
        """End a token at once."""
        token = self.get_queryset().filter(public_id=pk).first()
        if token is None:
            raise Http404
        services.revoke_token(
            token, by=self.person, at=timezone.now(), origin=origin_of(request._request)
        )
        return Response(status=204)
