"""Two taps at once, on two devices or from one impatient thumb, leave one result."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from liaison_crm.core.errors import DomainError
from tests import factories
from visits import errors, services
from visits.models import FollowUp, PlannedVisit, Visit

TODAY = date(2026, 3, 2)
pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(*actions: Callable[[], object]) -> list[object]:
    """What each action gave, or the refusal it met, all started at the same moment."""
    start = Barrier(len(actions))

    def run(action):
        try:
            start.wait()
            return action()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_one_visit_sent_eight_times_at_once_is_one_visit(ana, northern_practice, told, now):
    record = told()
    promise = services.Promise(promise="Call back", due_on=date(2026, 3, 6))

    def send():
        return services.log_visit(
            northern_practice, by=ana, at=now, record=record, promise=promise
        ).pk

    answers = all_at_once(*[send] * 8)
    assert answers == [Visit.objects.get().pk] * 8
    assert FollowUp.objects.count() == 1
    assert Visit.objects.get().attendees.count() == 1


def test_two_visits_under_one_key_at_once_leave_one(ana, northern_practice, told, now):
    here = told()
    there = told(client_key=here.client_key, note="Something else.")
    answers = all_at_once(
        *(
            lambda record=record: services.log_visit(
                northern_practice, by=ana, at=now, record=record
            )
            for record in (here, there)
        )
    )
    assert Visit.objects.count() == 1
    assert [type(answer) for answer in answers].count(errors.VisitSentDifferently) == 1


def test_two_people_keep_a_promise_once(ana, ben, northern_practice, now):
    promise = factories.FollowUpFactory(practice=northern_practice, owner=ana)
    answers = all_at_once(
        *(
            lambda person=person: services.keep_follow_up(promise, by=person, at=now)
            for person in (ana, ben)
        )
    )
    refusals = [answer for answer in answers if isinstance(answer, errors.FollowUpClosed)]
    assert len(refusals) == 1
    promise.refresh_from_db()
    assert str(promise.kept_by) in str(refusals[0])


def test_two_taps_plan_one_stop(ana, northern_practice):
    def plan():
        stop = services.Stop(planned_on=TODAY)
        return services.plan_visit(northern_practice, by=ana, today=TODAY, stop=stop)

    answers = all_at_once(plan, plan)
    assert PlannedVisit.objects.count() == 1
    assert [type(answer) for answer in answers].count(errors.AlreadyPlanned) == 1


def test_moves_at_once_lose_no_stop(ana, north):
    plans = [
        factories.PlannedVisitFactory(
            liaison=ana, practice=factories.PracticeFactory(territory=north), position=number
        )
        for number in range(5)
    ]
    all_at_once(
        *(
            lambda plan=plan: services.move_plan(plan, by=ana, steps=-1)
            for plan in (plans[1], plans[3], plans[4])
        )
    )
    positions = PlannedVisit.objects.values_list("position", flat=True)
    assert sorted(positions) == [0, 1, 2, 3, 4]


def test_a_visit_is_taken_back_once(ana, northern_practice, told, now):
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told())

    def take_back():
        return services.take_back_visit(visit, by=ana, at=now)

    answers = all_at_once(take_back, take_back)
    assert [type(answer) for answer in answers].count(errors.VisitTakenBack) == 1
