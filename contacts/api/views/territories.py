from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services as accounts
from accounts.api.base import PersonViewSet
from accounts.models import Territory
from contacts import services
from contacts.api.filters import TerritoriesFilter
from contacts.api.serializers import TerritoryIn, TerritoryOut
from contacts.services.territories import hold_areas
from liaison_crm.core.api.views import Listed, Retrieved


class Territories(Listed, Retrieved, PersonViewSet):
    """Parts of the market, made of ZIP codes and counties. Managers draw them."""

    serializer_class = TerritoryOut
    filterset_class = TerritoriesFilter
    orderings: ClassVar = {"name": ("name", "pk"), "id": ("pk",)}
    takes: ClassVar = {"create": TerritoryIn, "partial_update": TerritoryIn}

    def get_queryset(self) -> QuerySet[Territory]:
        return Territory.objects.visible_to(self.person).prefetch_related("areas")

    def locked(self, pk: str) -> Any:
        """Areas first, as every service that changes them does."""
        hold_areas(alone=True)
        return super().locked(pk)

    def create(self, request: Request) -> Response:
        return self.created(self._draw)

    def partial_update(self, request: Request, pk: str) -> Response:
        change = self.given()
        with self.as_read(pk) as territory:
            if {"name", "colour"} & set(change):
                accounts.edit_territory(
                    territory,
                    by=self.person,
                    name=change.get("name", territory.name),
                    colour=change.get("colour", territory.colour),
                )
            self._give_areas(territory, change)
        return self.shown_row(self.get_object())

    def destroy(self, request: Request, pk: str) -> Response:
        """Only one that nothing ever pointed at."""
        accounts.delete_territory(self.get_object(), by=self.person)
        return Response(status=204)

    @transaction.atomic
    def _draw(self) -> Territory:
        given = self.given()
        territory = accounts.create_territory(
            given["name"], by=self.person, colour=given.get("colour", "")
        )
        self._give_areas(territory, given)
        return territory

    def _give_areas(self, territory: Territory, change: dict[str, Any]) -> None:
        """The areas given become all areas of the territory."""
        if "areas" not in change:
            return
        wanted = {services.Area(area["kind"], area["code"]) for area in change["areas"]}
        standing = {services.Area(area.kind, area.code) for area in territory.areas.all()}
        services.change_areas(
            territory, by=self.person, add=wanted - standing, remove=standing - wanted
        )
