from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet

from accounts.api.base import PersonViewSet
from liaison_crm.core.api.views import Listed, Retrieved
from referrals.api.serializers import FacilityOut, ServiceLineOut, SourceOut
from referrals.models import Facility, ServiceLine, Source

BY_NAME = {"name": ("name", "pk"), "id": ("pk",)}


class Sources(Listed, Retrieved, PersonViewSet):
    """Feeds that tell of referrals."""

    serializer_class = SourceOut
    orderings: ClassVar = BY_NAME

    def get_queryset(self) -> QuerySet[Source]:
        return Source.objects.visible_to(self.person)


class ServiceLines(Listed, Retrieved, PersonViewSet):
    """Clinical programmes that receive referrals."""

    serializer_class = ServiceLineOut
    orderings: ClassVar = BY_NAME

    def get_queryset(self) -> QuerySet[ServiceLine]:
        return ServiceLine.objects.visible_to(self.person)


class Facilities(Listed, Retrieved, PersonViewSet):
    """Destinations of referrals, ours or not."""

    serializer_class = FacilityOut
    orderings: ClassVar = BY_NAME

    def get_queryset(self) -> QuerySet[Facility]:
        return Facility.objects.visible_to(self.person)
