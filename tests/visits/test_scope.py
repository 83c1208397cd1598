"""Visits, plans and promises reach only the people who work the practice's territory."""

import pytest

from tests import factories
from visits.models import FollowUp, PlannedVisit, Visit

MODELS = [
    (Visit, factories.VisitFactory, "liaison"),
    (FollowUp, factories.FollowUpFactory, "owner"),
]


@pytest.mark.parametrize(("model", "factory", "person"), MODELS)
def test_a_liaison_sees_the_rows_of_his_territories_only(
    model, factory, person, ana, ben, cleo, northern_practice
):
    row = factory(practice=northern_practice, **{person: ana})
    assert list(model.objects.visible_to(ana)) == [row]
    assert list(model.objects.visible_to(ben)) == [row]
    assert not model.objects.visible_to(cleo).exists()


@pytest.mark.parametrize(("model", "factory", "person"), MODELS)
def test_managers_and_admins_see_every_row(
    model, factory, person, ana, dana, erin, northern_practice
):
    row = factory(practice=northern_practice, **{person: ana})
    assert list(model.objects.visible_to(dana)) == [row]
    assert list(model.objects.visible_to(erin)) == [row]


@pytest.mark.parametrize(("model", "factory", "person"), MODELS)
def test_nobody_who_may_not_sign_in_sees_a_row(
    model, factory, person, ana, erin, northern_practice
):
    factory(practice=northern_practice, **{person: ana})
    for user in (ana, erin):
        user.is_active = False
        assert not model.objects.visible_to(user).exists()


def test_a_plan_is_its_liaisons_own(ana, ben, dana, northern_practice):
    plan = factories.PlannedVisitFactory(liaison=ana, practice=northern_practice)
    assert list(PlannedVisit.objects.visible_to(ana)) == [plan]
    assert not PlannedVisit.objects.visible_to(ben).exists()
    assert list(PlannedVisit.objects.visible_to(dana)) == [plan]
