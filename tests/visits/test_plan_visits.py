"""A day's stops: who may put them there, in what order, and how they leave it."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from visits import errors, services
from visits.models import PlannedVisit

TODAY = date(2026, 3, 2)
TOMORROW = date(2026, 3, 3)


def stop(day=TODAY, **details):
    return services.Stop(planned_on=day, **details)


def day_of(person, day=TODAY):
    return [
        plan.practice.name
        for plan in PlannedVisit.objects.open().filter(liaison=person, planned_on=day)
    ]


@pytest.fixture
def three(ana, north):
    """Ana's day: Ash, Birch, Cedar."""
    plans = {}
    for name in ("Ash", "Birch", "Cedar"):
        practice = factories.PracticeFactory(name=name, territory=north)
        plans[name] = services.plan_visit(practice, by=ana, today=TODAY, stop=stop())
    return plans


def test_stops_keep_the_order_they_were_planned_in(ana, three):
    assert day_of(ana) == ["Ash", "Birch", "Cedar"]


def test_a_stop_with_a_time_goes_before_the_first_later_one(ana, north):
    for name, starts_at in (("Noon", time(12)), ("Three", time(15)), ("Ten", time(10))):
        practice = factories.PracticeFactory(name=name, territory=north)
        services.plan_visit(practice, by=ana, today=TODAY, stop=stop(starts_at=starts_at))
    assert day_of(ana) == ["Ten", "Noon", "Three"]


def test_a_practice_is_on_a_day_once(ana, northern_practice):
    services.plan_visit(northern_practice, by=ana, today=TODAY, stop=stop())
    with pytest.raises(errors.AlreadyPlanned):
        services.plan_visit(northern_practice, by=ana, today=TODAY, stop=stop())
    assert services.plan_visit(northern_practice, by=ana, today=TODAY, stop=stop(TOMORROW)).pk


def test_it_refuses_a_stranger(cleo, northern_practice):
    with pytest.raises(PermissionDenied):
        services.plan_visit(northern_practice, by=cleo, today=TODAY, stop=stop())


def test_a_manager_plans_for_who_works_there(ana, ben, cleo, dana, northern_practice):
    plan = services.plan_visit(northern_practice, by=dana, today=TODAY, stop=stop(), liaison=ana)
    assert plan.liaison == ana
    with pytest.raises(errors.NotTheirPractice):
        services.plan_visit(northern_practice, by=dana, today=TODAY, stop=stop(), liaison=cleo)
    with pytest.raises(PermissionDenied):
        services.plan_visit(northern_practice, by=ana, today=TODAY, stop=stop(), liaison=ben)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [(date(2026, 3, 1), errors.DayIsOver), (date(2030, 1, 1), errors.TooFarAhead)],
)
def test_it_refuses_days_that_cannot_be(ana, northern_practice, day, refusal):
    with pytest.raises(refusal):
        services.plan_visit(northern_practice, by=ana, today=TODAY, stop=stop(day))


def test_it_refuses_a_practice_closed_by_then_and_people_of_another(ana, northern_practice):
    with pytest.raises(errors.NotAtThisPractice):
        services.plan_visit(
            northern_practice,
            by=ana,
            today=TODAY,
            stop=stop(physician=factories.PhysicianFactory()),
        )
    northern_practice.closed_on = TOMORROW
    northern_practice.save()
    assert services.plan_visit(northern_practice, by=ana, today=TODAY, stop=stop()).pk
    with pytest.raises(errors.PracticeClosed):
        services.plan_visit(northern_practice, by=ana, today=TODAY, stop=stop(TOMORROW))


def test_a_stop_moves_earlier_and_later(ana, three):
    services.move_plan(three["Cedar"], by=ana, steps=-1)
    assert day_of(ana) == ["Ash", "Cedar", "Birch"]
    services.move_plan(three["Ash"], by=ana, steps=1)
    assert day_of(ana) == ["Cedar", "Ash", "Birch"]
    services.move_plan(three["Birch"], by=ana, steps=-9)
    services.move_plan(three["Cedar"], by=ana, steps=9)
    assert day_of(ana) == ["Birch", "Ash", "Cedar"]


def test_a_stop_dropped_leaves_the_day_and_comes_back(ana, three, now):
    services.drop_plan(three["Birch"], by=ana, at=now)
    assert day_of(ana) == ["Ash", "Cedar"]
    with pytest.raises(errors.PlanNotOpen):
        services.drop_plan(three["Birch"], by=ana, at=now)
    with pytest.raises(errors.PlanNotOpen):
        services.move_plan(three["Birch"], by=ana, steps=1)
    services.restore_plan(three["Birch"], by=ana)
    assert day_of(ana) == ["Ash", "Birch", "Cedar"]
    with pytest.raises(errors.PlanNotOpen):
        services.restore_plan(three["Birch"], by=ana)


def test_a_dropped_stop_does_not_come_back_beside_its_twin(ana, three, now):
    services.drop_plan(three["Ash"], by=ana, at=now)
    services.plan_visit(three["Ash"].practice, by=ana, today=TODAY, stop=stop())
    with pytest.raises(errors.AlreadyPlanned):
        services.restore_plan(three["Ash"], by=ana)


def test_a_stop_goes_to_another_day(ana, three):
    services.replan_visit(three["Ash"], by=ana, today=TODAY, to=TOMORROW)
    assert day_of(ana) == ["Birch", "Cedar"]
    assert day_of(ana, TOMORROW) == ["Ash"]
    with pytest.raises(errors.DayIsOver):
        services.replan_visit(three["Birch"], by=ana, today=TODAY, to=TODAY - timedelta(days=1))


def test_a_done_stop_stays_on_its_day(ana, three):
    plan = three["Ash"]
    plan.visit = factories.VisitFactory(practice=plan.practice, liaison=ana)
    plan.save()
    with pytest.raises(errors.PlanNotOpen):
        services.replan_visit(plan, by=ana, today=TODAY, to=TOMORROW)


def test_a_day_is_its_liaisons_and_the_managers(ana, ben, dana, three, now):
    for change in (
        lambda by: services.drop_plan(three["Ash"], by=by, at=now),
        lambda by: services.restore_plan(three["Ash"], by=by),
        lambda by: services.move_plan(three["Ash"], by=by, steps=1),
        lambda by: services.replan_visit(three["Ash"], by=by, today=TODAY, to=TOMORROW),
    ):
        with pytest.raises(PermissionDenied):
            change(ben)
        change(dana)
