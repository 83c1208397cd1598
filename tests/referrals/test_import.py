"""Good files: what becomes of their rows, whatever the order and however often they come."""

from __future__ import annotations

import hmac
import itertools
import random
from base64 import b64decode
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from referrals import intake
from referrals.errors import AlreadyImported
from referrals.intake import loading, taking
from referrals.models import (
    Facility,
    IntakeBatch,
    Referral,
    ReferralEvent,
    ServiceLine,
    Status,
)
from referrals.models.referral import LAST_WORD
from tests import factories
from tests.factories import NOON
from tests.referrals.files import PER_ROW, as_csv, counts, import_bytes, queued, refusals
from tests.referrals.volumes import counted_by_hand, live_cells

pytestmark = pytest.mark.django_db


def test_a_row_becomes_a_referral_with_its_first_event(good, physician, practice):
    batch = import_bytes(as_csv([good()]))
    assert counts(batch) == {"new": 1}
    assert (batch.state, batch.progress) == (IntakeBatch.State.DONE, 100)
    referral = Referral.objects.get()
    assert (referral.physician, referral.practice) == (physician, practice)
    assert (referral.service_line.code, referral.destination.code) == ("cardiology", "main")
    assert referral.referred_on == date(2026, 2, 3)
    assert referral.first_seen_at == NOON
    assert (referral.status, referral.batch) == (Status.RECEIVED, batch)
    event = ReferralEvent.objects.get()
    assert event.referral == referral
    assert event.happened_at == referral.status_at == datetime(2026, 2, 3, 15, tzinfo=UTC)
    assert (event.learned_at, event.batch) == (NOON, batch)


def test_practices_lines_and_places_are_found_by_name(good, practice):
    factories.PracticeFactory(name="Parma Family Medicine", zip_code="44130")
    row = good(
        practice_id="",
        practice_name="  parma  FAMILY medicine",
        practice_zip="44129-1234",
        service_line="CARDIOLOGY",
        destination="main hospital",
    )
    assert counts(import_bytes(as_csv([row]))) == {"new": 1}
    assert Referral.objects.get().practice == practice


def test_a_code_goes_before_a_name(good):
    """Somebody named another line like this one's code."""
    factories.ServiceLineFactory(code="heart", name="cardiology")
    import_bytes(as_csv([good()]))
    assert Referral.objects.get().service_line.code == "cardiology"


def test_the_receiving_physician_is_linked_or_kept_for_later(good):
    known, later = factories.PhysicianFactory(), factories.npi(700_001)
    rows = [
        good(external_id="A", receiving_npi=known.npi),
        good(external_id="B", receiving_npi=later),
    ]
    import_bytes(as_csv(rows))
    a, b = Referral.objects.order_by("external_id")
    assert (a.receiving_physician, b.receiving_physician, b.receiving_npi) == (known, None, later)
    newcomer = factories.PhysicianFactory(npi=later)
    intake.resolve_waiting(NOON)
    b.refresh_from_db()
    assert b.receiving_physician == newcomer


def test_the_patient_number_is_kept_as_a_keyed_hash_alone(good, settings, upload_folder, caplog):
    batch = queued(as_csv([good(patient_number=" MRN-0042 "), good(external_id="R2")]))
    stored = (upload_folder / batch.stored_as).read_text()
    assert "MRN-0042" not in stored
    intake.take(batch.pk)
    referral = Referral.objects.get(external_id="R1")
    key = b64decode(settings.PATIENT_KEY)
    assert bytes(referral.patient_key or b"") == hmac.digest(key, b"MRN-0042", "sha256")
    assert Referral.objects.get(external_id="R2").patient_key is None
    assert not list(upload_folder.iterdir()), "the file goes once it is taken"
    assert "MRN-0042" not in caplog.text


# --- Status follows from events, whatever the order they come in ---

STORY = [
    ("received", "2026-02-03"),
    ("scheduled", "2026-02-05"),
    ("no_show", "2026-02-10"),
    ("scheduled", "2026-02-11"),
    ("completed", "2026-02-20"),
]


def told_as(good, story):
    return [good(status=status, status_at=day) for status, day in story]


def as_it_stands():
    referral = Referral.objects.get()
    events = list(referral.events.values_list("status", "happened_at"))
    return (
        referral.status,
        referral.status_at,
        referral.scheduled_on,
        referral.completed_on,
        sorted(events),
    )


EXPECTED = ("completed", date(2026, 2, 5), date(2026, 2, 20))


@pytest.mark.parametrize("seed", range(4))
def test_one_file_with_the_story_in_any_order(good, seed):
    story = random.Random(seed).sample(STORY, len(STORY))
    batch = import_bytes(as_csv(told_as(good, story)))
    assert counts(batch) == {"new": 1, "changed": 4}
    status, _, scheduled_on, completed_on, events = as_it_stands()
    assert (status, scheduled_on, completed_on) == EXPECTED
    assert len(events) == 5


def test_files_in_any_order_end_the_same(good, settings):
    settings.SITE_TIME_ZONE = "America/New_York"
    ends = set()
    for order in list(itertools.permutations(STORY[1:]))[::5]:
        Referral.objects.all().delete()
        IntakeBatch.objects.all().delete()
        for row in told_as(good, order):
            assert counts(import_bytes(as_csv([row]))).keys() <= {"new", "changed"}
        ends.add(repr(as_it_stands()))
    assert len(ends) == 1


def test_of_two_statuses_on_one_day_the_one_with_the_last_word_stays(good):
    for first, second in itertools.pairwise(LAST_WORD):
        rows = [
            good(external_id=f"{first}-{second}", status=status, status_at="2026-02-05")
            for status in (second, first)
        ]
        import_bytes(as_csv(rows))
        assert Referral.objects.get(external_id=f"{first}-{second}").status == second


def test_a_completion_that_was_cancelled_is_none(good):
    story = [("completed", "2026-02-05"), ("cancelled", "2026-02-06")]
    import_bytes(as_csv(told_as(good, story)))
    referral = Referral.objects.get()
    assert (referral.status, referral.completed_on) == ("cancelled", None)


def test_days_are_those_of_the_source(good):
    """23:30 in Honolulu is the next day in UTC and in New York."""
    honolulu = factories.SourceFactory(code="island", time_zone="Pacific/Honolulu")
    rows = [good(status="scheduled", status_at="2026-02-05 23:30")]
    import_bytes(as_csv(rows), source=honolulu)
    referral = Referral.objects.get()
    assert referral.status_at == datetime(2026, 2, 6, 9, 30, tzinfo=UTC)
    assert referral.scheduled_on == date(2026, 2, 5)


# --- The same again ---


def test_a14_the_same_file_twice_is_taken_once(good):
    content = as_csv([good()])
    first = import_bytes(content)
    with pytest.raises(AlreadyImported) as refusal:
        queued(content)
    assert refusal.value.batch == first
    assert str(first.pk) in str(refusal.value)
    assert Referral.objects.count() == 1


def test_a_file_that_failed_may_come_again(good):
    content = as_csv([good(), good(external_id="R2", status="lost")])
    assert import_bytes(content).state == IntakeBatch.State.FAILED
    assert counts(import_bytes(content, mode=PER_ROW)) == {"new": 1, "refused": 1}


def test_rows_that_are_there_already_are_same(good):
    import_bytes(as_csv([good()]))
    batch = import_bytes(as_csv([good(), good(external_id="R2")]))
    assert counts(batch) == {"new": 1, "same": 1}
    assert ReferralEvent.objects.count() == 2


def test_the_same_id_of_two_sources_is_two_referrals(good):
    import_bytes(as_csv([good()]))
    import_bytes(as_csv([good()]), source=factories.SourceFactory(code="claims"))
    assert Referral.objects.count() == 2


def test_what_a_referral_is_can_be_corrected(good):
    import_bytes(as_csv([good(left_because="access", patient_number="1")]))
    other = factories.PracticeFactory()
    batch = import_bytes(as_csv([good(practice_id=str(other.pk), referred_on="2026-02-01")]))
    assert counts(batch) == {"changed": 1}
    referral = Referral.objects.get()
    assert (referral.practice, referral.referred_on) == (other, date(2026, 2, 1))
    assert referral.left_because == "access", "an empty cell says nothing"
    assert referral.patient_key is not None
    assert referral.first_seen_at == NOON


def test_a15_a_row_twice_in_one_file_counts_once(good):
    batch = import_bytes(as_csv([good(), good(), good(external_id="R2")]))
    assert counts(batch) == {"new": 2, "repeated": 1}


def test_a15_rows_that_contradict_each_other_are_all_refused(good):
    other = factories.PracticeFactory()
    rows = [
        good(),
        good(external_id="R2"),
        good(status="completed", status_at="2026-02-20", practice_id=str(other.pk)),
        good(external_id="R3", patient_number="1"),
        good(external_id="R3", patient_number="2"),
    ]
    batch = import_bytes(as_csv(rows), mode=PER_ROW)
    assert refusals(batch) == dict.fromkeys((2, 4, 5, 6), "conflict")
    assert counts(batch) == {"new": 1, "refused": 4}
    assert [r.external_id for r in Referral.objects.all()] == ["R2"]


def test_a15_an_empty_optional_cell_contradicts_nothing(good):
    rows = [
        good(),
        good(status="redirected", status_at="2026-02-09", left_because="access"),
    ]
    assert counts(import_bytes(as_csv(rows))) == {"new": 1, "changed": 1}
    assert Referral.objects.get().left_because == "access"


# --- All or nothing, or row by row ---


def test_g8_one_refused_row_holds_back_the_others(good):
    rows = [good(), good(external_id="R2", status="lost"), good(external_id="R3"), good()]
    batch = import_bytes(as_csv(rows))
    assert batch.state == IntakeBatch.State.FAILED
    assert batch.error_code == "rows_refused"
    assert batch.error == "1 of 4 rows was refused, so none was taken."
    assert counts(batch) == {"refused": 1, "repeated": 1, "held_back": 2}
    assert refusals(batch) == {3: "status"}
    assert not Referral.objects.exists()


def test_g8_row_by_row_the_good_ones_are_taken(good):
    rows = [good(), good(external_id="R2", status="lost"), good(external_id="R3")]
    batch = import_bytes(as_csv(rows), mode=PER_ROW)
    assert batch.state == IntakeBatch.State.DONE
    assert counts(batch) == {"new": 2, "refused": 1}


# --- What is not there yet ---


def test_unknown_lines_and_places_are_made_if_asked_for(good):
    rows = [
        good(service_line="Wound Care", destination="st-marys"),
        good(external_id="R2", service_line="WOUND care", destination="ST-MARYS"),
    ]
    assert counts(import_bytes(as_csv(rows), create_missing=True)) == {"new": 2}
    line = ServiceLine.objects.get(code="wound-care")
    place = Facility.objects.get(code="st-marys")
    assert (line.name, place.name, place.network) == ("Wound Care", "st-marys", "unknown")
    assert set(Referral.objects.values_list("service_line", "destination")) == {(line.pk, place.pk)}


def test_nothing_is_made_for_rows_that_are_refused(good):
    rows = [good(service_line="Wound Care", status_at="2020-01-01"), good(external_id="R2")]
    import_bytes(as_csv(rows), create_missing=True, mode=PER_ROW)
    import_bytes(as_csv([*rows, good(external_id="R3")]), create_missing=True)
    assert ServiceLine.objects.count() == 1


def test_a_file_that_names_thousands_of_new_places_is_refused(good, monkeypatch):
    monkeypatch.setattr("referrals.intake.matching.MOST_NEW", 2)
    rows = [good(external_id=f"R{n}", destination=f"Place {n}") for n in range(3)]
    batch = import_bytes(as_csv(rows), create_missing=True)
    assert batch.error_code == "too_many_new"
    assert not Facility.objects.filter(name__startswith="Place").exists()


# --- Slices ---


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(loading, "SLICE_LINES", 3)


def test_slices_end_as_one_would(good, small_slices):
    """The rows of one referral stand in different slices; every kind of row is there."""
    rows = [
        *told_as(good, STORY),
        *[good(external_id=f"S{n}") for n in range(5)],
        good(external_id="S1"),
        good(external_id="S2", status="lost"),
        good(external_id="W", referring_npi=factories.npi(700_007)),
    ]
    batch = import_bytes(as_csv(rows), mode=PER_ROW)
    assert counts(batch) == {
        "new": 6,
        "changed": 4,
        "repeated": 1,
        "refused": 1,
        "waiting": 1,
    }
    assert Referral.objects.get(external_id="R1").status == "completed"
    assert counts(import_bytes(as_csv([*rows, rows[0]]), mode=PER_ROW)) == {
        "same": 10,
        "repeated": 2,
        "refused": 1,
        "waiting": 1,
    }


def test_imports_mark_what_they_touch(good, now):
    from referrals import rollups

    import_bytes(as_csv(told_as(good, STORY)))
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()
    other = factories.PracticeFactory()
    import_bytes(as_csv([good(practice_id=str(other.pk))]))
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()


def test_after_an_import_the_planner_knows_of_its_rows(good):
    """Believed empty, as after an undo of everything, each event would walk a whole index."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referrals_referral")
        import_bytes(as_csv([good(external_id=f"R{number}") for number in range(3)]))
        cursor.execute(taking.BELIEVED)
        assert cursor.fetchone() == (3,)
