"""A liaison corrects or takes back his own visit for seven days, and can restore it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from visits import errors, services
from visits.models import FollowUp, PlannedVisit, Visit


@pytest.fixture
def visit(ana, northern_practice, told, now):
    promise = services.Promise(promise="Send the protocol", due_on=date(2026, 3, 6))
    return services.log_visit(northern_practice, by=ana, at=now, record=told(), promise=promise)


def test_an_edit_replaces_what_was_told(visit, ana, kim, told, now):
    record = told(
        outcome=Visit.Outcome.QUICK_HELLO,
        physicians=(),
        staff=(kim,),
        topics=(),
        note="Only Kim was there.",
    )
    services.edit_visit(visit, by=ana, at=now, record=record)
    visit.refresh_from_db()
    assert visit.outcome == Visit.Outcome.QUICK_HELLO
    assert [str(one) for one in visit.attendees.all()] == ["Kim Soto"]
    assert not visit.topics.exists()
    assert visit.note == "Only Kim was there."


def test_an_edit_keeps_a_person_who_has_left_since(visit, ana, doctor, told, now, today):
    doctor.affiliations.update(ends_on=today)
    services.edit_visit(visit, by=ana, at=now, record=told(note="Still true."))
    assert visit.attendees.count() == 1


def test_an_edit_is_held_to_the_same_rules(visit, ana, told, now):
    with pytest.raises(errors.VisitInFuture):
        services.edit_visit(visit, by=ana, at=now, record=told(held_at=now + timedelta(days=1)))
    stranger = factories.PhysicianFactory()
    with pytest.raises(errors.NotAtThisPractice):
        services.edit_visit(visit, by=ana, at=now, record=told(physicians=(stranger,)))


def test_after_seven_days_it_stays(visit, ana, told, now):
    last_moment = now + timedelta(days=7) - timedelta(seconds=1)
    services.edit_visit(visit, by=ana, at=last_moment, record=told())
    with pytest.raises(errors.TooLateToChange):
        services.edit_visit(visit, by=ana, at=now + timedelta(days=7), record=told())
    with pytest.raises(errors.TooLateToChange):
        services.take_back_visit(visit, by=ana, at=now + timedelta(days=7))


def test_it_is_the_liaisons_own(visit, ben, cleo, dana, told, now):
    for person in (ben, cleo, dana):
        with pytest.raises(PermissionDenied):
            services.edit_visit(visit, by=person, at=now, record=told())
        with pytest.raises(PermissionDenied):
            services.take_back_visit(visit, by=person, at=now)


def test_a_visit_taken_back_leaves_every_list(visit, ana, northern_practice, now):
    services.take_back_visit(visit, by=ana, at=now)
    assert not Visit.objects.visible_to(ana).exists()
    assert not northern_practice.visits.exists()
    assert Visit.ever.get().taken_back_at == now


def test_its_open_promises_go_and_come_with_it(visit, ana, now):
    services.take_back_visit(visit, by=ana, at=now)
    assert not FollowUp.objects.open().exists()
    services.restore_visit(visit, by=ana, at=now)
    assert FollowUp.objects.open().count() == 1
    assert Visit.objects.get() == visit


def test_a_promise_kept_meanwhile_stays_kept(visit, ana, now):
    promise = visit.follow_ups.get()
    services.keep_follow_up(promise, by=ana, at=now)
    services.take_back_visit(visit, by=ana, at=now)
    promise.refresh_from_db()
    assert promise.kept_at == now
    assert promise.dropped_at is None


def test_a_promise_dropped_before_stays_dropped(visit, ana, now):
    services.drop_follow_up(visit.follow_ups.get(), by=ana, at=now - timedelta(minutes=1))
    services.take_back_visit(visit, by=ana, at=now)
    services.restore_visit(visit, by=ana, at=now)
    assert not FollowUp.objects.open().exists()


def test_its_stop_opens_and_closes_with_it(ana, northern_practice, told, now):
    stop = factories.PlannedVisitFactory(liaison=ana, practice=northern_practice)
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told())
    services.take_back_visit(visit, by=ana, at=now)
    assert list(PlannedVisit.objects.open()) == [stop]
    services.restore_visit(visit, by=ana, at=now)
    stop.refresh_from_db()
    assert stop.visit == visit


def test_a_stop_planned_anew_is_not_there_twice(ana, northern_practice, told, now):
    done = factories.PlannedVisitFactory(liaison=ana, practice=northern_practice)
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told())
    anew = factories.PlannedVisitFactory(liaison=ana, practice=northern_practice)
    services.take_back_visit(visit, by=ana, at=now)
    assert list(PlannedVisit.objects.open()) == [anew]
    done.refresh_from_db()
    assert done.dropped_at == now


def test_each_step_is_taken_once(visit, ana, told, now):
    with pytest.raises(errors.VisitStands):
        services.restore_visit(visit, by=ana, at=now)
    services.take_back_visit(visit, by=ana, at=now)
    with pytest.raises(errors.VisitTakenBack):
        services.take_back_visit(visit, by=ana, at=now)
    with pytest.raises(errors.VisitTakenBack):
        services.edit_visit(visit, by=ana, at=now, record=told())
