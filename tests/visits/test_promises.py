"""A promise is made to an office, kept once, moved, dropped, and handed on by managers."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from visits import errors, services
from visits.models import FollowUp

TODAY = date(2026, 3, 2)


@pytest.fixture
def promise(ana, northern_practice, now):
    return services.make_promise(
        northern_practice,
        by=ana,
        at=now,
        promise=services.Promise(promise="Send the protocol", due_on=date(2026, 3, 6)),
    )


def test_it_belongs_to_who_made_it(promise, ana, northern_practice):
    assert (promise.owner, promise.practice) == (ana, northern_practice)
    assert (promise.promised_on, promise.due_on) == (TODAY, date(2026, 3, 6))


def test_it_is_made_once_however_often_it_is_sent(ana, northern_practice, now):
    said = services.Promise(promise="Call back", due_on=date(2026, 3, 6))
    first = services.make_promise(northern_practice, by=ana, at=now, promise=said)
    later = now + timedelta(days=30)
    assert services.make_promise(northern_practice, by=ana, at=later, promise=said) == first
    other = services.Promise(
        promise="Call later", due_on=date(2026, 3, 6), client_key=said.client_key
    )
    with pytest.raises(errors.PromiseSentDifferently):
        services.make_promise(northern_practice, by=ana, at=now, promise=other)
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("due_on", "refusal"),
    [(date(2026, 3, 1), errors.DueTooEarly), (date(2099, 1, 1), errors.TooFarAhead)],
)
def test_it_refuses_days_that_cannot_be(ana, northern_practice, now, due_on, refusal):
    said = services.Promise(promise="Call back", due_on=due_on)
    with pytest.raises(refusal):
        services.make_promise(northern_practice, by=ana, at=now, promise=said)


def test_it_refuses_strangers(ana, cleo, northern_practice, southern_practice, now):
    said = services.Promise(promise="Call back", due_on=TODAY)
    with pytest.raises(PermissionDenied):
        services.make_promise(northern_practice, by=cleo, at=now, promise=said)
    with pytest.raises(errors.NotTheirPractice):
        services.make_promise(northern_practice, by=ana, at=now, promise=said, owner=cleo)
    elsewhere = factories.StaffMemberFactory(practice=southern_practice)
    to_them = services.Promise(promise="Call back", due_on=TODAY, to_staff=elsewhere)
    with pytest.raises(errors.NotAtThisPractice):
        services.make_promise(northern_practice, by=ana, at=now, promise=to_them)


def test_whoever_works_there_keeps_it_and_once(promise, ana, ben, now):
    services.keep_follow_up(promise, by=ben, at=now)
    promise.refresh_from_db()
    assert (promise.kept_at, promise.kept_by) == (now, ben)
    with pytest.raises(errors.FollowUpClosed, match="Ben Cover kept this promise already"):
        services.keep_follow_up(promise, by=ana, at=now)


def test_keeping_and_dropping_can_be_undone(promise, ana, now):
    services.keep_follow_up(promise, by=ana, at=now)
    services.reopen_follow_up(promise, by=ana)
    services.drop_follow_up(promise, by=ana, at=now)
    services.reopen_follow_up(promise, by=ana)
    assert FollowUp.objects.open().get() == promise
    with pytest.raises(errors.FollowUpOpen):
        services.reopen_follow_up(promise, by=ana)


def test_it_moves_to_another_day(promise, ana):
    services.reschedule_follow_up(promise, by=ana, today=TODAY, due_on=date(2026, 4, 1))
    promise.refresh_from_db()
    assert promise.due_on == date(2026, 4, 1)
    with pytest.raises(errors.DueTooEarly):
        services.reschedule_follow_up(promise, by=ana, today=TODAY, due_on=date(2026, 3, 1))


def test_a_closed_promise_does_not_move(promise, ana, now):
    services.drop_follow_up(promise, by=ana, at=now)
    with pytest.raises(errors.FollowUpClosed, match="dropped"):
        services.reschedule_follow_up(promise, by=ana, today=TODAY, due_on=date(2026, 4, 1))
    with pytest.raises(errors.FollowUpClosed):
        services.drop_follow_up(promise, by=ana, at=now)


def test_managers_hand_it_to_who_works_there(promise, ana, ben, cleo, dana):
    services.reassign_follow_up(promise, by=dana, to=ben)
    promise.refresh_from_db()
    assert promise.owner == ben
    with pytest.raises(errors.NotTheirPractice):
        services.reassign_follow_up(promise, by=dana, to=cleo)
    with pytest.raises(PermissionDenied):
        services.reassign_follow_up(promise, by=ana, to=ana)


def test_strangers_change_nothing(promise, cleo, now):
    for change in (
        lambda: services.keep_follow_up(promise, by=cleo, at=now),
        lambda: services.drop_follow_up(promise, by=cleo, at=now),
        lambda: services.reopen_follow_up(promise, by=cleo),
        lambda: services.reschedule_follow_up(promise, by=cleo, today=TODAY, due_on=TODAY),
        lambda: services.reassign_follow_up(promise, by=cleo, to=cleo),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert FollowUp.objects.open().get() == promise
