"""Counting now instead of tonight, from the list of runs."""

from django.test import Client

from accounts.models import User
from referrals.models import RollupRun, VolumeCell
from tests import factories

NOW = "/admin/referrals/rolluprun/now/"
LIST = "/admin/referrals/rolluprun/"


def test_an_admin_counts_now(desk, django_capture_on_commit_callbacks):
    factories.ReferralFactory()
    assert "Roll up now" in desk.get(LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(NOW)["Location"] == LIST
    assert RollupRun.objects.get().state == RollupRun.State.DONE
    assert VolumeCell.objects.get().referrals == 1


def test_counting_twice_at_once_is_refused_in_a_sentence(desk, now):
    RollupRun.objects.create(kind="by_hand", period=now.date(), as_of=now)
    said = desk.post(NOW, follow=True).content.decode()
    assert "under way" in said
    assert RollupRun.objects.count() == 1


def test_looking_at_the_address_counts_nothing(desk, dana):
    assert desk.get(NOW).status_code == 405
    manager = Client()
    manager.force_login(User.objects.get(pk=dana.pk))
    assert manager.post(NOW).status_code == 403
    assert not RollupRun.objects.exists()
