"""Territories and the areas they are made of."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from accounts.errors import AreaTaken, TerritoryInUse, TerritoryNameTaken, UnassignedIsFixed
from accounts.models import Territory, TerritoryArea, User


def create_territory(name: str, *, by: User, colour: str = "") -> Territory:
    """Add a territory, still without areas and without anybody who works it."""
    require_manager(by)
    territory = Territory(name=name)
    if colour:
        territory.colour = colour
    return _save(territory)


def edit_territory(territory: Territory, *, by: User, name: str, colour: str) -> Territory:
    """Rename or recolour a territory."""
    require_manager(by)
    require_assignable(territory)
    territory.name = name
    territory.colour = colour
    return _save(territory)


@transaction.atomic
def delete_territory(territory: Territory, *, by: User) -> None:
    """Remove a territory that nothing ever pointed at."""
    require_manager(by)
    require_assignable(territory)
    try:
        territory.delete()
    except ProtectedError as error:
        raise TerritoryInUse(
            "This territory has practices or a history of people. Move its areas away instead."
        ) from error


@transaction.atomic
def add_area(territory: Territory, *, kind: str, code: str, by: User) -> TerritoryArea:
    """Give a territory a ZIP code or a county that no territory has."""
    require_manager(by)
    require_assignable(territory)
    taken = TerritoryArea.objects.filter(kind=kind, code=code).select_related("territory").first()
    if taken:
        raise AreaTaken(f"{taken} already belongs to {taken.territory}.", field="code")
    area = TerritoryArea(territory=territory, kind=kind, code=code)
    area.full_clean()
    area.save()
    return area


@transaction.atomic
def move_area(area: TerritoryArea, *, to: Territory, by: User) -> TerritoryArea:
    """Give an area to another territory."""
    require_manager(by)
    require_assignable(to)
    area.territory = to
    area.save(update_fields=["territory"])
    return area


@transaction.atomic
def remove_area(area: TerritoryArea, *, by: User) -> None:
    """Take an area from its territory. Its practices are unassigned once they are placed anew."""
    require_manager(by)
    area.delete()


def require_manager(by: User) -> None:
    if not by.sees_all_territories:
        raise PermissionDenied


def require_assignable(territory: Territory) -> None:
    if territory.is_unassigned:
        raise UnassignedIsFixed("Unassigned is built in: it holds what no territory has.")


def _save(territory: Territory) -> Territory:
    same_name = Territory.objects.filter(name__iexact=territory.name).exclude(pk=territory.pk)
    if same_name.exists():
        raise TerritoryNameTaken("There is already a territory of this name.", field="name")
    territory.full_clean()
    try:
        with transaction.atomic():
            territory.save()
    except IntegrityError as error:
        raise TerritoryNameTaken(
            "There is already a territory of this name.", field="name"
        ) from error
    return territory
