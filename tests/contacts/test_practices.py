"""Practices and the people at their desks."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts import services
from contacts.errors import HasHistory, OwnParent, PracticeClosed, PracticeKnown
from contacts.models import Affiliation, Organization, Practice
from tests import factories

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 2)
HARTFORD: dict[str, Any] = {
    "name": "Asylum Hill Family Medicine",
    "street": "1000 Asylum Ave",
    "suite": "Suite 2109",
    "city": "Hartford",
    "state": "CT",
    "zip_code": "06105",
}


def test_the_address_gives_county_point_and_territory(erin, north):
    factories.AreaFactory(territory=north, kind="county", code="09003")
    practice = services.add_practice(by=erin, **HARTFORD)
    practice.refresh_from_db()
    assert (practice.county_fips, practice.territory) == ("09003", north)
    assert practice.latitude == pytest.approx(41.77, abs=0.02)
    assert practice.address_key == "1000 ASYLUM AVE|# 2109|06105"
    assert practice.source == "colleague"


def test_a_zip_area_wins_over_a_county_area_at_entry(erin, north, south):
    factories.AreaFactory(territory=south, kind="county", code="09003")
    factories.AreaFactory(territory=north, code="06105")
    assert services.add_practice(by=erin, **HARTFORD).territory == north


@pytest.mark.parametrize("suite", ["STE 2109", "#2109", "2109", "unit 2109", "suite  2109"])
def test_one_door_is_one_practice_however_it_is_written(erin, suite):
    services.add_practice(by=erin, **HARTFORD)
    same = {**HARTFORD, "street": "1000 ASYLUM AVENUE", "suite": suite, "city": "West Hartford"}
    with pytest.raises(PracticeKnown, match="Asylum Hill"):
        services.add_practice(by=erin, **same)
    services.add_practice(by=erin, **{**same, "suite": "Suite 2110"})
    assert Practice.objects.count() == 2


def test_a_new_address_moves_the_practice_to_its_territory(erin, north, south):
    factories.AreaFactory(territory=north, code="06105")
    factories.AreaFactory(territory=south, code="06510")
    practice = services.add_practice(by=erin, **HARTFORD)
    assert practice.territory == north
    services.edit_practice(
        practice, by=erin, street="20 York St", suite="", city="New Haven", zip_code="06510"
    )
    practice.refresh_from_db()
    assert (practice.territory, practice.county_fips) == (south, "09009")


def test_an_edit_of_the_phone_leaves_address_and_source_alone(erin, northern_practice):
    Practice.objects.update(source="nppes")
    northern_practice.refresh_from_db()
    key = northern_practice.address_key
    services.edit_practice(northern_practice, by=erin, phone="8605550142")
    northern_practice.refresh_from_db()
    assert (northern_practice.source, northern_practice.address_key) == ("nppes", key)
    services.edit_practice(northern_practice, by=erin, name="Northern Medicine")
    northern_practice.refresh_from_db()
    assert (northern_practice.source, northern_practice.address_key) == ("colleague", key)


def test_a_wrong_phone_is_a_mistake_of_the_field(erin, northern_practice):
    with pytest.raises(ValidationError) as mistake:
        services.edit_practice(northern_practice, by=erin, phone="555-0142")
    assert "phone" in mistake.value.error_dict


def test_closing_ends_affiliations_and_sends_the_staff_home(erin, northern_practice):
    affiliation = factories.AffiliationFactory(practice=northern_practice)
    member = factories.StaffMemberFactory(practice=northern_practice)
    services.close_practice(northern_practice, by=erin, on=MARCH)
    affiliation.refresh_from_db()
    member.refresh_from_db()
    assert northern_practice.closed_on == affiliation.ends_on == member.left_on == MARCH
    with pytest.raises(PracticeClosed):
        services.close_practice(northern_practice, by=erin, on=MARCH)
    services.reopen_practice(northern_practice, by=erin)
    assert northern_practice.is_open


def test_who_works_the_practice_describes_its_door(ana, cleo, northern_practice):
    services.describe_office(northern_practice, by=ana, access_rule="Tuesday lunch only")
    northern_practice.refresh_from_db()
    assert northern_practice.access_rule == "Tuesday lunch only"
    with pytest.raises(PermissionDenied):
        services.describe_office(northern_practice, by=cleo, access_rule="Never")
    with pytest.raises(PermissionDenied):
        services.edit_practice(northern_practice, by=ana, name="Mine")


def test_staff_is_kept_by_those_who_work_the_practice(ana, cleo, northern_practice):
    member = services.add_staff(
        northern_practice, by=ana, name="Joan Ruiz", job="referrals", books_referrals=True
    )
    services.edit_staff(member, by=ana, phone="2165550142")
    with pytest.raises(PermissionDenied):
        services.add_staff(northern_practice, by=cleo, name="Spy")
    with pytest.raises(PermissionDenied):
        services.edit_staff(member, by=cleo, phone="")
    services.mark_staff_left(member, by=ana, on=MARCH)
    member.refresh_from_db()
    assert (member.phone, member.left_on) == ("2165550142", MARCH)


def test_deleting_what_has_history_is_refused_in_a_sentence(erin, ana, northern_practice):
    factories.AffiliationFactory(practice=northern_practice)
    factories.StaffMemberFactory.create_batch(2, practice=northern_practice)
    with pytest.raises(HasHistory) as refusal:
        services.delete_record(northern_practice, by=erin)
    assert str(refusal.value) == (
        "Northern Family Medicine stays: 2 staff members and 1 affiliation belong to it."
    )
    with pytest.raises(PermissionDenied):
        services.delete_record(northern_practice, by=ana)
    Affiliation.objects.all().delete()
    northern_practice.staff.all().delete()
    services.delete_record(northern_practice, by=erin)
    assert not Practice.objects.filter(name="Northern Family Medicine").exists()


def test_an_organisation_is_never_a_part_of_itself(erin):
    system = services.add_organization(by=erin, name="Health System")
    group = services.add_organization(by=erin, name="Group", parent=system)
    clinic = services.add_organization(by=erin, name="Clinic", parent=group)
    with pytest.raises(OwnParent):
        services.edit_organization(system, by=erin, parent=clinic)
    assert Organization.objects.get(pk=system.pk).parent is None


def test_closing_twice_at_once_is_one_closing(erin, northern_practice):
    stale = Practice.objects.get(pk=northern_practice.pk)
    services.close_practice(northern_practice, by=erin, on=MARCH)
    with pytest.raises(PracticeClosed):
        services.close_practice(stale, by=erin, on=date(2026, 4, 1))
    stale.refresh_from_db()
    assert stale.closed_on == MARCH
