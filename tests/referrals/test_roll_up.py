"""A run counts exactly the marked cells, and shows them all at once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from referrals import rollups, services
from referrals.errors import NightAlreadyCounted, NightNotOver, RollupUnderWay
from referrals.models import (
    Facility,
    Referral,
    RollupChunk,
    RollupRun,
    Status,
    VolumeCell,
    VolumeDraft,
    VolumeMark,
)
from referrals.rollups import counting, ledger, publishing
from tests import factories
from tests.referrals.volumes import counted_by_hand, live_cells

pytestmark = pytest.mark.django_db

Kind, State = RollupRun.Kind, RollupRun.State


@pytest.fixture
def several():
    """Referrals in a few cells, of every status and network."""
    for number, status in enumerate(Status.values):
        factories.ReferralFactory(
            status=status,
            referred_on=date(2026, 1, 1 + number),
            scheduled_on=date(2026, 1, 20) if number % 2 else None,
            completed_on=date(2026, 1, 25) if status == "completed" else None,
            destination=factories.FacilityFactory(
                code=f"place-{number % 5}",
                network=("own", "in_network", "friendly", "competitor", "unknown")[number % 5],
            ),
        )
    return list(Referral.objects.all())


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(ledger, "MARKS_PER_CHUNK", 1)


def test_it_counts_what_a_slow_count_counts(several, now):
    run = rollups.roll_up(now)
    assert run.state == State.DONE
    assert live_cells() == counted_by_hand()
    assert not VolumeMark.objects.exists()
    assert not VolumeDraft.objects.exists()
    assert not list(rollups.differences())


def test_it_writes_only_what_changed(several, now):
    rollups.roll_up(now)
    Referral.objects.filter(pk=several[0].pk).update(status="no_show")
    run = rollups.roll_up(now)
    assert (run.marks_claimed, run.cells_written, run.cells_removed) == (1, 1, 0)
    assert live_cells() == counted_by_hand()


def test_a_cell_that_lost_its_last_referral_goes(several, now):
    rollups.roll_up(now)
    several[0].delete()
    run = rollups.roll_up(now)
    assert (run.cells_written, run.cells_removed) == (0, 1)
    assert live_cells() == counted_by_hand()


def test_a_changed_network_recounts_the_destination(several, now):
    rollups.roll_up(now)
    Facility.objects.update(network="competitor")
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()


def test_days_before_the_referral_are_not_timed(now):
    factories.ReferralFactory(referred_on=date(2026, 2, 10), scheduled_on=date(2026, 2, 9))
    rollups.roll_up(now)
    cell = VolumeCell.objects.get()
    assert (cell.days_to_schedule, cell.timed_schedules) == (0, 0)


def test_a_mark_counted_twice_changes_nothing(several, now):
    rollups.roll_up(now)
    for key in live_cells():
        VolumeMark.objects.create(
            month=key[0],
            practice_id=key[1],
            physician_id=key[2],
            service_line_id=key[3],
            destination_id=key[4],
        )
    run = rollups.roll_up(now)
    assert run.cells_written == 0
    assert live_cells() == counted_by_hand()


def test_nobody_sees_half_a_run(several, small_chunks, now):
    run = ledger.open_by_hand(now)
    assert run.shares > 2
    for chunk in list(run.chunks.all())[:-1]:
        rollups.count_chunk(chunk.pk)
        assert not rollups.publish(run.pk)
        assert not VolumeCell.objects.exists()
    rollups.finish(run)
    assert live_cells() == counted_by_hand()


def test_a_change_while_a_run_goes_on_is_counted_by_the_next(several, small_chunks, now):
    run = ledger.open_by_hand(now)
    for chunk in run.chunks.all():
        rollups.count_chunk(chunk.pk)
    Referral.objects.update(status="redirected")
    rollups.finish(run)
    assert all(difference.is_pending for difference in rollups.differences())
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()


def test_a_network_that_changes_while_a_run_goes_on_is_not_lost(several, now):
    """The draft counted the old network; its cell is in no other table yet."""
    run = ledger.open_by_hand(now)
    for chunk in run.chunks.all():
        rollups.count_chunk(chunk.pk)
    Facility.objects.update(network="own")
    rollups.finish(run)
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()


def test_a_chunk_delivered_twice_is_counted_once(several, now):
    run = ledger.open_by_hand(now)
    chunk = run.chunks.get()
    assert rollups.count_chunk(chunk.pk) is not None
    assert rollups.count_chunk(chunk.pk) is None
    chunk.refresh_from_db()
    assert (chunk.state, chunk.attempts) == (RollupChunk.State.DONE, 1)


def test_a_run_without_marks_is_done_at_once(now):
    run = rollups.roll_up(now)
    assert (run.state, run.shares) == (State.DONE, 0)


def test_a_second_run_beside_the_first_is_refused(several, now):
    ledger.open_by_hand(now)
    with pytest.raises(RollupUnderWay):
        ledger.open_by_hand(now)


def test_asking_for_a_run_helps_the_one_under_way_first(several, now):
    first = ledger.open_by_hand(now)
    second = rollups.roll_up(now)
    first.refresh_from_db()
    assert first.state == second.state == State.DONE


# --- A chunk that cannot be counted ---


@pytest.fixture
def poison(monkeypatch):
    def refuse(chunk):
        if chunk.number == 0:
            raise ZeroDivisionError

    counted = counting._count
    monkeypatch.setattr(counting, "_count", lambda chunk: refuse(chunk) or counted(chunk))


def test_a_chunk_that_always_fails_fails_its_run_and_marks_again(
    several, small_chunks, poison, now
):
    run = ledger.open_by_hand(now)
    poisoned, *others = run.chunks.all()
    for chunk in others:
        rollups.count_chunk(chunk.pk)
    for _ in range(counting.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            rollups.count_chunk(poisoned.pk)
    rollups.count_chunk(poisoned.pk)
    assert rollups.publish(run.pk)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert "could not be counted" in run.error
    assert not VolumeCell.objects.exists(), "a failed run shows nothing"
    assert {d.is_pending for d in rollups.differences()} == {True}


def test_the_next_run_counts_what_a_failed_one_left(several, small_chunks, now):
    run = ledger.open_by_hand(now)
    for chunk in run.chunks.all():
        rollups.count_chunk(chunk.pk)
    publishing.fail(run, "A test says so.")
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()


def test_publishing_gives_up_after_five_attempts(several, monkeypatch, now):
    def refuse(run):
        raise ZeroDivisionError

    monkeypatch.setattr(publishing, "_publish", refuse)
    run = ledger.open_by_hand(now)
    rollups.count_chunk(run.chunks.get().pk)
    for _ in range(publishing.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            rollups.publish(run.pk)
    assert rollups.publish(run.pk)
    run.refresh_from_db()
    assert run.state == State.FAILED


# --- The ledger: which night runs ---


def started(moment):
    run = rollups.open_due_night(moment)
    assert run is not None
    return run


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def test_the_night_is_due_at_its_local_time():
    assert rollups.latest_night(at("2026-03-02T02:29:59-05:00")) == date(2026, 3, 1)
    assert rollups.latest_night(at("2026-03-02T02:30:00-05:00")) == date(2026, 3, 2)


def test_a_night_whose_time_the_clocks_skip_runs_when_they_have_jumped():
    """New York goes from 02:00 to 03:00 on 8 March 2026."""
    assert rollups.night_begins(date(2026, 3, 8)) == at("2026-03-08T03:00:00-04:00")


def test_a_night_whose_time_the_clocks_show_twice_runs_at_the_first(settings):
    settings.ROLLUP_AT = "01:30"
    assert rollups.night_begins(date(2026, 11, 1)) == at("2026-11-01T01:30:00-04:00")


def test_a_due_night_is_started_once(now):
    assert rollups.finish(started(now)).period == date(2026, 3, 2)
    assert rollups.open_due_night(now) is None
    assert rollups.open_due_night(now + timedelta(hours=12)) is None
    assert started(now + timedelta(hours=24)).period == date(2026, 3, 3)


def test_it_does_not_start_a_night_while_another_run_goes_on(now):
    factories.ReferralFactory()
    running = ledger.open_by_hand(now)
    assert rollups.open_due_night(now) is None
    rollups.finish(running)
    assert rollups.open_due_night(now) is not None


def test_the_tick_hands_out_again_what_nobody_has_counted(several, small_chunks, now):
    run = rollups.open_due_night(now)
    assert run is not None
    services.tend_rollups(now)
    run.refresh_from_db()
    assert run.state == State.DONE
    assert live_cells() == counted_by_hand()


def test_missed_nights_are_covered_by_the_one_that_ran(now):
    rollups.finish(started(now))
    run = rollups.open_due_night(now + timedelta(days=4))
    nights = RollupRun.objects.filter(kind=Kind.NIGHTLY).order_by("period")
    assert [night.period.day for night in nights] == [2, 3, 4, 5, 6]
    assert [night.state for night in nights[1:4]] == [State.COVERED] * 3
    assert {night.covered_by for night in nights[1:4]} == {run}


def test_nights_before_the_first_run_are_nobodys(now):
    rollups.open_due_night(now)
    assert RollupRun.objects.count() == 1


def test_a_failed_night_is_not_tried_again_but_the_next_one_is(now):
    publishing.fail(started(now), "A test says so.")
    assert rollups.open_due_night(now + timedelta(hours=1)) is None
    assert started(now + timedelta(days=1)).state == State.RUNNING


def test_a_night_asked_for_by_name_runs_once(several, now):
    run = rollups.roll_up(now, night=date(2026, 3, 1))
    assert (run.kind, run.period, run.state) == (Kind.NIGHTLY, date(2026, 3, 1), State.DONE)
    with pytest.raises(NightAlreadyCounted):
        rollups.roll_up(now, night=date(2026, 3, 1))


def test_a_night_to_come_is_refused(now):
    with pytest.raises(NightNotOver):
        rollups.roll_up(now, night=date(2026, 3, 3))
