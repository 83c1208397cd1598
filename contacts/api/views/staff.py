from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from contacts import services
from contacts.api.filters import StaffFilter
from contacts.api.serializers import StaffEdit, StaffIn, StaffOut
from contacts.models import StaffMember
from liaison_crm.core.api.views import Listed, Retrieved


class Staff(Listed, Retrieved, PersonViewSet):
    """The people at the offices one works. Whoever works a practice keeps them."""

    serializer_class = StaffOut
    filterset_class = StaffFilter
    orderings: ClassVar = {
        "name": ("name", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    takes: ClassVar = {"create": StaffIn, "partial_update": StaffEdit}

    def get_queryset(self) -> QuerySet[StaffMember]:
        return StaffMember.objects.visible_to(self.person).select_related("practice")

    def create(self, request: Request) -> Response:
        return self.created(self._add)

    def partial_update(self, request: Request, pk: str) -> Response:
        change = self.given()
        with self.as_read(pk) as member:
            if "left_on" in change:
                services.mark_staff_left(member, by=self.person, on=change.pop("left_on"))
            services.edit_staff(member, by=self.person, **change)
        return self.shown_row(member)

    def _add(self) -> StaffMember:
        given = self.given()
        return services.add_staff(given.pop("practice"), by=self.person, **given)
