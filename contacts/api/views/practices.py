from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from contacts import services
from contacts.api.filters import PracticesFilter
from contacts.api.serializers import OfficeIn, OnDay, PracticeIn, PracticeOut
from contacts.models import Practice
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.api.views import Listed, Retrieved

AT_THE_DOOR = set(OfficeIn().fields)


class Practices(Listed, Retrieved, PersonViewSet):
    """Places with a door. Admins keep their records; liaisons note hours and when to come."""

    serializer_class = PracticeOut
    filterset_class = PracticesFilter
    orderings: ClassVar = {
        "name": ("name", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    takes: ClassVar = {
        "create": PracticeIn,
        "partial_update": PracticeIn,
        "close": OnDay,
        "reopen": Nothing,
    }

    def get_queryset(self) -> QuerySet[Practice]:
        rows = Practice.objects.visible_to(self.person)
        return rows.select_related("organization", "territory")

    def create(self, request: Request) -> Response:
        return self.created(lambda: services.add_practice(by=self.person, **self.given()))

    def partial_update(self, request: Request, pk: str) -> Response:
        change: dict[str, Any] = self.given()
        with self.as_read(pk) as practice:
            if set(change) <= AT_THE_DOOR:
                services.describe_office(practice, by=self.person, **change)
            else:
                services.edit_practice(practice, by=self.person, **change)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Closed that day: nobody works there any more."""
        day = self.given()["on"]
        services.close_practice(self.get_object(), by=self.person, on=day)
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Take a closing back."""
        self.given_nothing()
        services.reopen_practice(self.get_object(), by=self.person)
        return self.shown_row(self.get_object())
