"""Admins keep the records of physicians; everybody else reads them."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts import hooks, services
from contacts.errors import NpiKnown, PhysicianNotActive
from contacts.models import Physician
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def physician():
    return factories.PhysicianFactory(first_name="Maya", last_name="Raman")


def test_an_admin_enters_a_physician_with_her_specialties(erin):
    cardiology = factories.SpecialtyFactory(name="Cardiology")
    sports = factories.SpecialtyFactory(name="Sports")
    physician = services.add_physician(
        by=erin,
        npi=factories.npi(1),
        first_name="Maya",
        last_name="Raman",
        primary_specialty=cardiology,
        specialties=[sports],
    )
    physician.refresh_from_db()
    assert physician.source == "colleague"
    assert set(physician.specialties.all()) == {cardiology, sports}


def test_nobody_else_writes_physicians(ana, dana, physician):
    for person in (ana, dana):
        with pytest.raises(PermissionDenied):
            services.add_physician(by=person, first_name="A", last_name="B")
        with pytest.raises(PermissionDenied):
            services.edit_physician(physician, by=person, last_name="B")
        with pytest.raises(PermissionDenied):
            services.retire_physician(physician, by=person, on=date(2026, 3, 2))
    physician.refresh_from_db()
    assert physician.last_name == "Raman"


def test_an_npi_belongs_to_one_physician(erin, physician):
    with pytest.raises(NpiKnown, match="Maya Raman"):
        services.add_physician(by=erin, npi=physician.npi, first_name="A", last_name="B")
    other = factories.PhysicianFactory()
    with pytest.raises(NpiKnown):
        services.edit_physician(other, by=erin, npi=physician.npi)


def test_a_wrong_check_digit_is_a_mistake_of_the_field(erin):
    with pytest.raises(ValidationError) as mistake:
        services.add_physician(by=erin, npi="1234567890", first_name="A", last_name="B")
    assert "npi" in mistake.value.error_dict


def test_an_edit_changes_the_named_facts_alone(erin, physician):
    before: dict[str, Any] = {**Physician.objects.values().get(pk=physician.pk)}
    services.edit_physician(physician, by=erin, last_name="Raman-Ortiz")
    after: dict[str, Any] = {**Physician.objects.values().get(pk=physician.pk)}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"last_name", "updated_at", "search"}


def test_an_edit_that_changes_nothing_writes_nothing(erin, physician):
    before = Physician.objects.get(pk=physician.pk).updated_at
    services.edit_physician(physician, by=erin, last_name="Raman")
    assert Physician.objects.get(pk=physician.pk).updated_at == before


def test_the_primary_specialty_is_always_among_the_specialties(erin, physician):
    surgery = factories.SpecialtyFactory(name="Surgery")
    services.edit_physician(physician, by=erin, primary_specialty=surgery)
    assert surgery in physician.specialties.all()
    services.edit_physician(physician, by=erin, specialties=[])
    assert list(physician.specialties.all()) == [surgery]


def test_an_unknown_fact_is_the_callers_mistake(erin, physician):
    not_a_fact: dict[str, Any] = {"status": "retired"}
    with pytest.raises(TypeError, match="status"):
        services.edit_physician(physician, by=erin, **not_a_fact)


def test_retiring_ends_every_open_affiliation_that_day(erin, physician):
    here = factories.AffiliationFactory(physician=physician)
    future = factories.AffiliationFactory(
        physician=physician, is_primary=False, starts_on=date(2026, 5, 1)
    )
    services.retire_physician(physician, by=erin, on=date(2026, 3, 2))
    physician.refresh_from_db()
    here.refresh_from_db()
    future.refresh_from_db()
    assert (physician.status, physician.status_on) == ("retired", date(2026, 3, 2))
    assert here.ends_on == date(2026, 3, 2)
    assert future.ends_on == date(2026, 5, 2)


def test_only_a_retired_physician_is_reinstated(erin, physician):
    with pytest.raises(PhysicianNotActive):
        services.reinstate_physician(physician, by=erin, on=date(2026, 3, 2))
    services.retire_physician(physician, by=erin, on=date(2026, 3, 2))
    services.reinstate_physician(physician, by=erin, on=date(2026, 4, 2))
    assert physician.status == "active"


def test_a_new_npi_is_told_to_those_who_wait(
    erin, physician, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(hooks, "listeners", [lambda: told.append("grew")])
    with django_capture_on_commit_callbacks(execute=True):
        services.add_physician(by=erin, npi=factories.npi(77), first_name="A", last_name="B")
    with django_capture_on_commit_callbacks(execute=True):
        services.edit_physician(physician, by=erin, first_name="Mia")
    assert told == ["grew"]
