from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from contacts import services
from contacts.api.filters import AffiliationsFilter
from contacts.api.serializers import (
    AffiliationChange,
    AffiliationIn,
    AffiliationOut,
    MoveIn,
    OnDay,
)
from contacts.models import Affiliation, Physician
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.api.views import Listed, Retrieved


class Affiliations(Listed, Retrieved, PersonViewSet):
    """Who works where, from when to when. Admins keep them; liaisons verify."""

    serializer_class = AffiliationOut
    filterset_class = AffiliationsFilter
    orderings: ClassVar = {"id": ("pk",), "updated_at": ("updated_at", "pk")}
    takes: ClassVar = {
        "create": AffiliationIn,
        "partial_update": AffiliationChange,
        "end": OnDay,
        "verify": OnDay,
        "move": MoveIn,
        "make_primary": Nothing,
    }
    keyed = ("create", "move")

    def get_queryset(self) -> QuerySet[Affiliation]:
        rows = Affiliation.objects.visible_to(self.person)
        return rows.select_related("physician", "practice")

    def locked(self, pk: str) -> Any:
        """The physician first, as every service that changes his affiliations does."""
        physicians = Physician.objects.visible_to(self.person).filter(affiliations=int(pk))
        physicians.select_for_update(of=("self",)).first()
        return super().locked(pk)

    def create(self, request: Request) -> Response:
        return self.created(lambda: services.open_affiliation(by=self.person, **self.given()))

    def partial_update(self, request: Request, pk: str) -> Response:
        change = self.given()
        with self.as_read(pk) as affiliation:
            services.edit_affiliation(affiliation, by=self.person, **change)
        return self.shown_row(affiliation)

    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """The physician no longer works there from that day on."""
        day = self.given()["on"]
        services.end_affiliation(self.get_object(), by=self.person, ends_on=day)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        """Somebody saw the physician there that day."""
        day = self.given()["on"]
        services.verify_affiliation(self.get_object(), by=self.person, on=day)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"], url_path="make-primary")
    def make_primary(self, request: Request, pk: str) -> Response:
        """The practice where the physician is looked for first."""
        self.given_nothing()
        services.make_primary(self.get_object(), by=self.person)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """End it and open one at another practice, on one day; shows the new one."""

        def answer() -> Response:
            given = self.given()
            moved = services.move_physician(
                self.get_object(), to=given["practice"], by=self.person, on=given["on"]
            )
            return self.shown_row(moved)

        return self.once(answer)
