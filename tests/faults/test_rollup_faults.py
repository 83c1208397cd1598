"""The nightly run survives what machines do to it. Each test names its rows of the fault table."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from tests.faults.site import Site, kill_tree, pool_children
from tests.services import eventually

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

REFERRALS = 120_000
SEED = f"""
from benchmarks import world
world.build_directory(territories=4, practices=400, physicians=1500)
world.add_referrals({REFERRALS}, through="2026-02-28", marked=True)
"""
IN_A_RUN = "SELECT count(*) FROM referrals_rolluprun WHERE state = 'running'"
CHUNKS_DONE = "SELECT count(*) FROM referrals_rollupchunk WHERE state = 'done'"
CHUNKS = "SELECT count(*) FROM referrals_rollupchunk"
NIGHTS_DONE = "SELECT count(*) FROM referrals_rolluprun WHERE kind = 'nightly' AND state = 'done'"
COUNTED = "SELECT coalesce(sum(referrals), 0) FROM referrals_volumecell"


@pytest.fixture
def market(site: Site) -> Site:
    """A site whose whole history waits to be counted."""
    site.python(SEED)
    return site


def wait_for_night(site: Site, nights: int = 1) -> None:
    eventually(lambda: site.ask(NIGHTS_DONE) >= nights, f"{nights} nights are done", seconds=120)


def wait_until_part_done(site: Site, share: float) -> None:
    def reached() -> bool:
        chunks = site.ask(CHUNKS)
        return bool(chunks) and site.ask(CHUNKS_DONE) >= share * chunks

    eventually(reached, f"{share:.0%} of the chunks are done", seconds=60)


def assert_counted(site: Site) -> None:
    site.check_invariants()
    assert site.ask(COUNTED) == site.ask("SELECT count(*) FROM referrals_referral")


def test_b05_a_killed_pool_child_costs_nothing(market, rounds):
    """B05: kill -9 of a pool child again and again while chunks are being counted."""
    worker = market.start_worker()
    market.start_beat()
    for strike in range(rounds):
        wait_until_part_done(market, 0.1 + strike * 0.8 / rounds)
        for child in pool_children(worker)[:1]:
            child.kill()
    wait_for_night(market)
    assert worker.poll() is None
    assert_counted(market)


def test_b06_a_killed_worker_tree_is_made_good_by_the_next(market, rounds):
    """B06: kill -9 of the worker and all its children; the sweep finds the chunks again."""
    market.start_beat()
    for strike in range(rounds):
        worker = market.start_worker(f"worker-{strike}")
        wait_until_part_done(market, 0.1 + strike * 0.7 / rounds)
        kill_tree(worker)
    market.start_worker("worker-last")
    wait_for_night(market)
    assert_counted(market)


def test_b10_a_poison_chunk_fails_after_five_tries_and_holds_nobody_up(market):
    """B10: one practice whose count always raises. The run fails, the next night is whole."""
    market.tell(
        """
        CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'poison'; END $$;
        CREATE TRIGGER poison BEFORE INSERT ON referrals_volumedraft FOR EACH ROW
        WHEN (NEW.practice_id = 7) EXECUTE FUNCTION poison()
        """
    )
    market.start_worker()
    market.start_beat()
    failed = "SELECT count(*) FROM referrals_rolluprun WHERE state = 'failed'"
    eventually(lambda: market.ask(failed), "the run is given up", seconds=180)
    tries = "SELECT max(attempts) FROM referrals_rollupchunk"
    others = "SELECT count(*) FROM referrals_rollupchunk WHERE state = 'done'"
    assert market.ask(tries) <= 5
    assert market.ask(others) == market.ask(CHUNKS) - 1
    market.check_invariants()

    market.tell("DROP TRIGGER poison ON referrals_volumedraft")
    answer = market.manage("roll_up")
    assert answer.returncode == 0, answer.stderr
    assert_counted(market)


def test_b11_a_missed_night_is_found_in_the_ledger_and_run_once(market):
    """B11: beat was down over a night and more; what is due runs soon after it is back."""
    market.start_worker()
    beat = market.start_beat()
    wait_for_night(market)
    kill_tree(beat)
    market.tell("UPDATE referrals_rolluprun SET period = period - 2")
    market.tell("UPDATE referrals_referral SET status = 'declined' WHERE id % 50 = 0")
    market.start_beat("beat-again")
    wait_for_night(market, 2)
    nights = market.rows(
        "SELECT period, state FROM referrals_rolluprun WHERE kind = 'nightly' ORDER BY period"
    )
    assert [state for _, state in nights] == ["done", "covered", "done"]
    assert nights[2][0] - nights[0][0] == timedelta(days=2)
    assert_counted(market)


def test_b12_two_beats_run_each_night_once(market):
    """B12: two schedulers and two workers on one broker."""
    market.start_worker()
    market.start_worker("worker-2")
    market.start_beat()
    market.start_beat("beat-2")
    wait_for_night(market)
    time.sleep(5)  # both go on ticking; nothing more may start
    assert market.ask("SELECT count(*) FROM referrals_rolluprun") == 1
    assert_counted(market)


def test_b13_readers_see_the_old_day_or_the_new_one_never_a_mix(market, rounds):
    """B13: the worker is killed at 10, 50 and 90 percent while somebody reads all the time."""
    seen: set[int] = set()
    reading = threading.Event()

    def read() -> None:
        while not reading.is_set():
            seen.add(market.ask(COUNTED))

    reader = threading.Thread(target=read)
    reader.start()
    market.start_beat()
    try:
        for strike, share in enumerate((0.1, 0.5, 0.9)):
            worker = market.start_worker(f"worker-{strike}")
            wait_until_part_done(market, share)
            kill_tree(worker)
        market.start_worker("worker-last")
        wait_for_night(market)
        time.sleep(0.5)
    finally:
        reading.set()
        reader.join()
    assert seen == {0, REFERRALS}
    assert_counted(market)
