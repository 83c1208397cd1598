"""The real Connecticut file of 2018: 2,000 clinicians and 40 organisations."""

import csv
from collections import defaultdict

import pytest
from django.db import connection, transaction

from contacts.models import Affiliation, Organization, Physician, Practice
from contacts.registry.addresses import door
from contacts.registry.layout import NAMES
from tests.contacts.registry.files import SHIPPED, audit_rows, directory, load, sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def files():
    return sample("practitioner.csv"), sample("organization.csv")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def address(row):
    facts = (NAMES.line_1, NAMES.line_2, NAMES.city, NAMES.state)
    return (*(row[name].strip().upper() for name in facts), row[NAMES.postal_code][:5])


def test_everybody_comes_in_and_a_second_run_changes_nothing(files):
    counts = load(*files).counts
    assert counts["refused"] == {}
    assert (Physician.objects.count(), Organization.objects.exclude(npi=None).count()) == (2000, 40)
    before, audited = directory(), audit_rows()
    assert load(*files).counts == {"read": 2040, "skipped": {}, "refused": {}, "same": 2040}
    assert directory() == before
    assert audit_rows() == audited


def test_it_ends_also_where_the_planner_last_saw_an_empty_directory(files):
    """A load that was rolled back leaves pages full of nothing, and these were counted last."""
    with transaction.atomic():
        load(*files)
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL statement_timeout = '30s'")
    load(*files)
    assert load(*files).counts["same"] == 2040


def test_a35_the_thirty_reactivated_are_active(files):
    reactivated = [row for row in rows_of(files[0]) if row[NAMES.reactivated_on]]
    assert len(reactivated) == 30
    load(*files)
    found = Physician.objects.filter(npi__in=[row[NAMES.npi] for row in reactivated])
    assert set(found.values_list("status", flat=True)) == {"active"}


def test_each_shared_address_becomes_one_practice_per_suite(files):
    """Whoever files the same suite is in one practice; no two clinicians became one."""
    places = defaultdict(list)
    for row in rows_of(files[0]):
        places[row[NAMES.line_1], row[NAMES.postal_code][:5]].append(row)
    shared = [rows for rows in places.values() if len(rows) > 1]
    assert len(shared) == 270
    load(*files)
    practice_of = dict(Affiliation.objects.values_list("physician__npi", "practice_id"))
    assert len(practice_of) == 1999, "each but the one abroad"
    for rows in shared:
        suites = defaultdict(set)
        for row in rows:
            suites[row[NAMES.line_2]].add(practice_of[row[NAMES.npi]])
        assert all(len(practices) == 1 for practices in suites.values())
        keys = {door(*address(row)).key for row in rows}
        assert len({practice_of[row[NAMES.npi]] for row in rows}) == len(keys)


def test_different_doors_are_different_practices(files):
    rows = [row for row in rows_of(files[0]) if row[NAMES.country] in {"US", ""}]
    load(*files)
    practice_of = dict(Affiliation.objects.values_list("physician__npi", "practice__address_key"))
    for row in rows:
        assert practice_of[row[NAMES.npi]] == door(*address(row)).key


def test_every_practice_is_on_the_map(files):
    load(*files)
    unplaced = Practice.objects.filter(latitude=None)
    assert unplaced.count() <= 1
    assert not Practice.objects.exclude(state__in=["CT", "MA", "RI"]).exists()


def test_the_shipped_extract_shows_what_it_promises():
    load(SHIPPED / "practitioner.csv", SHIPPED / "organization.csv")
    assert Physician.objects.count() == 44
    assert Physician.objects.filter(status="active").count() == 44
    assert Practice.objects.get(name="Eye Associates PC").affiliations.count() == 3
    assert Practice.objects.get(street="825 Chalkstone Ave").affiliations.count() == 3
    assert Practice.objects.filter(street="1000 Asylum Ave").count() > 3
    assert Organization.objects.get(name="Essent Healthcare, Inc.").subparts.count() == 1
