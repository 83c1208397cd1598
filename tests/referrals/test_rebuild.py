"""A rebuild counts from nothing beside the live table; a check tells where the two differ."""

import threading
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from referrals import rollups
from referrals.errors import RollupUnderWay
from referrals.locks import Lock, held
from referrals.models import Referral, RollupRun, VolumeCell, VolumeMark
from referrals.rollups import ledger, rebuilding
from tests import factories
from tests.referrals.volumes import counted_by_hand, live_cells

pytestmark = pytest.mark.django_db(transaction=True)

State = RollupRun.State


@pytest.fixture
def some():
    for number in range(6):
        factories.ReferralFactory(referred_on=date(2026, 1 + number % 2, 5))


def structure():
    """Everything about the table that a query, a migration or a dump could notice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'referrals_volumecell' ORDER BY 1"
        )
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'referrals_volumecell'::regclass ORDER BY 1"
        )
        constraints = cursor.fetchall()
        cursor.execute(
            "SELECT column_name, data_type, is_nullable, is_identity, ordinal_position"
            " FROM information_schema.columns WHERE table_name = 'referrals_volumecell' ORDER BY 5"
        )
        columns = cursor.fetchall()
        cursor.execute(
            "SELECT reloptions FROM pg_class WHERE oid = 'referrals_volumecell'::regclass"
        )
        options = cursor.fetchall()
        cursor.execute("SELECT pg_get_serial_sequence('referrals_volumecell', 'id')")
        sequence = cursor.fetchall()
    return indexes, constraints, columns, options, sequence


def test_rebuilt_and_rolled_up_are_equal_row_for_row(some, now):
    rollups.roll_up(now)
    incremental = live_cells()
    VolumeCell.objects.all().delete()
    run = rollups.rebuild(now)
    assert run.state == State.DONE
    assert live_cells() == incremental == counted_by_hand()


def test_the_table_is_built_the_same(some, now):
    before = structure()
    rollups.rebuild(now)
    assert structure() == before
    rollups.rebuild(now)
    assert structure() == before
    factories.VolumeCellFactory(month=date(2020, 1, 1))
    rollups.roll_up(now)


def test_its_parts_meet_without_a_gap(now, monkeypatch):
    """Each month is counted in one part, also those that the sample has not seen."""
    sample = "VALUES (date '2025-03-01', 4), (date '2025-06-01', 4), (date '2025-09-01', 4)"
    monkeypatch.setattr(rebuilding, "MONTHS_SAMPLED", sample)
    for month in range(1, 13):
        factories.ReferralFactory(referred_on=date(2025, month, 5))
    filled = []

    def note(execute, statement, *args):
        if not isinstance(statement, str):
            filled.append(statement.as_string())
        return execute(statement, *args)

    with connection.execute_wrapper(note):
        rollups.rebuild(now)
    assert [text.count(" UNION ALL ") for text in filled if "AS numbered" in text] == [2]
    assert live_cells() == counted_by_hand()


def test_it_answers_the_marks_that_were_there(some, now):
    rollups.rebuild(now)
    assert not VolumeMark.objects.exists()
    assert rollups.roll_up(now).marks_claimed == 0


def test_a_mark_that_comes_meanwhile_stays(some, now, monkeypatch):
    swap = rebuilding._swap

    def change_then_swap(*args, **kwargs):
        Referral.objects.update(status="completed")
        swap(*args, **kwargs)

    monkeypatch.setattr(rebuilding, "_swap", change_then_swap)
    rollups.rebuild(now)
    assert {d.is_pending for d in rollups.differences()} == {True}
    rollups.roll_up(now)
    assert live_cells() == counted_by_hand()


def test_a_mark_that_comes_while_it_counts_stays(some, now):
    """The change is committed just after the count has read the referrals."""

    def change_after_counting(execute, statement, *args):
        answer = execute(statement, *args)
        if not isinstance(statement, str) and "AS numbered" in statement.as_string():
            writer = threading.Thread(target=change)
            writer.start()
            writer.join(10)
        return answer

    def change():
        Referral.objects.update(status="completed")
        connection.close()

    with connection.execute_wrapper(change_after_counting):
        rollups.rebuild(now)
    assert {d.is_pending for d in rollups.differences()} == {True}


def test_it_refuses_to_run_beside_a_run(some, now):
    ledger.open_by_hand(now)
    with pytest.raises(RollupUnderWay):
        rollups.rebuild(now)


def test_it_waits_for_a_reader_and_lets_others_read_meanwhile(some, now, monkeypatch):
    monkeypatch.setattr(rebuilding, "LOCK_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(rebuilding, "LOCK_TIMEOUT", "50ms")
    rollups.rebuild(now)
    reading, may_end = threading.Event(), threading.Event()

    def read_for_long():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM referrals_volumecell")
            reading.set()
            may_end.wait(10)
            cursor.execute("COMMIT")
        connection.close()

    reader = threading.Thread(target=read_for_long)
    reader.start()
    reading.wait(10)
    threading.Timer(0.4, may_end.set).start()
    assert rollups.rebuild(now).state == State.DONE
    reader.join()


def test_one_that_breaks_off_leaves_the_live_table(some, now, monkeypatch):
    rollups.rebuild(now)
    before = live_cells()

    def refuse(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(rebuilding, "_swap", refuse)
    with pytest.raises(ZeroDivisionError):
        rollups.rebuild(now)
    assert live_cells() == before
    assert RollupRun.objects.all()[0].state == State.FAILED
    assert "referrals_volumecell_next" not in connection.introspection.table_names()


def test_a_killed_one_is_closed_so_that_others_may_run(some, now):
    run = ledger.open_rebuild(now)
    rollups.reap_dead_rebuild()
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert rollups.roll_up(now).state == State.DONE


def test_a_living_one_is_left_alone(some, now):
    run = ledger.open_rebuild(now)
    going_on, may_end = threading.Event(), threading.Event()

    def hold():
        with held(Lock.REBUILD, 0):
            going_on.set()
            may_end.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    going_on.wait(10)
    rollups.reap_dead_rebuild()
    may_end.set()
    holder.join()
    run.refresh_from_db()
    assert run.state == State.RUNNING


# --- The commands ---


def test_the_check_prints_each_difference_and_fails(some, now, capsys):
    rollups.rebuild(now)
    cell = VolumeCell.objects.all()[0]
    VolumeCell.objects.filter(pk=cell.pk).update(referrals=7)
    with pytest.raises(CommandError, match="1 cell"):
        call_command("rebuild_rollups", "--check")
    out = capsys.readouterr().out
    assert f"practice {cell.practice_id}" in out
    assert "referrals 7 -> 1" in out


def test_the_check_finds_cells_that_should_not_be_and_cells_that_lack(some, now, capsys):
    rollups.rebuild(now)
    VolumeCell.objects.all()[0].delete()
    factories.VolumeCellFactory(month=date(2019, 1, 1))
    with pytest.raises(CommandError, match="2 cells"):
        call_command("rebuild_rollups", "--check")


def test_the_check_is_content_with_cells_that_wait_to_be_counted(some, now, capsys):
    call_command("rebuild_rollups", "--check")
    out = capsys.readouterr().out
    assert "6 cells wait for the next run" in out


def test_the_command_rebuilds(some, capsys):
    call_command("rebuild_rollups")
    assert live_cells() == counted_by_hand()
    assert "6 cells" in capsys.readouterr().out


def test_the_roll_up_command_counts_now_or_a_night_by_name(some, capsys):
    call_command("roll_up")
    assert live_cells() == counted_by_hand()
    call_command("roll_up", "--as-of", "2026-03-01")
    with pytest.raises(CommandError, match="in the ledger already"):
        call_command("roll_up", "--as-of", "2026-03-01")


def test_the_roll_up_command_refuses_a_night_to_come_and_no_date(some):
    for text in ("2099-01-01", "2026-02-30", "yesterday"):
        with pytest.raises(CommandError):
            call_command("roll_up", "--as-of", text)
