"""Areas change hands with a preview before and a way back after."""

import random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import TerritoryArea
from contacts.errors import NothingToRealign, RealignmentOverwritten
from contacts.models import Practice, Realignment
from contacts.realigning.reports import areas_named, county_label, find_areas, practices_to_move
from contacts.realigning.services import realign, undo_realignment
from contacts.services import Area, change_areas, place_practices
from tests import factories

pytestmark = pytest.mark.django_db
HARTFORD, NEW_HAVEN = Area("county", "09003"), Area("county", "09009")
ASYLUM_HILL = Area("zip", "06105")


@pytest.fixture
def practice(unassigned):
    return factories.PracticeFactory(
        territory=unassigned, zip_code="06105", county_fips="09003", state="CT"
    )


def territories():
    return dict(Practice.objects.values_list("pk", "territory"))


def areas():
    return {Area(area.kind, area.code): area.territory_id for area in TerritoryArea.objects.all()}


def test_a_realignment_moves_areas_and_says_whose_they_were(dana, north, south, practice, now):
    change_areas(north, by=dana, add=[HARTFORD])
    done = realign([HARTFORD, ASYLUM_HILL], to=south, by=dana, at=now)
    assert areas() == {HARTFORD: south.pk, ASYLUM_HILL: south.pk}
    assert territories()[practice.pk] == south.pk
    assert (done.practices_moved, done.made_by, done.made_at) == (1, dana, now)
    assert done.areas == [
        {"kind": "county", "code": "09003", "was": north.pk},
        {"kind": "zip", "code": "06105", "was": None},
    ]


def test_undoing_puts_every_area_and_practice_back(dana, north, south, practice, now):
    change_areas(north, by=dana, add=[HARTFORD])
    before = areas(), territories()
    done = realign([HARTFORD, ASYLUM_HILL, NEW_HAVEN], to=south, by=dana, at=now)
    assert undo_realignment(done, by=dana, at=now) == 1
    assert (areas(), territories()) == before
    with pytest.raises(RealignmentOverwritten):
        undo_realignment(done, by=dana, at=now)


def test_areas_can_be_taken_from_everybody_and_given_back(
    dana, north, south, practice, unassigned, now
):
    change_areas(north, by=dana, add=[HARTFORD])
    change_areas(south, by=dana, add=[NEW_HAVEN])
    before = areas(), territories()
    done = realign([HARTFORD, NEW_HAVEN], to=None, by=dana, at=now)
    assert areas() == {}
    assert territories()[practice.pk] == unassigned.pk
    undo_realignment(done, by=dana, at=now)
    assert (areas(), territories()) == before


def test_a_later_realignment_must_be_undone_first(dana, north, south, practice, now):
    first = realign([HARTFORD], to=north, by=dana, at=now)
    second = realign([HARTFORD], to=south, by=dana, at=now)
    with pytest.raises(RealignmentOverwritten):
        undo_realignment(first, by=dana, at=now)
    undo_realignment(second, by=dana, at=now)
    undo_realignment(first, by=dana, at=now)
    assert areas() == {}


def test_nothing_to_move_is_said_and_not_recorded(dana, north, now):
    change_areas(north, by=dana, add=[HARTFORD])
    for asked, to in (([HARTFORD], north), ([NEW_HAVEN], None), ([], north)):
        with pytest.raises(NothingToRealign):
            realign(asked, to=to, by=dana, at=now)
    assert not Realignment.objects.exists()


def test_an_area_that_does_not_exist_moves_nothing(dana, north, now):
    with pytest.raises(ValidationError):
        realign([HARTFORD, Area("zip", "00001")], to=north, by=dana, at=now)
    assert areas() == {}
    assert not Realignment.objects.exists()


def test_only_those_who_see_everything_draw_borders(ana, dana, north, south, now):
    with pytest.raises(PermissionDenied):
        realign([HARTFORD], to=north, by=ana, at=now)
    done = realign([HARTFORD], to=north, by=dana, at=now)
    with pytest.raises(PermissionDenied):
        undo_realignment(done, by=ana, at=now)
    assert not Realignment.objects.visible_to(ana)
    assert list(Realignment.objects.visible_to(dana).touching(north)) == [done]
    assert not Realignment.objects.visible_to(dana).touching(south)
    undone = realign([HARTFORD], to=south, by=dana, at=now)
    assert set(Realignment.objects.visible_to(dana).touching(north)) == {done, undone}


def test_the_preview_names_exactly_the_practices_that_then_move(dana, unassigned, now):
    chance = random.Random(20261123)
    territories_ = factories.TerritoryFactory.create_batch(3)
    zips, counties = [f"061{n:02d}" for n in range(3, 15)], ["09001", "09003", "09005"]
    every = [Area("zip", code) for code in zips] + [Area("county", code) for code in counties]
    for area in chance.sample(every, 8):
        factories.AreaFactory(territory=chance.choice(territories_), kind=area.kind, code=area.code)
    for _ in range(80):
        factories.PracticeFactory(
            territory=unassigned,
            zip_code=chance.choice(zips),
            county_fips=chance.choice([*counties, ""]),
        )
    place_practices()
    for _ in range(12):
        to = chance.choice([None, *territories_])
        asked = chance.sample(every, chance.randint(1, 6))
        asked = [area for area in asked if areas().get(area) != (to.pk if to else None)]
        if not asked or any(_is_unknown(area) for area in asked):
            continue
        before = territories()
        moving = practices_to_move(dana, asked, to=to)
        foretold = {row.pk: vars(row)["next_territory"] for row in moving}
        done = realign(asked, to=to, by=dana, at=now)
        after = territories()
        assert foretold == {pk: after[pk] for pk in after if after[pk] != before[pk]}
        assert done.practices_moved == len(foretold)


def _is_unknown(area):
    return not areas_named([area])


def test_areas_are_found_by_code_and_by_name(dana, north):
    change_areas(north, by=dana, add=[HARTFORD])
    found = find_areas("hartf")
    assert (found[0].area, found[0].name) == (HARTFORD, "Hartford County")
    assert (found[0].holder_id, found[0].holder) == (north.pk, "North")
    assert Area("zip", "06103") in [one.area for one in found]
    assert [one.name for one in find_areas("06105")] == ["06105 Hartford", "Trinity County"]
    assert HARTFORD in [one.area for one in find_areas("0900")]
    assert find_areas(" ") == []
    assert find_areas("%") == []


def test_counties_are_called_what_people_call_them():
    assert county_label("Cuyahoga", "OH") == "Cuyahoga County"
    assert county_label("Orleans", "LA") == "Orleans Parish"
    assert county_label("City of Richmond", "VA") == "City of Richmond"
    assert county_label("Waynesboro (city)", "VA") == "Waynesboro (city)"


def test_areas_with_practices_come_first(dana, unassigned):
    factories.PracticeFactory(territory=unassigned, zip_code="44691", county_fips="39169")
    found = find_areas("wayne")
    assert (found[0].name, found[0].state, found[0].practices) == ("Wayne County", "OH", 1)
    assert find_areas("wooster")[0].practices == 1
