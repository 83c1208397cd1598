"""Whichever way a referral is written, the cells it touches are marked."""

from datetime import date, timedelta

import pytest
from django.db import connection

from referrals.models import Facility, Referral, VolumeMark
from tests import factories
from tests.referrals.volumes import key_of, marked_cells

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral():
    referral = factories.ReferralFactory()
    forget_marks()
    return referral


def forget_marks():
    VolumeMark.objects.all().delete()


def insert_sql(referral, external_id):
    """The same referral again under another id, by raw SQL."""
    names = [field.attname for field in Referral._meta.local_concrete_fields]
    names = [name for name in names if name not in ("id", "month")]
    columns = ", ".join(names)
    kept = ", ".join("%s" if name == "external_id" else name for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO referrals_referral ({columns})"  # noqa: S608 (the model's own columns)
            f" SELECT {kept} FROM referrals_referral WHERE id = %s",
            [external_id, referral.pk],
        )


def test_creating_a_referral_marks_its_cell():
    referral = factories.ReferralFactory()
    assert marked_cells() == {key_of(referral)}


def test_bulk_create_marks_each_cell_once():
    made = [factories.ReferralFactory.build() for _ in range(3)]
    first = factories.ReferralFactory()
    for referral in made:
        referral.source, referral.practice, referral.physician = (
            first.source,
            first.practice,
            first.physician,
        )
        referral.service_line, referral.destination = first.service_line, first.destination
    made[2].referred_on = date(2026, 1, 31)
    forget_marks()
    Referral.objects.bulk_create(made)
    assert VolumeMark.objects.count() == 2
    assert marked_cells() == {key_of(made[0]), key_of(made[2])}


def test_saving_a_move_marks_the_old_cell_and_the_new(referral):
    left = key_of(referral)
    referral.practice = factories.PracticeFactory()
    referral.save()
    assert marked_cells() == {left, key_of(referral)}


def test_a_queryset_update_marks_what_it_touches(referral):
    other = factories.ReferralFactory()
    forget_marks()
    Referral.objects.filter(pk=other.pk).update(status="completed")
    assert marked_cells() == {key_of(other)}


@pytest.mark.parametrize(
    "change",
    [
        {"status": "accepted"},
        {"referred_on": date(2026, 2, 4)},
        {"referred_on": date(2025, 2, 3)},
        {"scheduled_on": date(2026, 2, 9)},
        {"completed_on": date(2026, 2, 9)},
    ],
)
def test_each_counted_column_marks(referral, change):
    Referral.objects.filter(pk=referral.pk).update(**change)
    assert key_of(referral) in marked_cells()


@pytest.mark.parametrize(
    "change",
    [
        {"left_because": "insurance"},
        {"patient_key": b"x" * 32},
        {"external_id": "another"},
        {"status_at": factories.NOON + timedelta(days=1)},
        {"receiving_npi": "1234567893"},
        {"status": "received"},
    ],
)
def test_what_is_not_counted_marks_nothing(referral, change):
    Referral.objects.filter(pk=referral.pk).update(**change)
    assert not VolumeMark.objects.exists()


def test_deleting_marks(referral):
    key = key_of(referral)
    referral.delete()
    assert marked_cells() == {key}


def test_raw_sql_marks(referral):
    insert_sql(referral, "raw")
    assert marked_cells() == {key_of(referral)}


def test_copy_marks(referral):
    columns = (
        "source_id, external_id, practice_id, physician_id, service_line_id, destination_id,"
        " receiving_npi, referred_on, first_seen_at, status, status_at, left_because, updated_at"
    )
    row = (
        f"{referral.source_id}\tcopied\t{referral.practice_id}\t{referral.physician_id}\t"
        f"{referral.service_line_id}\t{referral.destination_id}\t\t2026-03-01\t2026-03-02\t"
        "received\t2026-03-01\t\t2026-03-02\n"
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY referrals_referral ({columns}) FROM STDIN") as copy,
    ):
        copy.write(row)
    assert marked_cells() == {key_of(Referral.objects.get(external_id="copied"))}


def test_a_changed_primary_key_marks_both_ends(referral):
    other = factories.PracticeFactory()
    left = key_of(referral)
    Referral.objects.filter(pk=referral.pk).update(id=referral.pk + 1000, practice=other)
    assert marked_cells() == {left, (left[0], other.pk, *left[2:])}


def test_one_statement_that_moves_a_thousand_marks_the_cells_not_the_rows(referral):
    for number in range(20):
        insert_sql(referral, f"copy {number}")
    forget_marks()
    Referral.objects.update(practice=factories.PracticeFactory())
    assert VolumeMark.objects.count() == 2


def test_emptying_the_table_marks_every_known_cell(referral):
    cell = factories.VolumeCellFactory()
    factories.ReferralFactory()
    waiting = marked_cells()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE referrals_referral CASCADE")
    assert marked_cells() == waiting | {key_of_cell(cell)}


def test_a_destination_that_joins_the_network_marks_its_cells_and_no_others():
    cell = factories.VolumeCellFactory(
        destination=factories.FacilityFactory(code="rival", network="competitor")
    )
    factories.VolumeCellFactory()
    forget_marks()
    Facility.objects.filter(code="rival").update(network="in_network")
    assert marked_cells() == {key_of_cell(cell)}


def test_renaming_a_destination_marks_nothing():
    cell = factories.VolumeCellFactory()
    cell.destination.name = "Main Campus"
    cell.destination.save()
    assert not VolumeMark.objects.exists()


def key_of_cell(cell):
    return (
        cell.month,
        cell.practice_id,
        cell.physician_id,
        cell.service_line_id,
        cell.destination_id,
    )
