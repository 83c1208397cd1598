from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from contacts import services
from contacts.api.filters import PhysiciansFilter
from contacts.api.serializers import OnDay, PhysicianIn, PhysicianOut
from contacts.models import Physician
from liaison_crm.core.api.views import Listed, Retrieved


class Physicians(Listed, Retrieved, PersonViewSet):
    """Clinicians who can refer. Admins keep their records."""

    serializer_class = PhysicianOut
    filterset_class = PhysiciansFilter
    orderings: ClassVar = {
        "name": ("last_name", "first_name", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    takes: ClassVar = {
        "create": PhysicianIn,
        "partial_update": PhysicianIn,
        "retire": OnDay,
        "reinstate": OnDay,
    }

    def get_queryset(self) -> QuerySet[Physician]:
        rows = Physician.objects.visible_to(self.person)
        return rows.select_related("primary_specialty").prefetch_related("specialties")

    def create(self, request: Request) -> Response:
        return self.created(lambda: services.add_physician(by=self.person, **self.given()))

    def partial_update(self, request: Request, pk: str) -> Response:
        change = self.given()
        with self.as_read(pk) as physician:
            services.edit_physician(physician, by=self.person, **change)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """Stopped working on that day; open affiliations end."""
        day = self.given()["on"]
        services.retire_physician(self.get_object(), by=self.person, on=day)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def reinstate(self, request: Request, pk: str) -> Response:
        """Works again after retiring."""
        day = self.given()["on"]
        services.reinstate_physician(self.get_object(), by=self.person, on=day)
        return self.shown_row(self.get_object())
