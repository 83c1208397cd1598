"""Rows of physicians and practices nobody knows yet wait, and are taken later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contacts.hooks import directory_grew
from referrals import intake
from referrals.models import Referral, UnmatchedRow
from tests import factories
from tests.factories import NOON
from tests.referrals.files import as_csv, counts, import_bytes

pytestmark = pytest.mark.django_db


def test_rows_of_an_unknown_physician_wait_and_are_taken_later(good):
    npi = factories.npi(700_002)
    story = [("received", "2026-02-03"), ("completed", "2026-02-20")]
    rows = [good(referring_npi=npi, status=status, status_at=day) for status, day in story]
    batch = import_bytes(as_csv(rows))
    assert counts(batch) == {"waiting": 2}
    assert {row.missing for row in UnmatchedRow.objects.all()} == {"physician"}
    assert intake.resolve_waiting(NOON) == 0

    physician = factories.PhysicianFactory(npi=npi)
    assert intake.resolve_waiting(NOON + timedelta(days=1)) == 2
    referral = Referral.objects.get()
    assert (referral.physician, referral.status) == (physician, "completed")
    assert (referral.batch, referral.first_seen_at) == (batch, NOON)
    assert not UnmatchedRow.objects.waiting().exists()
    assert intake.resolve_waiting(NOON) == 0


def test_a_row_that_was_taken_is_not_taken_again_with_those_that_still_wait(good):
    now_known, unknown = factories.npi(700_010), factories.npi(700_011)
    rows = [
        good(external_id="A", referring_npi=now_known),
        good(external_id="B", referring_npi=unknown),
    ]
    import_bytes(as_csv(rows))
    factories.PhysicianFactory(npi=now_known)
    assert intake.resolve_waiting(NOON) == 1
    assert intake.resolve_waiting(NOON) == 0
    assert [row.external_id for row in UnmatchedRow.objects.waiting()] == ["B"]


def test_rows_of_an_unknown_practice_wait(good):
    row = good(practice_id="", practice_name="New Office", practice_zip="44133")
    assert counts(import_bytes(as_csv([row]))) == {"waiting": 1}
    factories.PracticeFactory(name="NEW OFFICE", zip_code="44133")
    assert intake.resolve_waiting(NOON) == 1


def test_a_row_that_lacks_both_waits_for_both(good):
    npi = factories.npi(700_003)
    row = good(referring_npi=npi, practice_id="", practice_name="New", practice_zip="44133")
    import_bytes(as_csv([row]))
    assert UnmatchedRow.objects.get().missing == "both"
    factories.PhysicianFactory(npi=npi)
    assert intake.resolve_waiting(NOON) == 0
    assert UnmatchedRow.objects.get().missing == "practice"
    factories.PracticeFactory(name="New", zip_code="44133")
    assert intake.resolve_waiting(NOON) == 1


def test_the_directory_tells_when_it_grew(good, django_capture_on_commit_callbacks):
    npi = factories.npi(700_004)
    import_bytes(as_csv([good(referring_npi=npi)]))
    factories.PhysicianFactory(npi=npi)
    with django_capture_on_commit_callbacks(execute=True):
        directory_grew()
    assert Referral.objects.count() == 1


def test_a_row_that_waits_is_told_again_and_still_waits_once(good):
    npi = factories.npi(700_005)
    import_bytes(as_csv([good(referring_npi=npi)]))
    batch = import_bytes(as_csv([good(referring_npi=npi), good(external_id="R2")]))
    assert counts(batch) == {"new": 1, "waiting": 1}
    assert UnmatchedRow.objects.get().batch == batch


def test_a_late_row_adds_its_event_but_does_not_undo_a_newer_description(good, practice):
    npi = factories.npi(700_006)
    import_bytes(as_csv([good(referring_npi=npi)]))
    newer = import_bytes(as_csv([good(status="completed", status_at="2026-02-20")]))
    factories.PhysicianFactory(npi=npi)
    intake.resolve_waiting(NOON)
    referral = Referral.objects.get()
    assert referral.batch == newer
    assert referral.physician.npi != npi
    assert (referral.status, referral.events.count()) == ("completed", 2)
