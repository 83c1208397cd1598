"""Four events, each told once to the right person, in a sentence with its number."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache

from accounts import services as accounts
from accounts.models import Assignment, Territory
from referrals.models import RollupRun
from tests import factories
from visits import services
from visits.models import FollowUp
from visits.notices import falling, telling, watching
from visits.notices.models import Notice
from visits.planning.tiering import set_tier
from visits.promises.services import hand_over_promises
from visits.reports.periods import recent_span

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _no_counts_left():
    cache.clear()


def told(person, kind=None):
    rows = Notice.objects.visible_to(person)
    return [one.sentence for one in (rows.filter(kind=kind) if kind else rows)]


def assign(territory, person, by, now, **term):
    return accounts.assign(
        territory,
        person=person,
        part=term.pop("part", "owner"),
        term=accounts.Term(**{"starts_on": TODAY, **term}),
        by=by,
        at=now,
    )


@pytest.fixture
def clock(now):
    """Ticks at a moment; rows made by services carry the real one, so it is put back."""

    def tick(at=now):
        new = Assignment.objects.filter(created_at__gt=at)
        new.filter(starts_on__lt=TODAY).update(created_at=at - timedelta(days=700))
        new.update(created_at=at - timedelta(minutes=1))
        watching.tend_notices(at)

    return tick


# --- Assigned ---


def test_a_new_territory_is_told_once_however_often_the_clock_ticks(clock, ana, dana, now):
    west = factories.TerritoryFactory(name="West")
    assign(west, ana, dana, now)
    clock()
    clock(now + timedelta(minutes=1))
    assert told(ana) == ["You own West now."]


def test_a_cover_hears_from_when_until_when(clock, ben, dana, now):
    west = factories.TerritoryFactory(name="West")
    term = {"starts_on": date(2026, 3, 9), "ends_on": date(2026, 3, 21)}
    assign(west, ben, dana, now, part="cover", **term)
    clock()
    assert told(ben) == ["You cover West from 9 Mar until 20 Mar."]


def test_what_was_taken_back_before_the_clock_came_is_not_told(clock, ana, dana, now):
    west = factories.TerritoryFactory(name="West")
    handover = assign(west, ana, dana, now)
    accounts.undo_handover(handover, by=dana, at=now)
    clock()
    assert told(ana) == []


def test_old_assignments_are_no_news(clock, ana, now):
    ana.assignments.update(created_at=now - watching.NEWS_FOR)
    clock()
    assert told(ana) == []


def test_a_promise_handed_on_is_told_to_its_new_owner_alone(ana, ben, dana, northern_practice, now):
    promise = services.make_promise(
        northern_practice,
        by=ana,
        at=now,
        promise=services.Promise(promise="Send the protocol", due_on=date(2026, 3, 6)),
    )
    services.reassign_follow_up(promise, by=dana, to=ben)
    services.reassign_follow_up(promise, by=dana, to=ben)
    said = "Dana Manager handed you a promise to Northern Family Medicine, due 6 Mar"
    assert told(ben) == [f"{said}: Send the protocol"]
    assert told(ana) == told(dana) == []


def test_a_promise_made_for_a_colleague_is_told(ana, ben, northern_practice, now):
    said = services.Promise(promise="Call back", due_on=date(2026, 3, 6))
    services.make_promise(northern_practice, by=ana, at=now, promise=said, owner=ben)
    assert len(told(ben, "assigned")) == 1


def test_many_promises_handed_on_at_once_are_one_notice(ana, ben, dana, northern_practice, now):
    promises = [due_promise(northern_practice, ana) for _ in range(3)]
    hand_over_promises(promises, to=ben, by=dana, at=now)
    assert told(ben) == ["Dana Manager handed you 3 promises."]


def test_a_stop_planned_by_a_manager_is_told_and_ones_own_is_not(ana, dana, northern_practice, now):
    stop = services.Stop(planned_on=date(2026, 3, 4), reason="Down 40%")
    services.plan_visit(northern_practice, by=dana, today=TODAY, stop=stop, liaison=ana)
    other = services.Stop(planned_on=date(2026, 3, 5))
    services.plan_visit(northern_practice, by=ana, today=TODAY, stop=other)
    said = "Dana Manager put Northern Family Medicine on your plan for 4 Mar: Down 40%"
    assert told(ana) == [said]


# --- Due today ---


def due_promise(practice, owner, due_on=TODAY, **said):
    return factories.FollowUpFactory(
        practice=practice, owner=owner, promised_on=due_on, due_on=due_on, **said
    )


def test_a_promise_is_told_on_the_morning_it_is_due(clock, ana, northern_practice):
    due_promise(northern_practice, ana, promise="Send the protocol")
    clock(datetime(2026, 3, 2, 11, 59, tzinfo=UTC))  # 06:59 in New York
    assert told(ana, "due") == []
    for minute in (0, 1):
        clock(datetime(2026, 3, 2, 12, minute, tzinfo=UTC))
    assert told(ana, "due") == ["Due today at Northern Family Medicine: Send the protocol"]


def test_a_day_is_the_owners_own(clock, ana, northern_practice):
    ana.time_zone = "Asia/Kolkata"
    ana.save()
    due_promise(northern_practice, ana, due_on=date(2026, 3, 3))
    clock(datetime(2026, 3, 3, 1, 29, tzinfo=UTC))
    assert told(ana, "due") == []
    clock(datetime(2026, 3, 3, 1, 30, tzinfo=UTC))  # 07:00 in Kolkata, still the 2nd in New York
    assert len(told(ana, "due")) == 1


def test_a_kept_promise_is_not_told(clock, ana, northern_practice, now):
    kept = due_promise(northern_practice, ana)
    services.keep_follow_up(kept, by=ana, at=now)
    clock()
    assert told(ana, "due") == []


def test_one_moved_to_another_day_is_told_again_on_that_day(clock, ana, northern_practice, now):
    promise = due_promise(northern_practice, ana)
    clock()
    services.reschedule_follow_up(promise, by=ana, today=TODAY, due_on=TODAY + timedelta(days=1))
    clock(now + timedelta(days=1))
    assert len(told(ana, "due")) == 2


def test_who_lost_the_territory_hears_nothing_of_its_promises(clock, ana, cleo, southern_practice):
    due_promise(southern_practice, ana, promise="A secret of the South")
    clock()
    assert Notice.objects.filter(kind="due").count() == 0


def test_what_was_told_goes_with_the_territory(clock, ana, northern_practice, now):
    due_promise(northern_practice, ana)
    clock()
    ana.assignments.update(ends_on=TODAY)
    assert told(ana, "due") == []


# --- An A practice fell ---


@pytest.fixture
def volumes(now):
    span = recent_span(now)

    def send(practice, before, recent):
        for months, referrals in ((span.before, before), (span.recent, recent)):
            factories.VolumeCellFactory(month=months.start, practice=practice, referrals=referrals)

    return send


def counted(at):
    return RollupRun.objects.create(
        kind="by_hand", period=at.date(), state="done", as_of=at, finished_at=at
    )


def test_a_quarter_less_is_told_to_who_works_there_and_to_managers(
    clock, volumes, ana, ben, cleo, dana, erin, northern_practice, now
):
    volumes(northern_practice, before=40, recent=30)
    counted(now)
    clock()
    said = (
        "Northern Family Medicine sent 30 referrals from October to December 2025, "
        "25% fewer than 40 a year before."
    )
    assert [told(one, "falling") for one in (ana, ben, dana)] == [[said]] * 3
    assert told(cleo, "falling") == told(erin, "falling") == []


def test_less_than_a_quarter_and_a_practice_of_lower_tier_are_not_told(
    clock, volumes, dana, north, northern_practice, now
):
    volumes(northern_practice, before=100, recent=76)
    for _ in range(4):
        volumes(factories.PracticeFactory(territory=north), before=20, recent=10)
    counted(now)
    clock()
    assert told(dana, "falling") == []


def test_a_practices_are_those_that_managers_made_a(volumes, dana, north, south, now):
    """By volume only where no practice of the territory has a tier."""
    small, big, other, closed = (
        factories.PracticeFactory(name=name, territory=territory)
        for name, territory in (("Small", north), ("Big", north), ("Other", south), ("Shut", north))
    )
    for practice, before in ((small, 6), (big, 90), (other, 80), (closed, 70)):
        volumes(practice, before=before, recent=1)
    for _ in range(6):
        volumes(factories.PracticeFactory(territory=south), before=5, recent=5)
    closed.closed_on = TODAY
    closed.save()
    span = recent_span(now)

    def falling_for():
        return [place.name for place, _ in falling.falling_now(dana, span, limit=9)]

    assert falling_for() == ["Big", "Other"]
    set_tier(small, "A", by=dana, at=now)
    set_tier(closed, "A", by=dana, at=now)
    set_tier(big, "B", by=dana, at=now)
    assert falling_for() == ["Other", "Small"]
    assert {one.practice.name for one in falling.review_falls(now)} == {"Other", "Small"}


def test_a_fall_is_told_once_until_it_has_recovered(clock, volumes, dana, northern_practice, now):
    volumes(northern_practice, before=40, recent=10)
    counted(now)
    clock()
    for days in (1, 40, 100):
        falling.review_falls(now + timedelta(days=days))
    assert len(told(dana, "falling")) == 1


def test_it_is_told_again_when_it_falls_anew_in_a_later_quarter(
    volumes, dana, northern_practice, now
):
    volumes(northern_practice, before=40, recent=10)
    falling.review_falls(now)
    cells = northern_practice.volumes.filter(month=recent_span(now).recent.start)
    cells.update(referrals=40)
    falling.review_falls(now + timedelta(days=1))
    cells.update(referrals=10)
    falling.review_falls(now + timedelta(days=2))
    assert len(told(dana, "falling")) == 1, "not twice in a quarter"
    later = datetime(2026, 4, 2, 12, tzinfo=UTC)
    span = recent_span(later)
    for months, referrals in ((span.before, 40), (span.recent, 10)):
        factories.VolumeCellFactory(
            month=months.last.replace(day=1), practice=northern_practice, referrals=referrals
        )
    falling.review_falls(later)
    assert len(told(dana, "falling")) == 2


def test_nothing_fell_where_nobody_knows_the_year_before(volumes, dana, northern_practice, now):
    span = recent_span(now)
    factories.VolumeCellFactory(
        month=span.before.last.replace(day=1), practice=northern_practice, referrals=40
    )
    assert falling.review_falls(now) == []


# --- Import finished ---


def batch(person, now, **said):
    return factories.IntakeBatchFactory(
        uploaded_by=person, finished_at=now - timedelta(minutes=1), **said
    )


def test_a_finished_import_is_told_to_who_sent_it(clock, erin, dana, now):
    batch(erin, now, rows_read=5000, rows_new=4980, rows_refused=20)
    clock()
    clock()
    assert told(erin) == ["referrals.csv is in: 5,000 rows, 4,980 new, 20 refused."]
    assert told(dana) == []


def test_one_that_was_not_taken_says_why(clock, erin, now):
    batch(erin, now, state="failed", error="20 of 5,000 rows were refused, so none was taken.")
    clock()
    assert told(erin) == [
        "referrals.csv was not taken. 20 of 5,000 rows were refused, so none was taken."
    ]


def test_a_running_one_and_one_by_command_line_are_not_told(clock, erin, now):
    factories.IntakeBatchFactory(uploaded_by=erin, state="running")
    batch(None, now)
    clock()
    assert Notice.objects.count() == 0


def test_a_checked_one_is_told_apart_and_again_once_it_is_in(clock, erin, now):
    """Nothing of it is in the tables yet. What he dropped or undid himself is no news to him."""
    one = batch(erin, now, state="checked", job="check", rows_read=40, rows_new=38, rows_refused=2)
    batch(erin, now, state="mapping", job="check", sha256="b" * 64, error="This sheet is empty.")
    batch(erin, now, state="dropped", job="check", sha256="c" * 64)
    batch(erin, now, state="undone", job="undo", sha256="d" * 64)
    clock()
    assert sorted(told(erin)) == [
        "referrals.csv could not be checked. This sheet is empty.",
        "referrals.csv is checked and waits for your word: 40 rows, 38 new, 2 refused.",
    ]
    type(one).objects.filter(pk=one.pk).update(state="done", job="load")
    clock()
    assert "referrals.csv is in: 40 rows, 38 new, 2 refused." in told(erin)


# --- Seen, counted, switched off ---


def test_seen_ones_are_counted_no_more(clock, ana, northern_practice, now):
    due_promise(northern_practice, ana)
    clock()
    cache.clear()
    assert telling.unseen_count(ana) == 1
    telling.see_notices(ana, at=now)
    assert telling.unseen_count(ana) == 0
    assert Notice.objects.get(kind="due").seen_at == now


def test_what_is_switched_off_is_not_told_nor_made_up_for_later(clock, ana, northern_practice, now):
    telling.choose_notices(ana, due=False)
    due_promise(northern_practice, ana)
    clock()
    telling.choose_notices(ana, due=True)
    clock(now + timedelta(minutes=1))
    assert told(ana, "due") == []
    assert FollowUp.objects.open().count() == 1


def test_a_quiet_minute_costs_few_queries(
    clock, ana, northern_practice, django_assert_max_num_queries, now
):
    for _ in range(5):
        due_promise(northern_practice, ana)
    clock()
    with django_assert_max_num_queries(8):
        watching.tend_notices(now + timedelta(minutes=1))


def test_nothing_of_an_unassigned_practice_reaches_a_liaison(
    volumes, ana, dana, unassigned: Territory, now
):
    practice = factories.PracticeFactory(name="Nobody's Clinic", territory=unassigned)
    volumes(practice, before=40, recent=10)
    falling.review_falls(now)
    assert told(ana) == []
    assert len(told(dana, "falling")) == 1
