"""An import is a row: lost messages, dead workers and second deliveries change nothing."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from referrals import intake, services, tasks
from referrals.errors import AlreadyImported
from referrals.intake import batches, loading, pulse, store, taking
from referrals.locks import Lock, held, wait_in_transaction
from referrals.models import IntakeBatch, Referral, Source
from tests.referrals.files import PER_ROW, as_csv, counts, import_bytes, queued

pytestmark = pytest.mark.django_db

State = IntakeBatch.State


def many(good, rows):
    return as_csv([good(external_id=f"R{n}") for n in range(rows)])


@pytest.fixture
def small_slices(monkeypatch):
    monkeypatch.setattr(loading, "SLICE_LINES", 3)


def breaks_after(monkeypatch, slices):
    """The database goes away after so many slices; answers a function that repairs it."""
    whole = taking.take_slice
    taken: list[Source] = []

    def take_slice(source):
        if len(taken) == slices:
            raise OperationalError("The connection to MRN-77 is gone.")
        taken.append(source)
        return whole(source)

    monkeypatch.setattr(loading, "take_slice", take_slice)
    return lambda: monkeypatch.setattr(loading, "take_slice", whole)


# --- Attempts ---


def test_an_import_taken_twice_is_taken_once(good):
    batch = queued(many(good, 2))
    assert intake.take(batch.pk) is not None
    assert intake.take(batch.pk) is None
    assert IntakeBatch.objects.get().attempts == 1


def test_what_goes_wrong_is_tried_again_and_goes_on_where_it_was(good, small_slices, monkeypatch):
    batch = queued(many(good, 8), mode=PER_ROW)
    repair = breaks_after(monkeypatch, slices=2)
    with pytest.raises(OperationalError):
        intake.take(batch.pk)
    batch.refresh_from_db()
    assert batch.state == State.QUEUED
    assert batch.error == "Stopped by OperationalError.", "and not a word of its text"
    assert Referral.objects.count() == batch.rows_new == 5
    repair()
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.attempts, batch.error) == (State.DONE, 2, "")
    assert counts(batch) == {"new": 8}
    assert Referral.objects.count() == 8


def test_all_or_nothing_starts_anew(good, small_slices, monkeypatch):
    batch = queued(many(good, 8))
    repair = breaks_after(monkeypatch, slices=2)
    with pytest.raises(OperationalError):
        intake.take(batch.pk)
    assert not Referral.objects.exists()
    repair()
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert counts(batch) == {"new": 8}


def test_b10_after_five_attempts_it_is_given_up(good, monkeypatch, upload_folder):
    batch = queued(many(good, 2))
    repair = breaks_after(monkeypatch, slices=0)
    for _ in range(batches.MOST_ATTEMPTS):
        with pytest.raises(OperationalError):
            intake.take(batch.pk)
    assert intake.take(batch.pk) is None
    batch.refresh_from_db()
    assert (batch.state, batch.error_code) == (State.FAILED, "gave_up")
    assert batch.error == "Given up after 5 attempts. Stopped by OperationalError."
    assert not list(upload_folder.iterdir())
    repair()
    assert counts(import_bytes(many(good, 2))) == {"new": 2}, "and may be sent again"


def test_a_file_that_is_gone_is_told(good):
    batch = queued(many(good, 2))
    store.remove(batch.stored_as)
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.error_code) == (State.FAILED, "file_lost")


def test_a_worker_taken_for_dead_writes_nothing_more(good, small_slices, monkeypatch):
    """Another one has claimed the import between two of its slices."""
    batch = queued(many(good, 8), mode=PER_ROW)
    whole = taking.take_slice

    def claimed_meanwhile(source):
        taken = whole(source)
        if Referral.objects.count() > 4:
            IntakeBatch.objects.update(attempts=7)
        return taken

    monkeypatch.setattr(loading, "take_slice", claimed_meanwhile)
    assert intake.take(batch.pk) is None
    batch.refresh_from_db()
    assert (batch.state, batch.rows_new) == (State.RUNNING, 2)
    assert Referral.objects.count() == 2


# --- The sweep ---


def test_b04_an_import_nobody_was_told_of_is_handed_out(good):
    batch = queued(many(good, 2))
    services.tend_imports(timezone.now())
    assert IntakeBatch.objects.get().state == State.QUEUED, "it is most likely on its way"
    services.tend_imports(timezone.now() + timedelta(seconds=60))
    batch.refresh_from_db()
    assert counts(batch) == {"new": 2}


def test_a_silent_import_is_taken_over(good):
    batch = queued(many(good, 2))
    now = timezone.now()
    IntakeBatch.objects.update(state=State.RUNNING, attempts=1, heartbeat_at=now)
    assert batches.waiting_for_a_worker(now + timedelta(seconds=59)) == []
    assert batches.waiting_for_a_worker(now + timedelta(seconds=61)) == [batch.pk]
    services.tend_imports(now + timedelta(seconds=61))
    batch.refresh_from_db()
    assert (counts(batch), batch.attempts) == ({"new": 2}, 2)


def test_finished_imports_are_left_alone(good):
    import_bytes(many(good, 2))
    assert batches.waiting_for_a_worker(timezone.now() + timedelta(days=1)) == []


def test_files_of_no_import_go_after_an_hour(good, upload_folder):
    batch = queued(many(good, 2))
    for name, age_seconds in (("old.rows", 4000), ("new.rows", 60), ("old.unfinished", 4000)):
        path = upload_folder / name
        path.write_text("x")
        os.utime(path, (time.time() - age_seconds,) * 2)
    os.utime(upload_folder / batch.stored_as, (time.time() - 9000,) * 2)
    assert intake.remove_orphans() == 2
    assert {path.name for path in upload_folder.iterdir()} == {"new.rows", batch.stored_as}


def test_a_broker_that_is_away_does_not_undo_what_was_queued(
    good, monkeypatch, django_capture_on_commit_callbacks
):
    from kombu.exceptions import OperationalError as BrokerError

    def away(*args, **kwargs):
        raise BrokerError("Connection refused")

    monkeypatch.setattr(tasks.take_import, "apply_async", away)
    queued(many(good, 2))
    services.tend_imports(timezone.now() + timedelta(seconds=60))
    assert IntakeBatch.objects.get().state == State.QUEUED


# --- Several at once ---


@pytest.mark.django_db(transaction=True)
def test_a32_of_two_that_bring_one_file_at_once_one_imports(good):
    content = many(good, 2)
    start, answers = threading.Barrier(2), []

    def bring():
        start.wait()
        try:
            answers.append(queued(content).pk)
        except AlreadyImported as refusal:
            answers.append(refusal.batch.pk)
        finally:
            connection.close()

    together(bring, bring)
    assert IntakeBatch.objects.count() == 1
    assert len(set(answers)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_import_take_it_once(good, monkeypatch):
    monkeypatch.setattr(batches, "PATIENCE_SECONDS", 0.2)
    batch = queued(many(good, 2000))
    results = []

    def take():
        results.append(intake.take(batch.pk))
        connection.close()

    together(take, take)
    batch.refresh_from_db()
    assert counts(batch) == {"new": 2000}
    assert batch.attempts == 1
    assert results.count(None) == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_of_one_source_about_the_same_referrals(good):
    """Both bring every referral, each with another status; each is made once."""
    first = queued(many(good, 300))
    later = as_csv(
        [
            good(external_id=f"R{n}", status="completed", status_at="2026-02-20")
            for n in reversed(range(300))
        ]
    )
    second = queued(later)

    def take(pk):
        intake.take(pk)
        connection.close()

    together(lambda: take(first.pk), lambda: take(second.pk))
    assert Referral.objects.count() == 300
    assert set(Referral.objects.values_list("status", flat=True)) == {"completed"}
    told = [counts(IntakeBatch.objects.get(pk=pk)) for pk in (first.pk, second.pk)]
    assert sorted(told, key=str) == [{"changed": 300}, {"new": 300}]


@pytest.mark.django_db(transaction=True)
def test_the_pulse_tells_how_far_it_is_while_the_transaction_is_open(good, monkeypatch):
    monkeypatch.setattr(pulse, "BEAT_SECONDS", 0.05)
    batch = queued(many(good, 10))
    whole = taking.take_slice
    seen: list[int] = []

    def look(source):
        taken = whole(source)
        time.sleep(0.3)
        seen.append(outside(lambda: IntakeBatch.objects.get().rows_done))
        return taken

    monkeypatch.setattr(loading, "take_slice", look)
    intake.take(batch.pk)
    assert seen == [3], "all rows are staged, none is taken"


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_free_again_once_its_session_ends():
    def die_with_it():
        with held(Lock.BATCH, 1) as alone:
            assert alone
            connection.close()

    outside(die_with_it)
    with held(Lock.BATCH, 1) as alone:
        assert alone


def together(*jobs):
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def outside(question):
    """The answer from a session of its own."""
    answers = []

    def ask():
        answers.append(question())
        connection.close()

    together(ask)
    return answers[0]


@pytest.mark.django_db(transaction=True)
def test_an_import_waits_for_another_of_its_source_however_long(good, monkeypatch):
    """A worker's patience for locks is short; an import that goes on is no reason to fail."""
    batch = queued(many(good, 2))
    holding, may_end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            wait_in_transaction(Lock.SOURCE, batch.source_id)
            holding.set()
            may_end.wait(10)
        connection.close()

    def take():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        intake.take(batch.pk)
        connection.close()

    holder, taker = threading.Thread(target=hold), threading.Thread(target=take)
    holder.start()
    holding.wait(10)
    taker.start()
    time.sleep(0.6)
    may_end.set()
    taker.join(10)
    holder.join(10)
    batch.refresh_from_db()
    assert (counts(batch), batch.attempts) == ({"new": 2}, 1)
