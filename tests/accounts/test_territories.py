"""Territories and their areas."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import services
from accounts.errors import AreaTaken, TerritoryInUse, TerritoryNameTaken, UnassignedIsFixed
from accounts.models import Territory, TerritoryArea
from accounts.reports import territories_on
from tests import factories

ZIP, COUNTY = TerritoryArea.Kind.ZIP, TerritoryArea.Kind.COUNTY


def test_a_manager_makes_and_changes_a_territory(dana):
    east = services.create_territory("East", by=dana, colour="#aa0000")
    services.edit_territory(east, by=dana, name="Far East", colour="#00aa00")
    east.refresh_from_db()
    assert (east.name, east.colour) == ("Far East", "#00aa00")


@pytest.mark.parametrize("name", ["North", "NORTH"])
def test_a_name_is_used_once(dana, north, name):
    with pytest.raises(TerritoryNameTaken):
        services.create_territory(name, by=dana)


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#GG0000", "url(x)"])
def test_a_colour_is_a_colour(dana, colour):
    with pytest.raises(ValidationError):
        services.create_territory("East", by=dana, colour=colour)


def test_an_area_belongs_to_one_territory(dana, north, south):
    area = services.add_area(north, kind=ZIP, code="44129", by=dana)
    with pytest.raises(AreaTaken, match="North"):
        services.add_area(south, kind=ZIP, code="44129", by=dana)
    services.move_area(area, to=south, by=dana)
    assert south.areas.get() == area
    services.remove_area(area, by=dana)
    assert not TerritoryArea.objects.exists()


@pytest.mark.parametrize("code", ["4412", "441290", "4412a", "٤٤١٢٩", ""])
def test_a_code_has_five_digits(dana, north, code):
    with pytest.raises(ValidationError):
        services.add_area(north, kind=ZIP, code=code, by=dana)


def test_unassigned_is_built_in(dana, unassigned):
    for attempt in (
        lambda: services.edit_territory(unassigned, by=dana, name="X", colour="#000000"),
        lambda: services.delete_territory(unassigned, by=dana),
        lambda: services.add_area(unassigned, kind=ZIP, code="44129", by=dana),
    ):
        with pytest.raises(UnassignedIsFixed):
            attempt()


def test_a101_a_territory_with_people_or_practices_stays(dana, north, south, ana):
    factories.PracticeFactory(territory=south)
    for territory in (north, south):
        with pytest.raises(TerritoryInUse):
            services.delete_territory(territory, by=dana)
    services.delete_territory(factories.TerritoryFactory(name="Empty"), by=dana)
    assert set(Territory.objects.values_list("name", flat=True)) == {"North", "South", "Unassigned"}


def test_liaisons_change_no_territory(ana, north):
    for attempt in (
        lambda: services.create_territory("East", by=ana),
        lambda: services.edit_territory(north, by=ana, name="X", colour="#000000"),
        lambda: services.delete_territory(north, by=ana),
        lambda: services.add_area(north, kind=ZIP, code="44129", by=ana),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_the_overview_says_who_works_where(
    dana, ana, ben, cleo, north, south, today, now, django_assert_num_queries
):
    services.add_area(north, kind=COUNTY, code="39035", by=dana)
    services.assign(
        north,
        person=cleo,
        part="owner",
        term=services.Term(today.replace(day=20)),
        by=dana,
        at=now,
    )
    with django_assert_num_queries(3):
        lines = {line.territory.name: line for line in territories_on(today, viewer=dana)}
    assert lines["North"].owner == ana
    assert lines["North"].covers == (ben,)
    assert (lines["North"].next_owner, lines["North"].next_from) == (cleo, today.replace(day=20))
    assert lines["North"].counties == ("39035",)
    assert lines["South"].owner == cleo
    assert "Unassigned" in lines
    assert "Unassigned" not in {line.territory.name for line in territories_on(today, viewer=ana)}


def test_a_territory_of_somebody_deactivated_has_no_owner(dana, erin, ana, north, today):
    services.deactivate(ana, by=erin)
    line = next(line for line in territories_on(today, viewer=dana) if line.territory == north)
    assert line.owner is None
