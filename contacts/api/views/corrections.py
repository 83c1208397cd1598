from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from contacts.api.filters import CorrectionsFilter
from contacts.api.serializers_corrections import (
    ApprovalIn,
    CorrectionIn,
    CorrectionOut,
    DeclineIn,
)
from contacts.corrections import services
from contacts.models import ChangeRequest
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.api.views import Listed, Retrieved


class Corrections(Listed, Retrieved, PersonViewSet):
    """What colleagues and offices say is otherwise. Admins decide."""

    serializer_class = CorrectionOut
    filterset_class = CorrectionsFilter
    orderings: ClassVar = {
        "asked_at": ("asked_at", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    usual_order = "-asked_at"
    takes: ClassVar = {
        "create": CorrectionIn,
        "approve": ApprovalIn,
        "decline": DeclineIn,
        "withdraw": Nothing,
        "undo": Nothing,
    }

    def get_queryset(self) -> QuerySet[ChangeRequest]:
        return ChangeRequest.objects.visible_to(self.person).select_related("by", "decided_by")

    def create(self, request: Request) -> Response:
        return self.created(self._propose)

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """It becomes the fact, as proposed or as edited here."""
        given = self.given()
        services.approve(
            self.get_object(),
            by=self.person,
            at=timezone.now(),
            value=given.get("value"),
            word=given["word"],
        )
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """The fact stays; whoever proposed it hears why."""
        word = self.given()["word"]
        services.decline(self.get_object(), by=self.person, at=timezone.now(), word=word)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take one's own back while nobody has answered it."""
        self.given_nothing()
        services.withdraw(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take the decision back; every row is what it was, if nobody changed it since."""
        self.given_nothing()
        services.undo(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    def _propose(self) -> ChangeRequest:
        given = self.given()
        named = {"staff": "staff_member", "into": "other_practice"}
        correction = services.Correction(
            **{named.get(name, name): value for name, value in given.items()}
        )
        return services.propose(correction, by=self.person, at=timezone.now())
