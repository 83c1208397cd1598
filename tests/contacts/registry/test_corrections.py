"""A load and the corrections: it confirms what it says itself, and undoes nothing."""

import csv
from datetime import date
from typing import Any

import pytest

from contacts.corrections import services
from contacts.corrections.services import Correction
from contacts.models import Affiliation, ChangeRequest, Physician, Practice
from contacts.registry.layout import NAMES
from tests import factories
from tests.contacts.registry.files import (
    MARCH,
    NOON,
    SHIPPED,
    blank,
    clinician,
    directory,
    load,
    write,
)

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 6)
MAY = date(2026, 5, 4)
SUITE_6 = {
    "street": "1000 Asylum Ave",
    "suite": "Suite 6",
    "city": "Hartford",
    "state": "CT",
    "zip_code": "06105",
}


@pytest.fixture
def first(tmp_path):
    """Two clinicians in suite 5, as the registry had them in March."""
    return write(tmp_path / "first.csv", [clinician(n, line_2="STE 5") for n in (1, 2)])


@pytest.fixture
def next_file(tmp_path):
    """Writes a later file."""
    return lambda *rows: write(tmp_path / "next.csv", rows)


@pytest.fixture
def ask(first, ana):
    """Loads the first file, and lets Ana correct something of it."""
    load(first)

    def propose_it(kind, value=None, *, about=1):
        person = Physician.objects.get(npi=factories.npi(about))
        here = person.affiliations.get()
        subject: Any = {
            "physician_name": {"physician": person},
            "specialty": {"physician": person},
            "retired": {"physician": person},
            "left": {"affiliation": here},
        }.get(kind, {"practice": here.practice})
        correction = Correction(kind=kind, value=value or {}, **subject)
        return services.propose(correction, by=ana, at=NOON)

    return propose_it


CONFIRMED = [
    ("phone", {"phone": "8605550100"}, {"line_2": "STE 5", "phone": "8605550100"}),
    ("fax", {"fax": "8605550101"}, {"line_2": "STE 5", "fax": "8605550101"}),
    ("address", SUITE_6, {"line_2": "STE 6"}),
    (
        "physician_name",
        {"first_name": "Maya", "last_name": "Cole"},
        {"line_2": "STE 5", "last_name": "COLE"},
    ),
    ("left", {"on": "2026-03-01"}, {"line_1": "20 YORK ST", "line_2": "", "postal_code": "06510"}),
]


@pytest.mark.parametrize(("kind", "value", "facts"), CONFIRMED)
def test_a_load_that_says_the_same_approves_it(ask, next_file, kind, value, facts):
    request = ask(kind, value)
    file = next_file(clinician(1, changed_on="04/01/2026", **facts))
    ledger = load(file, observed_on=APRIL)
    request.refresh_from_db()
    assert (request.state, request.load, request.decided_by) == ("approved", ledger, None)
    assert [step.what for step in request.story.all()] == ["asked", "confirmed"]
    assert ledger.counts["corrections confirmed"] == 1


def test_a_deactivation_confirms_that_he_retired(ask, next_file):
    request = ask("retired", {"on": "2026-03-01"})
    load(next_file(blank(1, "03/20/2026")), observed_on=APRIL)
    request.refresh_from_db()
    assert request.state == "approved"
    assert Physician.objects.get(npi=factories.npi(1)).status == "deactivated"


def test_a_practice_that_moved_stays_one_practice(ask, next_file):
    request = ask("address", SUITE_6)
    practice = request.practice
    load(next_file(clinician(1, line_2="STE 6", changed_on="04/01/2026")), observed_on=APRIL)
    assert Practice.objects.get() == practice
    assert Affiliation.objects.filter(ends_on=None, practice=practice).count() == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"line_2": "STE 5", "phone": "8605550100"},  # as unchanged as before
        {"line_2": "STE 5", "phone": "8605550199", "changed_on": "04/01/2026"},
        {"line_2": "STE 5", "phone": "8605550100", "changed_on": "09/01/2015"},  # an older file
    ],
)
def test_what_the_registry_does_not_say_anew_leaves_it_open(ask, next_file, facts):
    request = ask("phone", {"phone": "8605550100"})
    load(next_file(clinician(1, **facts)), observed_on=APRIL)
    request.refresh_from_db()
    assert request.is_open


def test_a_load_twice_settles_once(ask, next_file):
    ask("phone", {"phone": "8605550100"})
    file = next_file(clinician(1, line_2="STE 5", phone="8605550100", changed_on="04/01/2026"))
    load(file, observed_on=APRIL)
    state = directory()
    assert load(file, observed_on=APRIL).counts.get("corrections confirmed") is None
    assert directory() == state


APPROVED = [
    ("phone", {"phone": "8605550100"}),
    ("address", SUITE_6),
    ("practice_name", {"name": "Asylum Hill Family Medicine"}),
    ("physician_name", {"first_name": "Maya", "last_name": "Cole"}),
    ("specialty", {"specialty": "208000000X"}),
    ("retired", {"on": "2026-03-01"}),
    ("left", {"on": "2026-03-01"}),
    ("closed", {"on": "2026-03-01"}),
]


@pytest.mark.parametrize(("kind", "value"), APPROVED)
@pytest.mark.parametrize(
    "facts",
    [{}, {"middle_name": "B", "changed_on": "04/01/2026"}],
    ids=["the same", "something else changed"],
)
def test_no_later_load_undoes_what_was_approved(ask, first, next_file, erin, kind, value, facts):
    """Neither the same file, nor one in which the registry changed something else."""
    services.approve(ask(kind, value), by=erin, at=NOON)
    approved = directory()
    load(first, observed_on=APRIL)
    assert directory() == approved
    load(next_file(clinician(1, line_2="STE 5", **facts)), observed_on=MAY)
    person = Physician.objects.get(npi=factories.npi(1))
    if not (kind == "physician_name" and facts):  # of his name the registry said something new
        for name in ("practices", "affiliations"):
            assert directory().get(name) == approved.get(name)
        assert person.status == ("retired" if kind == "retired" else "active")


def test_one_who_left_is_not_brought_back_by_the_same_door(ask, next_file, erin):
    services.approve(ask("left", {"on": "2026-03-01"}), by=erin, at=NOON)
    load(next_file(clinician(1, line_2="SUITE 5", changed_on="04/01/2026")), observed_on=APRIL)
    person = Physician.objects.get(npi=factories.npi(1))
    assert not person.affiliations.filter(ends_on=None).exists()


def test_a_confirmed_fact_is_undone_like_any_other(ask, next_file, erin):
    request = ask("phone", {"phone": "8605550100"})
    file = next_file(clinician(1, line_2="STE 5", phone="8605550100", changed_on="04/01/2026"))
    load(file, observed_on=APRIL)
    services.undo(request, by=erin, at=NOON)
    assert Practice.objects.get().phone == "8607146581"
    assert ChangeRequest.objects.get().is_open
    assert Practice.objects.get().observed_on == MARCH


def test_the_real_file_confirms_a_move_and_undoes_nothing(tmp_path, ana, erin):
    """Real rows of Connecticut: one clinician moves a suite on, as a colleague had said."""
    people, offices = SHIPPED / "practitioner.csv", SHIPPED / "organization.csv"
    load(people, offices, refused=tmp_path / "refused.csv")
    alone = Affiliation.objects.filter(practice__suite="", practice__organization=None)
    stays, moves = alone.order_by("pk")[:2]
    retired = Correction(kind="retired", value={"on": "2026-03-01"}, physician=stays.physician)
    services.approve(services.propose(retired, by=ana, at=NOON), by=erin, at=NOON)
    here = moves.practice
    there = {name: getattr(here, name) for name in ("street", "city", "state", "zip_code")}
    moved = Correction(kind="address", value={**there, "suite": "Suite 909"}, practice=here)
    request = services.propose(moved, by=ana, at=NOON)
    approved = directory()
    load(people, offices, observed_on=APRIL, refused=tmp_path / "again.csv")
    assert directory() == approved
    with people.open(encoding="utf-8", newline="") as stream:
        (row,) = [one for one in csv.DictReader(stream) if one[NAMES.npi] == moves.physician.npi]
    row |= {NAMES.line_2: "STE 909", NAMES.changed_on: "04/01/2026"}
    load(write(tmp_path / "later.csv", [row], list(row)), observed_on=MAY)
    request.refresh_from_db()
    moves.refresh_from_db()
    here.refresh_from_db()
    assert (request.state, here.suite, moves.ends_on) == ("approved", "Suite 909", None)
