"""Files of any header: matched by a person, checked, and only then taken."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from referrals import intake, services
from referrals.errors import AlreadyImported, ColumnsNotMatched, NotChecked
from referrals.imports import services as imports
from referrals.intake import mapping, store
from referrals.intake.loading import load
from referrals.models import (
    HeaderMap,
    IntakeBatch,
    Referral,
    SealedFile,
    ServiceLine,
    UnmatchedRow,
)
from tests import factories
from tests.factories import NOON
from tests.referrals.files import PER_ROW, as_csv, counts, import_bytes, refusals
from tests.referrals.sheets import ROW, THEIRS, as_text, match, sealed_batch

pytestmark = pytest.mark.django_db

State = IntakeBatch.State
ALL = IntakeBatch.Mode.ALL_OR_NOTHING


@pytest.fixture
def theirs(physician, practice, catalogue):
    """A row of the other system that can be taken."""

    def row(**cells: str) -> tuple[str, ...]:
        told = dict(zip(THEIRS, ROW, strict=True)) | {"From NPI": physician.npi}
        told["Office"] = str(practice.pk)
        return tuple((told | cells).values())

    return row


@pytest.fixture
def checked(erin, theirs):
    """Matched and checked, as a worker would."""

    def check(rows, *, delimiter=",", source=None, create_missing=False, **said):
        content = as_text(rows, delimiter)
        batch = sealed_batch(content, source=source, create_missing=create_missing)
        if batch.state == State.MAPPING:
            imports.match_columns(batch, by=erin, match=match(delimiter=delimiter, **said))
        intake.take(batch.pk)
        batch.refresh_from_db()
        return batch

    return check


def confirm(batch, erin, mode=ALL):
    imports.confirm(batch, by=erin, mode=mode)
    intake.take(batch.pk)
    batch.refresh_from_db()


def test_a_foreign_file_is_checked_and_then_taken(checked, theirs, erin):
    batch = checked([theirs(), theirs(**{"Ref #": "R2", "State": "new"})])
    assert (batch.state, counts(batch)) == (State.CHECKED, {"new": 2})
    assert not Referral.objects.exists(), "nothing is written before somebody says so"
    confirm(batch, erin)
    assert (batch.state, counts(batch)) == (State.DONE, {"new": 2})
    first = Referral.objects.get(external_id="R1")
    assert (first.status, first.referred_on) == ("scheduled", date(2026, 2, 3))
    assert first.status_at == datetime(2026, 2, 3, 19, 5, tzinfo=UTC), "2:05 PM in New York"
    assert first.patient_key is not None
    assert not SealedFile.objects.exists()


def test_nothing_of_the_file_can_be_read_on_the_disk(checked, theirs, erin, upload_folder):
    batch = sealed_batch(as_text([theirs()]))
    assert batch.state == State.MAPPING
    on_disk = b"".join(path.read_bytes() for path in upload_folder.iterdir())
    assert b"Smith" not in on_disk
    assert b"R1" not in on_disk
    imports.match_columns(batch, by=erin, match=match())
    intake.take(batch.pk)
    on_disk = b"".join(path.read_bytes() for path in upload_folder.iterdir())
    assert b"R1" in on_disk
    assert b"Smith" not in on_disk
    assert b"MRN-7731" not in on_disk


def test_a_header_is_matched_once_for_its_source(checked, theirs):
    source = factories.SourceFactory()
    checked([theirs()], source=source)
    again = checked([theirs(**{"Ref #": "R9"})], source=source)
    assert (again.state, again.header_map) == (State.CHECKED, HeaderMap.objects.get())
    other = sealed_batch(as_text([theirs()]), source=factories.SourceFactory(code="other"))
    assert other.state == State.MAPPING, "another source may mean something else by it"


def test_our_own_columns_need_no_match(good):
    batch = sealed_batch(as_csv([good()]))
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, counts(batch), batch.header_map) == (State.CHECKED, {"new": 1}, None)


def test_a12_a_separator_is_declared(checked, theirs):
    assert counts(checked([theirs()], delimiter=";")) == {"new": 1}


def test_a06_an_encoding_is_declared(theirs, erin):
    content = as_text([theirs(Specialty="Médecine")]).decode().encode("windows-1252")
    batch = sealed_batch(content, create_missing=True)
    imports.match_columns(batch, by=erin, match=match())
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.error_code) == (State.MAPPING, "encoding"), "to be said otherwise"
    imports.match_columns(batch, by=erin, match=match(encoding="windows-1252"))
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert counts(batch) == {"new": 1}
    confirm(batch, erin)
    assert ServiceLine.objects.filter(name="Médecine").exists()


def test_a20_a21_dates_are_only_as_declared(checked, theirs):
    written = ["2026-02-03", "13/01/2026", "02/30/2026", "1/2/26", "46000", "02/03/2027", ""]
    rows = [theirs(**{"Ref #": f"R{n}", "Date Referred": text}) for n, text in enumerate(written)]
    batch = checked(rows)
    assert refusals(batch) == {
        2: "date_form",
        3: "date",
        4: "date",
        5: "date_form",
        6: "date_form",
        7: "date_range",
        8: "date_form",
    }
    told = batch.refused.order_by("line").first()
    assert told.reason == "referred_on: '2026-02-03' is not a date written MM/DD/YYYY."
    assert told.cells[0] == "R0"
    assert "MRN-7731" not in str(told.cells), "and of the patient nothing"


def test_short_dates_and_clocks_may_be_declared(checked, theirs):
    row = theirs(**{"Date Referred": "2/3/2026", "Changed": "2/3/2026 14:05"})
    assert counts(checked([row], date_form="M/D/YYYY", clock="24")) == {"new": 1}


def test_a_word_nobody_matched_is_refused_with_its_line(checked, theirs, erin):
    batch = checked([theirs(), theirs(**{"Ref #": "R2", "State": "Limbo"})])
    assert counts(batch) == {"new": 1, "refused": 1}
    assert batch.refused.get().reason == "status: 'Limbo' is not matched to a status."
    confirm(batch, erin, PER_ROW)
    assert (batch.state, counts(batch)) == (State.DONE, {"new": 1, "refused": 1})


def test_the_counts_of_a_check_are_those_of_the_import(checked, theirs, erin):
    source = factories.SourceFactory()
    first = checked([theirs(**{"Ref #": f"R{n}"}) for n in range(3)], source=source)
    confirm(first, erin)
    rows = [
        theirs(),  # R1, word for word
        theirs(**{"Ref #": "R0", "Changed": "02/05/2026 9:00 AM"}),  # moved on
        theirs(**{"Ref #": "R2", "Date Referred": "02/01/2026"}),  # told otherwise
        theirs(**{"Ref #": "R3"}),
        theirs(**{"Ref #": "R3", "Changed": "02/06/2026 9:00 AM"}),  # new, and moved on
        theirs(**{"Ref #": "R3"}),  # repeated
        theirs(**{"Ref #": "R4", "From NPI": factories.npi(700_002)}),  # waits
        theirs(**{"Ref #": "R5", "From NPI": "1"}),  # refused
    ]
    batch = checked(rows, source=source)
    foretold = counts(batch)
    assert foretold == {
        "new": 1, "changed": 3, "same": 1, "repeated": 1, "waiting": 1, "refused": 1,
    }  # fmt: skip
    assert not UnmatchedRow.objects.exists()
    confirm(batch, erin, PER_ROW)
    assert counts(batch) == foretold


def test_a14_the_same_file_twice_imports_nothing(checked, theirs, erin):
    source = factories.SourceFactory()
    batch = checked([theirs()], source=source)
    with pytest.raises(AlreadyImported):
        sealed_batch(as_text([theirs()]), source=source)
    confirm(batch, erin)
    with pytest.raises(AlreadyImported):
        sealed_batch(as_text([theirs()]), source=source)


def test_what_is_confirmed_twice_is_taken_once(checked, theirs, erin):
    batch = checked([theirs()])
    imports.confirm(batch, by=erin, mode=ALL)
    imports.confirm(batch, by=erin, mode=ALL)
    intake.take(batch.pk)
    imports.confirm(batch, by=erin, mode=ALL)
    assert intake.take(batch.pk) is None
    assert Referral.objects.count() == 1


def test_a_dropped_file_leaves_nothing_and_may_come_again(checked, theirs, erin, upload_folder):
    source = factories.SourceFactory()
    batch = checked([theirs()], source=source)
    imports.drop(batch, by=erin)
    imports.drop(batch, by=erin)
    store.remove_orphans([])
    assert not SealedFile.objects.exists()
    with pytest.raises(NotChecked):
        imports.confirm(batch, by=erin, mode=ALL)
    assert sealed_batch(as_text([theirs()]), source=source).state == State.QUEUED


def test_a_file_nobody_confirms_is_forgotten_after_a_day(checked, theirs):
    batch = checked([theirs()])
    batch.refresh_from_db()
    services.tend_imports(batch.updated_at + timedelta(hours=23))
    batch.refresh_from_db()
    assert batch.state == State.CHECKED
    services.tend_imports(batch.updated_at + timedelta(hours=25))
    batch.refresh_from_db()
    assert (batch.state, SealedFile.objects.exists()) == (State.DROPPED, False)


def test_only_an_admin_says_what_columns_mean(theirs, dana, ana):
    batch = sealed_batch(as_text([theirs()]))
    for person in (dana, ana):
        with pytest.raises(PermissionDenied):
            imports.match_columns(batch, by=person, match=match())
        with pytest.raises(PermissionDenied):
            imports.drop(batch, by=person)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {"external_id": "Ref #"}}, "Say which column is referred_on"),
        ({"columns": {**match().columns, "practice_id": "MRN"}}, "patient number is no other"),
        ({"fixed": {"status": "received"}}, "This cannot be said of status"),
        ({"statuses": {"Booked": "lost"}}, "a status that there is not"),
    ],
)
def test_a_match_that_cannot_be_is_refused(theirs, erin, change, said):
    batch = sealed_batch(as_text([theirs()]))
    with pytest.raises(ColumnsNotMatched, match=said):
        imports.match_columns(batch, by=erin, match=match(**change))
    batch.refresh_from_db()
    assert (batch.state, HeaderMap.objects.exists()) == (State.MAPPING, False)


def test_a_worker_killed_while_it_checks_loses_nothing(theirs, erin, monkeypatch):
    """Between reading the sealed file and counting it, and once more after counting."""
    batch = sealed_batch(as_text([theirs()]))
    imports.match_columns(batch, by=erin, match=match())

    def killed(batch, pulse):
        load(batch, pulse)
        raise KeyboardInterrupt

    monkeypatch.setattr("referrals.intake.batches.load", killed)
    with pytest.raises(KeyboardInterrupt):
        intake.take(batch.pk)
    monkeypatch.setattr("referrals.intake.batches.load", load)
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, counts(batch)) == (State.CHECKED, {"new": 1})


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_confirm_at_once_import_once(checked, theirs, erin, upload_folder):
    batch = checked([theirs()])
    problems = []

    def click():
        try:
            imports.confirm(IntakeBatch.objects.get(pk=batch.pk), by=erin, mode=ALL)
            intake.take(batch.pk)
        except Exception as problem:  # noqa: BLE001  a thread's failure is told below
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    batch.refresh_from_db()
    assert (problems, batch.state, counts(batch)) == ([], State.DONE, {"new": 1})
    assert list(upload_folder.iterdir()) == [], "and no file is left"


@pytest.mark.parametrize(
    ("names", "suggested"),
    [
        (THEIRS, {"external_id": "Ref #", "referred_on": "Date Referred", "patient_number": "MRN"}),
        (("Referring Provider NPI", "Zip Code"), {
            "referring_npi": "Referring Provider NPI", "practice_zip": "Zip Code"}),
        (("Favourite colour", "Weather"), {}),
    ],
)  # fmt: skip
def test_names_that_look_like_ours_are_suggested(names, suggested):
    assert mapping.suggest(names).items() >= suggested.items()


def test_every_import_remembers_what_it_needs_to_be_undone(good):
    assert import_bytes(as_csv([good()]), at=NOON).keeps_undo
