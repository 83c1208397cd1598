from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from contacts import services
from contacts.api.filters import OrganizationsFilter, SpecialtiesFilter
from contacts.api.serializers import OrganizationIn, OrganizationOut, SpecialtyOut
from contacts.models import Organization, Specialty
from liaison_crm.core.api.views import Listed, Retrieved


class Specialties(Listed, Retrieved, PersonViewSet):
    """Provider taxonomy codes with their Medicare specialties."""

    serializer_class = SpecialtyOut
    filterset_class = SpecialtiesFilter
    orderings: ClassVar = {"name": ("name", "taxonomy_code"), "id": ("pk",)}

    def get_queryset(self) -> QuerySet[Specialty]:
        return Specialty.objects.visible_to(self.person)


class Organizations(Listed, Retrieved, PersonViewSet):
    """Medical groups and health systems. Admins keep them."""

    serializer_class = OrganizationOut
    filterset_class = OrganizationsFilter
    orderings: ClassVar = {
        "name": ("name", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    takes: ClassVar = {"create": OrganizationIn, "partial_update": OrganizationIn}

    def get_queryset(self) -> QuerySet[Organization]:
        return Organization.objects.visible_to(self.person)

    def create(self, request: Request) -> Response:
        return self.created(lambda: services.add_organization(by=self.person, **self.given()))

    def partial_update(self, request: Request, pk: str) -> Response:
        change = self.given()
        with self.as_read(pk) as organization:
            services.edit_organization(organization, by=self.person, **change)
        return self.shown_row(organization)
