"""Runs beside runs, and beside people who go on working."""

from __future__ import annotations

import random
import threading

import pytest
from django.db import connection

from liaison_crm.core.errors import DomainError
from referrals import rollups
from referrals.models import Referral, RollupRun, Status, VolumeCell
from referrals.rollups import counting, ledger
from tests import factories
from tests.referrals.volumes import counted_by_hand, live_cells

pytestmark = pytest.mark.django_db(transaction=True)

State = RollupRun.State


@pytest.fixture
def several(monkeypatch):
    monkeypatch.setattr(ledger, "MARKS_PER_CHUNK", 3)
    for _ in range(12):
        factories.ReferralFactory()


def together(*jobs):
    """Run each in a session of its own; the first problem of any is raised here."""
    problems: list[BaseException] = []

    def job_in_session(job):
        try:
            job()
        except BaseException as problem:
            problems.append(problem)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=job_in_session, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if problems:
        raise problems[0]


def test_b12_two_beats_at_once_start_one_run(several, now):
    start, started = threading.Barrier(3), []

    def beat():
        start.wait()
        started.append(rollups.open_due_night(now))

    together(beat, beat, beat)
    assert len([run for run in started if run is not None]) == 1
    assert RollupRun.objects.count() == 1
    rollups.finish(RollupRun.objects.get())
    assert live_cells() == counted_by_hand()


def test_two_people_who_ask_for_a_run_at_once_both_end_well(several, now):
    start, states = threading.Barrier(2), []

    def ask():
        start.wait()
        try:
            states.append(rollups.roll_up(now).state)
        except DomainError as refusal:
            states.append(refusal.code)

    together(ask, ask)
    assert set(states) <= {State.DONE, "rollup_under_way"}
    assert State.DONE in states
    assert not ledger.running()
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()


def test_workers_share_the_chunks_of_a_run(several, now):
    run = ledger.open_by_hand(now)
    assert run.shares == 4
    chunks = list(run.chunks.values_list("pk", flat=True))

    def work():
        for chunk in chunks:
            if counting.count_chunk(chunk) is not None:
                rollups.publish(run.pk)

    together(work, work, work)
    run.refresh_from_db()
    assert run.state == State.DONE
    assert set(run.chunks.values_list("attempts", flat=True)) == {1}
    assert live_cells() == counted_by_hand()


def test_nothing_is_lost_of_what_is_written_while_runs_go_on(several, now):
    """Writers move and edit without pause while runs count and readers read."""
    rollups.roll_up(now)
    working = threading.Event()
    practices = [factories.PracticeFactory() for _ in range(3)]
    known = list(Referral.objects.values_list("pk", flat=True))

    def write(seed):
        chance = random.Random(seed)
        for _ in range(40):
            referral = Referral.objects.filter(pk=chance.choice(known))
            referral.update(practice=chance.choice(practices))
            referral.update(status=chance.choice(["accepted", "completed"]))
        working.set()

    def count():
        while not working.is_set():
            rollups.roll_up(now)

    torn: list[dict[str, int]] = []

    def read():
        while not working.is_set():
            cells = VolumeCell.objects.values("referrals", *Status.values)
            torn.extend(c for c in cells if c["referrals"] != sum(c[s] for s in Status.values))

    together(lambda: write(1), lambda: write(2), count, read)
    assert not torn, "each cell is the whole of one moment"
    assert all(difference.is_pending for difference in rollups.differences())
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()
