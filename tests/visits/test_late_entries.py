"""What waited on a device: taken up to thirty days later, with both clocks, by who worked then."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import Assignment
from contacts.models import Practice
from liaison_crm.core.sending import Sending
from tests import factories
from visits import errors, services
from visits.models import FollowUp, Visit


@pytest.fixture
def late(now):
    """Written an hour ago and sent now, by a clock that agrees with ours unless said otherwise."""

    def build(*, ago=timedelta(hours=1), ahead=timedelta(0)):
        return Sending(recorded_at=now - ago + ahead, sent_at=now + ahead, received_at=now)

    return build


def test_both_clocks_are_kept(ana, northern_practice, told, now, late):
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told(sending=late()))
    visit.refresh_from_db()
    assert (visit.recorded_at, visit.created_at) == (now - timedelta(hours=1), now)
    assert (visit.clock_off_seconds, visit.moved_meanwhile) == (None, False)


def test_what_a_page_sent_by_itself_has_no_second_clock(ana, northern_practice, told, now):
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told())
    assert visit.recorded_at is None


def test_sent_again_at_another_moment_it_is_the_same_visit(ana, northern_practice, told, now, late):
    key = uuid.uuid4()
    first, again = (
        services.log_visit(
            northern_practice, by=ana, at=now, record=told(client_key=key, sending=late(ago=ago))
        )
        for ago in (timedelta(hours=1), timedelta(hours=2))
    )
    assert first == again
    assert Visit.objects.count() == 1


def test_a_clock_that_is_ahead_is_flagged_and_dates_nothing_into_the_future(
    ana, northern_practice, told, now, late
):
    ahead = timedelta(hours=3)
    record = told(held_at=now + ahead - timedelta(minutes=30), sending=late(ahead=ahead))
    visit = services.log_visit(northern_practice, by=ana, at=now, record=record)
    assert visit.held_at == now - timedelta(minutes=30)
    assert visit.clock_off_seconds == 3 * 3600


def test_the_future_stays_refused_where_the_clock_is_right(ana, northern_practice, told, now, late):
    record = told(held_at=now + timedelta(hours=1), sending=late())
    with pytest.raises(errors.VisitInFuture):
        services.log_visit(northern_practice, by=ana, at=now, record=record)


def test_a_promise_made_days_ago_may_be_due_by_now(ana, northern_practice, now, today, late):
    sending = late(ago=timedelta(days=3))
    promise = services.Promise(
        promise="Call back", due_on=today - timedelta(days=1), sending=sending
    )
    at = sending.written_at
    follow_up = services.make_promise(northern_practice, by=ana, at=at, promise=promise)
    assert follow_up.promised_on == today - timedelta(days=3)
    assert follow_up.recorded_at == now - timedelta(days=3)


# --- The territory moved meanwhile. Moments are real: assignments and history have their own. ---


@pytest.fixture
def moment():
    return timezone.now()


def sending(moment, ago=timedelta(minutes=10)):
    return Sending(recorded_at=moment - ago, sent_at=moment, received_at=moment)


def lately(told, moment, **changes):
    """A visit of just now, as it comes late."""
    held_at = moment - timedelta(minutes=10)
    return told(held_at=held_at, sending=sending(moment), **changes)


def test_a_practice_that_was_given_away_meanwhile_is_accepted_and_flagged(
    ana, northern_practice, south, told, moment, kim
):
    """It was in the North until now; the visit is of ten minutes ago, maybe of yesterday."""
    _history_starts(northern_practice, moment - timedelta(days=1))
    Practice.objects.filter(pk=northern_practice.pk).update(territory=south)
    northern_practice.refresh_from_db()
    record = lately(told, moment, staff=(kim,), newcomer="Joy Kim", note="Fine.")
    visit = services.log_visit(northern_practice, by=ana, at=moment, record=record)
    assert visit.moved_meanwhile
    assert visit.note == "Fine.\nMet Joy Kim."
    assert visit.attendees.count() == 2


def test_an_assignment_that_ended_meanwhile_counts_on_its_days(
    ana, northern_practice, told, moment
):
    ended = timezone.localdate(moment) - timedelta(days=2)
    Assignment.objects.filter(user=ana).update(ends_on=ended, starts_on=ended - timedelta(days=9))
    then = moment - timedelta(days=3)
    record = told(held_at=then, sending=sending(moment, timedelta(days=3)), physicians=())
    _history_starts(northern_practice, then - timedelta(days=1))
    visit = services.log_visit(northern_practice, by=ana, at=moment, record=record)
    assert visit.moved_meanwhile
    after = told(held_at=moment, sending=sending(moment), physicians=())
    with pytest.raises(PermissionDenied):
        services.log_visit(northern_practice, by=ana, at=moment, record=after)


def _history_starts(practice, at):
    """As if the practice had been entered at that moment: history cannot be written by hand."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE contacts_practiceevent SET pgh_created_at = %s WHERE pgh_obj_id = %s",
            [at, practice.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_practice_that_never_was_ones_own_stays_closed(cleo, northern_practice, told, moment):
    with pytest.raises(PermissionDenied):
        services.log_visit(northern_practice, by=cleo, at=moment, record=lately(told, moment))
    assert not Visit.ever.exists()


def test_without_the_device_having_kept_it_the_practice_is_gone(
    ana, northern_practice, south, told, moment
):
    Practice.objects.filter(pk=northern_practice.pk).update(territory=south)
    northern_practice.refresh_from_db()
    with pytest.raises(PermissionDenied):
        services.log_visit(northern_practice, by=ana, at=moment, record=told(held_at=moment))


def test_the_page_takes_it_with_the_staff_and_the_stop_of_then(
    ana, northern_practice, south, moment, kim
):
    plan = factories.PlannedVisitFactory(
        practice=northern_practice, liaison=ana, planned_on=timezone.localdate(moment)
    )
    Practice.objects.filter(pk=northern_practice.pk).update(territory=south)
    client = Client()
    client.force_login(ana)
    held = timezone.localtime(moment, ZoneInfo(ana.time_zone))
    said = {
        "practice": northern_practice.pk,
        "plan": plan.pk,
        "client_key": str(uuid.uuid4()),
        "held_at": held.strftime("%Y-%m-%dT%H:%M"),
        "outcome": "good_talk",
        "people": [f"s{kim.pk}"],
        "due": "1w",
        "recorded_at": moment.isoformat(),
    }
    headers = {"X-Outbox": "1", "X-Outbox-Sent-At": moment.isoformat()}
    answer = client.post("/visits/new/", said, headers=headers)
    assert answer.status_code == 200, answer.content
    visit = Visit.objects.get()
    assert visit.moved_meanwhile
    assert visit.attendees.get().staff_member == kim
    plan.refresh_from_db()
    assert plan.visit == visit
    page = Client()
    page.force_login(factories.UserFactory(role="manager"))
    assert b"no longer worked" in page.get(visit.get_absolute_url()).content


def test_five_hundred_entries_replayed_twice_make_no_duplicate(ana, northern_practice, moment):
    """Tries a visit and a promise in turn, each sent twice by a device that heard no answer."""
    client = Client()
    client.force_login(ana)
    headers = {"X-Outbox": "1", "X-Outbox-Sent-At": moment.isoformat()}
    day = timezone.localdate(moment)
    both = {"practice": northern_practice.pk, "recorded_at": moment.isoformat()}
    entries = []
    for number in range(250):
        held_at = {"held_at": f"2026-02-0{number % 9 + 1}T10:00", "outcome": "drop_off"}
        promise = {"promise": f"Promise {number}", "due_on": day.isoformat()}
        for kind, (address, said) in enumerate(
            (("/visits/new/", held_at), ("/follow-ups/new/", promise))
        ):
            key = str(uuid.UUID(int=number * 2 + kind))
            entries.append((address, {**both, **said, "client_key": key}))
    for _ in range(2):
        for address, said in entries:
            assert client.post(address, said, headers=headers).status_code == 200
    assert (Visit.objects.count(), FollowUp.objects.count()) == (250, 250)
