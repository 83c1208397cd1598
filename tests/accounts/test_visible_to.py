"""Scope fails closed: only named roles, only while they may sign in, only on their days."""

from datetime import date, timedelta

import pytest

from accounts.models import (
    AccessLog,
    ApiToken,
    Assignment,
    Handover,
    Territory,
    User,
)
from liaison_crm.core.periods import site_today
from tests import factories

EVERY_MODEL = [User, Territory, Assignment, AccessLog, ApiToken, Handover]


@pytest.mark.parametrize("model", EVERY_MODEL)
@pytest.mark.parametrize("role", User.Role.values)
def test_somebody_deactivated_sees_nothing(model, role, ana, dana, erin, north):
    AccessLog.objects.create(action=AccessLog.Action.EXPORT, user=ana)
    Handover.objects.create(territory=north, made_by=dana)
    person = User(pk=ana.pk, role=role, is_active=False)
    assert not model.objects.visible_to(person).exists()


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_a_role_nobody_named_sees_nothing_of_others(model, ana, dana, north):
    AccessLog.objects.create(action=AccessLog.Action.EXPORT, user=ana)
    Handover.objects.create(territory=north, made_by=dana)
    stranger = User(pk=0, role="owner", is_active=True)
    assert not stranger.sees_all_territories
    assert not model.objects.visible_to(stranger).exists()
    assert not stranger.territories_today().exists()


def test_territories_of_a_liaison_are_those_of_the_day(ana, ben, cleo, north, south):
    assert list(ana.territories_today()) == [north]
    assert list(ben.territories_today()) == [north]
    assert list(cleo.territories_today()) == [south]


@pytest.mark.parametrize(
    ("starts", "ends", "works"),
    [(0, None, True), (0, 1, True), (-1, 0, False), (1, None, False), (-9, -1, False)],
)
def test_an_assignment_counts_from_its_start_up_to_without_its_end(db, starts, ends, works):
    today = site_today()
    row = factories.AssignmentFactory(
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )
    assert row.user.territories_today().exists() is works


def test_managers_and_admins_see_unassigned_and_nobody_else(ana, dana, erin, unassigned):
    assert unassigned in Territory.objects.visible_to(dana)
    assert unassigned in Territory.objects.visible_to(erin)
    assert unassigned not in Territory.objects.visible_to(ana)
    assert unassigned not in ana.territories_today()


def test_the_access_log_is_the_admins(ana, dana, erin):
    AccessLog.objects.create(action=AccessLog.Action.EXPORT, user=ana)
    assert AccessLog.objects.visible_to(erin).exists()
    assert not AccessLog.objects.visible_to(dana).exists()
    assert not AccessLog.objects.visible_to(ana).exists()


def test_the_day_is_the_sites_day(settings, north):
    """An assignment from the 2nd starts at midnight at the hospital, not in Greenwich."""
    from datetime import UTC, datetime

    settings.SITE_TIME_ZONE = "America/New_York"
    assert site_today(datetime(2026, 3, 2, 4, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert site_today(datetime(2026, 3, 2, 5, 0, tzinfo=UTC)) == date(2026, 3, 2)
