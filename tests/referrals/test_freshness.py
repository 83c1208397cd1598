"""Each number knows as of when it is, and how much of its month has yet to arrive."""

from datetime import UTC, date, datetime, timedelta

import pytest

from referrals import reports, rollups
from referrals.models import ArrivalCurve, Restatement, RollupRun
from referrals.rollups import arrival, ledger, publishing
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


def curve(source="ehr", *, referrals=100, by_day=(0.5, 0.5, 1.0)):
    """So much is known on the day, the next day, and so on; all of it at the end."""
    shares = [*by_day, *[1.0] * (ArrivalCurve.LONGEST_DAYS + 1 - len(by_day))]
    return ArrivalCurve.objects.create(
        source=factories.SourceFactory(code=source),
        measured_on=TODAY,
        referrals=referrals,
        shares=shares,
    )


# --- How much of a month has arrived ---


def test_the_share_of_a_month_is_the_mean_over_its_days(now):
    """On 2 March: of the 1st half is known, of the 2nd half, of the other 29 days nothing."""
    curve()
    fresh = reports.freshness(now)
    assert fresh.expected_share(date(2026, 3, 1)) == pytest.approx((0.5 + 0.5) / 31)
    assert fresh.expected_share(date(2026, 2, 1)) == 1.0


def test_a_month_just_over_lacks_what_is_late(now):
    curve(by_day=[0.0] * 10)
    by_hand = sum(1 for day in range(1, 29) if (TODAY - date(2026, 2, day)).days >= 10) / 28
    assert reports.freshness(now).expected_share(date(2026, 2, 1)) == pytest.approx(by_hand)


def test_sources_weigh_as_much_as_they_send(now):
    curve("prompt", referrals=300, by_day=(1.0,))
    curve("late", referrals=100, by_day=[0.0] * 60)
    assert reports.freshness(now).expected_share(date(2026, 2, 1)) == pytest.approx(0.75)


def test_only_the_newest_curve_of_a_source_counts(now):
    old = curve(by_day=[0.0] * 80)
    ArrivalCurve.objects.filter(pk=old.pk).update(measured_on=TODAY - timedelta(days=1))
    curve(by_day=(1.0,))
    assert reports.freshness(now).expected_share(date(2026, 2, 1)) == 1.0


def test_nobody_can_tell_without_a_curve(now):
    assert reports.freshness(now).expected_share(date(2026, 2, 1)) is None


# --- Provisional or final ---


def test_a_month_is_final_once_closed_and_arrived(now):
    curve()
    fresh = reports.freshness(now)
    assert fresh.of(date(2026, 1, 1)).closes_on == date(2026, 3, 3)
    assert not fresh.of(date(2026, 1, 1)).is_final
    assert fresh.of(date(2025, 12, 1)).is_final
    later = reports.freshness(now + timedelta(days=1))
    assert later.of(date(2026, 1, 1)).is_final
    assert reports.provisional_from(now) == date(2026, 1, 1)


def test_a_closed_month_whose_referrals_come_late_is_provisional(now):
    curve(by_day=[0.0] * 80)
    assert not reports.freshness(now).of(date(2025, 12, 1)).is_final
    assert reports.provisional_from(now) == date(2025, 12, 1)


# --- As of when ---


def test_numbers_are_as_of_the_last_run_that_was_done(now):
    assert reports.freshness(now).as_of is None
    assert reports.last_rollup_finished_at() is None
    run = rollups.roll_up(now)
    failed = ledger.open_by_hand(now + timedelta(hours=1))
    publishing.fail(failed, "A test says so.")
    fresh = reports.freshness(now)
    assert fresh.as_of == now
    assert not fresh.has_newer_changes
    assert reports.last_rollup_finished_at() == run.finished_at
    factories.ReferralFactory()
    assert reports.freshness(now).has_newer_changes


def test_the_alarm_tells_of_a_night_that_failed_or_is_missing(now):
    assert "has not finished" in reports.rollup_alarm(now)
    run = rollups.open_due_night(now)
    assert run is not None
    assert "has not finished" in reports.rollup_alarm(now)
    rollups.finish(run)
    assert reports.rollup_alarm(now) == ""
    RollupRun.objects.update(state="failed", error="Disk full.")
    assert reports.rollup_alarm(now) == "The rollup of the night of 2026-03-02 failed: Disk full."


def test_the_alarm_leaves_a_run_two_hours(now):
    begins = rollups.night_begins(TODAY)
    just_due = begins + timedelta(hours=1)
    assert "night of 2026-03-01 has not finished" in reports.rollup_alarm(just_due)
    run = rollups.open_due_night(begins - timedelta(hours=1))
    assert run is not None
    rollups.finish(run)
    assert reports.rollup_alarm(just_due) == ""
    assert "night of 2026-03-02" in reports.rollup_alarm(begins + timedelta(hours=3))


# --- Measuring delays ---


@pytest.fixture
def few_are_enough(monkeypatch):
    monkeypatch.setattr(arrival, "FEWEST_REFERRALS", 4)


def seen(referred_on, days_later, source="ehr"):
    noon = datetime(referred_on.year, referred_on.month, referred_on.day, 17, tzinfo=UTC)
    factories.ReferralFactory(
        source=factories.SourceFactory(code=source),
        referred_on=referred_on,
        first_seen_at=noon + timedelta(days=days_later),
    )


def test_the_curve_is_the_share_known_after_so_many_days(few_are_enough, now):
    for days_later in (0, 1, 1, 5, 400):
        seen(date(2025, 10, 6), days_later)
    rollups.measure_arrivals(now)
    found = ArrivalCurve.objects.get()
    assert (found.measured_on, found.referrals, len(found.shares)) == (TODAY, 5, 91)
    assert found.shares[:7] == pytest.approx([0.2, 0.6, 0.6, 0.6, 0.6, 0.8, 0.8])
    assert found.shares[-1] == 1.0


def test_recent_referrals_do_not_count_because_the_late_ones_lack(few_are_enough, now):
    for _ in range(5):
        seen(TODAY - timedelta(days=30), 0)
    rollups.measure_arrivals(now)
    assert not ArrivalCurve.objects.exists()


def test_a_load_of_history_says_nothing_about_delay(few_are_enough, now):
    """Four old referrals came on the day the feed began; what came since is punctual."""
    began = date(2025, 10, 6)
    for age in (90, 60, 30, 20):
        seen(began - timedelta(days=age), age)
    for day in range(4):
        seen(began + timedelta(days=day), 1)
    rollups.measure_arrivals(now)
    assert ArrivalCurve.objects.get().shares[1] == 1.0


def test_each_source_has_its_own_curve_if_it_sent_enough(few_are_enough, now):
    for source, delay, count in (("ehr", 0, 4), ("claims", 40, 4), ("phone", 0, 3)):
        for _ in range(count):
            seen(date(2025, 10, 6), delay, source)
    rollups.measure_arrivals(now)
    rollups.measure_arrivals(now)
    half = {c.source.code: c.shares[20] for c in ArrivalCurve.objects.all()}
    # Both feeds begin with what is measured, so the late one shows no referral after its start.
    assert half == {"ehr": 1.0}


# --- Corrections of closed months ---


@pytest.fixture
def closed_month(now):
    """A referral of a year ago, shown as closed by a finished run."""
    referral = factories.ReferralFactory(referred_on=date(2025, 3, 2))
    rollups.roll_up(now)
    return referral


def test_the_first_count_of_an_old_month_is_no_correction(closed_month):
    assert not Restatement.objects.exists()


def test_a_change_to_a_closed_month_is_recorded(closed_month, dana, now):
    factories.ReferralFactory(
        practice=closed_month.practice,
        referred_on=date(2025, 3, 9),
        destination=factories.FacilityFactory(code="rival", network="competitor"),
    )
    run = rollups.roll_up(now)
    told = {(r.measure, r.was, r.now, r.run) for r in Restatement.objects.all()}
    assert told == {("referrals", 1, 2, run), ("out_of_network", 0, 1, run)}
    (first, second) = reports.recent_restatements(dana, TODAY)
    assert first.practice == second.practice == closed_month.practice
    assert first.month == date(2025, 3, 1)


def test_a_move_out_of_a_closed_month_restates_both_practices(closed_month, now):
    left = closed_month.practice
    closed_month.practice = factories.PracticeFactory()
    closed_month.save()
    rollups.roll_up(now)
    told = set(
        Restatement.objects.filter(measure="referrals").values_list("practice", "was", "now")
    )
    assert told == {(left.pk, 1, 0), (closed_month.practice.pk, 0, 1)}


def test_a_new_status_restates_nothing(closed_month, now):
    closed_month.status = "completed"
    closed_month.save()
    rollups.roll_up(now)
    assert not Restatement.objects.exists()


def test_an_open_month_changes_without_a_word(now):
    referral = factories.ReferralFactory(referred_on=date(2026, 2, 3))
    rollups.roll_up(now)
    referral.delete()
    rollups.roll_up(now)
    assert not Restatement.objects.exists()


def test_a_month_no_run_had_shown_as_closed_is_not_restated(now):
    referral = factories.ReferralFactory(referred_on=date(2026, 1, 20))
    rollups.roll_up(now)
    factories.ReferralFactory(practice=referral.practice, referred_on=date(2026, 1, 21))
    rollups.roll_up(now + timedelta(days=10))
    assert not Restatement.objects.exists()
    factories.ReferralFactory(practice=referral.practice, referred_on=date(2026, 1, 22))
    rollups.roll_up(now + timedelta(days=11))
    assert Restatement.objects.get(measure="referrals").now == 3


def test_restatements_reach_only_those_who_work_the_practice(closed_month, ana, cleo, now):
    closed_month.practice.territory = ana.territories_today(TODAY).get()
    closed_month.practice.save()
    closed_month.delete()
    rollups.roll_up(now)
    assert reports.recent_restatements(ana, TODAY)
    assert not reports.recent_restatements(cleo, TODAY)
