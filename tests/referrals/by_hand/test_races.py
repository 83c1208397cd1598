"""An impatient thumb or two devices leave one referral."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from liaison_crm.core.errors import DomainError
from referrals import errors
from referrals.by_hand.services import record_by_hand, restore, take_back
from referrals.models import HandReferral, Referral, ReferralEvent, Source

pytestmark = pytest.mark.django_db(transaction=True)


def eight_at_once(action):
    """What each of eight callers got, or the refusal it met, all started at one moment."""
    start = Barrier(8)

    def run(_):
        try:
            start.wait()
            return action()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, range(8)))


def test_one_sent_eight_times_at_once_is_one(ana, northern_practice, told, now):
    record = told()
    answers = eight_at_once(
        lambda: record_by_hand(northern_practice, by=ana, at=now, record=record).pk
    )
    assert answers == [HandReferral.objects.get().pk] * 8
    assert Referral.objects.count() == ReferralEvent.objects.count() == 1


def test_eight_different_ones_at_once_share_the_source(ana, northern_practice, told, now):
    answers = eight_at_once(
        lambda: record_by_hand(northern_practice, by=ana, at=now, record=told()).pk
    )
    assert len(set(answers)) == Referral.objects.count() == 8
    assert Source.objects.filter(code="by-hand").count() == 1


def test_it_is_taken_back_and_restored_once(ana, northern_practice, told, now):
    taken = record_by_hand(northern_practice, by=ana, at=now, record=told())
    answers = eight_at_once(lambda: take_back(taken, by=ana, at=now))
    assert [type(one) for one in answers].count(errors.ReferralTakenBack) == 7
    answers = eight_at_once(lambda: restore(taken, by=ana, at=now))
    assert [type(one) for one in answers].count(errors.ReferralStands) == 7
    assert Referral.objects.count() == 1
