"""Who works where: opened and ended, never overwritten."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts import services
from contacts.errors import AffiliationEnded, AlreadyThere, PhysicianNotActive, PracticeClosed
from contacts.models import Affiliation
from tests import factories

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 2)


@pytest.fixture
def physician():
    return factories.PhysicianFactory()


@pytest.fixture
def here(physician, northern_practice):
    return factories.AffiliationFactory(physician=physician, practice=northern_practice)


def test_the_first_practice_is_the_primary_one_and_the_second_is_not(
    erin, physician, northern_practice, southern_practice
):
    first = services.open_affiliation(physician, northern_practice, by=erin, starts_on=MARCH)
    second = services.open_affiliation(physician, southern_practice, by=erin)
    assert (first.is_primary, second.is_primary) == (True, False)
    assert first.source == "colleague"


def test_a_new_primary_practice_takes_the_place_of_the_old(
    erin, physician, here, southern_practice
):
    new = services.open_affiliation(physician, southern_practice, by=erin, is_primary=True)
    here.refresh_from_db()
    assert (new.is_primary, here.is_primary, here.ends_on) == (True, False, None)
    services.make_primary(here, by=erin)
    new.refresh_from_db()
    assert (new.is_primary, here.is_primary) == (False, True)


def test_nobody_works_twice_at_one_practice(erin, physician, here):
    with pytest.raises(AlreadyThere):
        services.open_affiliation(physician, here.practice, by=erin)


def test_a_closed_practice_and_a_retired_physician_take_no_affiliation(
    erin, physician, northern_practice
):
    services.close_practice(northern_practice, by=erin, on=MARCH)
    with pytest.raises(PracticeClosed):
        services.open_affiliation(physician, northern_practice, by=erin)
    services.retire_physician(physician, by=erin, on=MARCH)
    with pytest.raises(PhysicianNotActive):
        services.open_affiliation(physician, factories.PracticeFactory(), by=erin)


def test_moving_ends_one_affiliation_and_opens_the_other(erin, here, southern_practice):
    services.edit_affiliation(here, by=erin, role="partner")
    new = services.move_physician(here, to=southern_practice, by=erin, on=MARCH)
    here.refresh_from_db()
    assert here.ends_on == new.starts_on == MARCH
    assert (new.role, new.is_primary) == ("partner", True)
    assert Affiliation.objects.count() == 2


def test_a_move_that_is_refused_leaves_everything_as_it_was(erin, here, southern_practice):
    services.close_practice(southern_practice, by=erin, on=MARCH)
    with pytest.raises(PracticeClosed):
        services.move_physician(here, to=southern_practice, by=erin, on=MARCH)
    here.refresh_from_db()
    assert here.ends_on is None


def test_what_has_ended_does_not_end_again(erin, here):
    stale = Affiliation.objects.get(pk=here.pk)
    services.end_affiliation(here, by=erin, ends_on=MARCH)
    with pytest.raises(AffiliationEnded):
        services.end_affiliation(stale, by=erin, ends_on=date(2026, 4, 1))
    here.refresh_from_db()
    assert here.ends_on == MARCH


def test_an_affiliation_ends_after_it_starts(erin, here):
    with pytest.raises(ValidationError, match="ends after the day it starts"):
        services.end_affiliation(here, by=erin, ends_on=here.starts_on)


def test_the_last_one_left_becomes_the_primary_practice(erin, physician, here, southern_practice):
    other = services.open_affiliation(physician, southern_practice, by=erin)
    services.end_affiliation(here, by=erin, ends_on=MARCH)
    other.refresh_from_db()
    here.refresh_from_db()
    assert other.is_primary
    assert here.is_primary, "it was his primary practice then, and the past is not rewritten"


def test_a_correction_makes_it_a_colleagues_affiliation(erin, here):
    assert here.source == "nppes"
    services.edit_affiliation(here, by=erin, starts_on=date(2019, 1, 1))
    here.refresh_from_db()
    assert (here.source, here.starts_on) == ("colleague", date(2019, 1, 1))


def test_who_works_the_practice_may_verify(ana, cleo, erin, here):
    with pytest.raises(PermissionDenied):
        services.verify_affiliation(here, by=cleo, on=MARCH)
    for person in (ana, erin):
        services.verify_affiliation(here, by=person, on=MARCH)
    here.refresh_from_db()
    assert (here.verified_on, here.source) == (MARCH, "nppes")


def test_liaisons_and_managers_only_read(ana, dana, here, physician, southern_practice):
    for person in (ana, dana):
        with pytest.raises(PermissionDenied):
            services.open_affiliation(physician, southern_practice, by=person)
        with pytest.raises(PermissionDenied):
            services.end_affiliation(here, by=person, ends_on=MARCH)
        with pytest.raises(PermissionDenied):
            services.edit_affiliation(here, by=person, role="locum")
        with pytest.raises(PermissionDenied):
            services.make_primary(here, by=person)
        with pytest.raises(PermissionDenied):
            services.move_physician(here, to=southern_practice, by=person, on=MARCH)
