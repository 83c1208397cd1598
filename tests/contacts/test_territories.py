"""Which territory a practice belongs to follows from the areas."""

import random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.errors import AreaTaken, UnassignedIsFixed
from accounts.models import Territory, TerritoryArea
from contacts.models import Practice
from contacts.services import Area, change_areas, move_areas, place_practices
from tests import factories

pytestmark = pytest.mark.django_db
HARTFORD = Area("county", "09003")
ASYLUM_HILL = Area("zip", "06105")


@pytest.fixture
def practice(unassigned):
    return factories.PracticeFactory(
        territory=unassigned, zip_code="06105", county_fips="09003", state="CT"
    )


def territory_of(practice):
    return Practice.objects.get(pk=practice.pk).territory


def test_a_zip_code_wins_over_its_county(dana, north, south, practice, unassigned):
    assert change_areas(north, by=dana, add=[HARTFORD]) == 1
    assert territory_of(practice) == north
    assert change_areas(south, by=dana, add=[ASYLUM_HILL]) == 1
    assert territory_of(practice) == south
    assert change_areas(south, by=dana, remove=[ASYLUM_HILL]) == 1
    assert territory_of(practice) == north
    change_areas(north, by=dana, remove=[HARTFORD])
    assert territory_of(practice) == unassigned


def test_an_area_belongs_to_one_territory(dana, north, south, practice):
    change_areas(north, by=dana, add=[HARTFORD])
    with pytest.raises(AreaTaken):
        change_areas(south, by=dana, add=[HARTFORD])
    assert territory_of(practice) == north
    move_areas([HARTFORD, ASYLUM_HILL], to=south, by=dana)
    assert territory_of(practice) == south
    assert not north.areas.exists()


def test_areas_that_do_not_exist_are_refused(dana, north):
    for area in (Area("zip", "00001"), Area("county", "99999"), Area("state", "CT")):
        with pytest.raises(ValidationError):
            change_areas(north, by=dana, add=[area])
    assert not TerritoryArea.objects.exists()


def test_unassigned_has_no_areas(dana, unassigned):
    with pytest.raises(UnassignedIsFixed):
        change_areas(unassigned, by=dana, add=[HARTFORD])


def test_liaisons_do_not_move_borders(ana, north):
    with pytest.raises(PermissionDenied):
        change_areas(north, by=ana, add=[HARTFORD])
    with pytest.raises(PermissionDenied):
        move_areas([HARTFORD], to=north, by=ana)


def test_nothing_is_written_when_nothing_moves(dana, north, practice):
    change_areas(north, by=dana, add=[HARTFORD])
    before = Practice.objects.get(pk=practice.pk).updated_at
    assert change_areas(north, by=dana, add=[HARTFORD]) == 0
    assert place_practices() == 0
    assert Practice.objects.get(pk=practice.pk).updated_at == before


def test_placing_agrees_with_a_plain_reading_of_the_areas(unassigned):
    chance = random.Random(20260302)
    territories = factories.TerritoryFactory.create_batch(4)
    zips, counties = [f"061{n:02d}" for n in range(12)], ["09001", "09003", "09005"]
    for kind, codes in (("zip", zips), ("county", counties)):
        for code in chance.sample(codes, len(codes) // 2):
            factories.AreaFactory(territory=chance.choice(territories), kind=kind, code=code)
    for _ in range(60):
        factories.PracticeFactory(
            territory=chance.choice(territories),
            zip_code=chance.choice(zips),
            county_fips=chance.choice([*counties, ""]),
        )
    place_practices()
    areas = {(area.kind, area.code): area.territory_id for area in TerritoryArea.objects.all()}
    for practice in Practice.objects.all():
        expected = (
            areas.get(("zip", practice.zip_code))
            or areas.get(("county", practice.county_fips))
            or unassigned.pk
        )
        assert practice.territory_id == expected
    assert Territory.objects.filter(is_unassigned=True).count() == 1
