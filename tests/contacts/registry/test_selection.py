"""The filters of a load."""

import pytest

from contacts.models import Organization, Physician, Practice
from contacts.registry.selection import KnownNpis, Selection
from tests.contacts.registry.files import clinician, load, organization, write
from tests.factories import npi

pytestmark = pytest.mark.django_db

HARTFORD = {"city": "HARTFORD", "state": "CT", "postal_code": "06105"}
NEW_HAVEN = {"city": "NEW HAVEN", "state": "CT", "postal_code": "06511"}
BOSTON = {"city": "BOSTON", "state": "MA", "postal_code": "02115"}


@pytest.fixture
def world(tmp_path):
    """Cardiologists in three places, a nurse in Hartford, a group in Hartford and in Boston."""
    return write(
        tmp_path / "world.csv",
        [
            clinician(1, **HARTFORD),
            clinician(2, **NEW_HAVEN),
            clinician(3, **BOSTON),
            clinician(4, ("363L00000X",), **HARTFORD),
            clinician(5, ("208D00000X", "207RI0011X"), **HARTFORD),
            organization(6, "HEART GROUP PC", **HARTFORD),
            organization(7, "BOSTON GROUP PC", **BOSTON),
        ],
    )


def taken():
    people = Physician.objects.values_list("npi", flat=True)
    groups = Organization.objects.values_list("npi", flat=True)
    return {number for number in range(1, 8) if npi(number) in {*people, *groups}}


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        (Selection(), {1, 2, 3, 4, 5, 6, 7}),
        (Selection(states=frozenset({"CT"})), {1, 2, 4, 5, 6}),
        (Selection(states=frozenset({"MA", "RI"})), {3, 7}),
        (Selection(counties=frozenset({"09003"})), {1, 4, 5, 6}),
        (Selection(taxonomies=("207R",)), {1, 2, 3, 5, 6, 7}),
        (Selection(taxonomies=("207RI", "363L00000X")), {4, 5, 6, 7}),
        (
            Selection(frozenset({"CT"}), frozenset({"09009"}), ("207R",)),
            {2},
        ),
    ],
)
def test_filters_choose_by_practice_address_and_taxonomy(world, selection, numbers):
    counts = load(world, selection=selection).counts
    assert taken() == numbers
    assert counts["skipped"].get("outside the filters", 0) == 7 - len(numbers)


def test_somebody_we_know_is_followed_out_of_the_filters(world, tmp_path):
    connecticut = Selection(states=frozenset({"CT"}))
    load(world, selection=connecticut)
    moved = clinician(1, line_1="300 LONGWOOD AVE", changed_on="01/02/2020", **BOSTON)
    stranger = clinician(9, **BOSTON)
    load(write(tmp_path / "next.csv", [moved, stranger]), selection=connecticut)
    current = Physician.objects.get(npi=npi(1)).affiliations.get(ends_on=None)
    assert current.practice.state == "MA"
    assert 9 not in {number for number in range(1, 10) if npi(number) in known()}


def test_a_deactivation_is_heard_whatever_the_filters(world, tmp_path):
    from tests.contacts.registry.files import blank

    connecticut = Selection(states=frozenset({"CT"}))
    load(world, selection=connecticut)
    load(write(tmp_path / "next.csv", [blank(1, "03/01/2026")]), selection=connecticut)
    assert Physician.objects.get(npi=npi(1)).status == "deactivated"


def test_the_known_are_known_and_nobody_else():
    numbers = KnownNpis()
    for number in ("1000000004", "1999999992", "2000000002", "2999999992"):
        assert int(number) not in numbers
        numbers.add(int(number))
        assert int(number) in numbers
    assert 1000000012 not in numbers
    assert 1999999984 not in numbers


def test_a_filtered_load_makes_no_practice_elsewhere(world):
    load(world, selection=Selection(states=frozenset({"MA"})))
    assert set(Practice.objects.values_list("state", flat=True)) == {"MA"}


def known():
    return set(Physician.objects.values_list("npi", flat=True))
