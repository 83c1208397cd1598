"""Whoever took a referral by hand takes it back for seven days; managers always can."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from referrals import errors
from referrals.by_hand.services import record_by_hand, restore, take_back
from referrals.models import Referral

WEEK = timedelta(days=7)


@pytest.fixture
def taken(ana, northern_practice, told, now):
    return record_by_hand(northern_practice, by=ana, at=now, record=told(reference="R-2041"))


def test_it_goes_from_every_list_and_comes_back_as_it_was(taken, ana, now):
    before = Referral.objects.values().get()
    take_back(taken, by=ana, at=now)
    assert not Referral.objects.exists()
    restore(taken, by=ana, at=now)
    after = Referral.objects.values().get()
    for name in ("id", "updated_at"):
        del before[name], after[name]
    assert after == before
    assert Referral.objects.get().events.count() == 1


def test_each_step_is_taken_once(taken, ana, now):
    with pytest.raises(errors.ReferralStands):
        restore(taken, by=ana, at=now)
    take_back(taken, by=ana, at=now)
    with pytest.raises(errors.ReferralTakenBack):
        take_back(taken, by=ana, at=now)


def test_after_seven_days_a_manager_does_it(taken, ana, dana, now):
    with pytest.raises(errors.TooLateToTakeBack):
        take_back(taken, by=ana, at=now + WEEK)
    take_back(taken, by=dana, at=now + WEEK)
    with pytest.raises(errors.TooLateToTakeBack):
        restore(taken, by=ana, at=now + WEEK)
    restore(taken, by=dana, at=now + WEEK)
    take_back(taken, by=ana, at=now + WEEK - timedelta(seconds=1))


def test_it_is_nobody_elses(taken, ben, cleo, now):
    for person in (ben, cleo):
        with pytest.raises(PermissionDenied):
            take_back(taken, by=person, at=now)
    assert Referral.objects.exists()
