"""A promise that was kept is told to the office, once; until then it waits to be told."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from tests import factories
from tests.visits.test_races import all_at_once
from visits import errors, services
from visits.models import FollowUp
from visits.promises.history import history_of

TODAY = date(2026, 3, 2)
OFFICE = services.Told()


@pytest.fixture
def promise(ana, northern_practice, kim):
    return factories.FollowUpFactory(
        practice=northern_practice, owner=ana, promised_to_staff=kim, promise="Send the protocol"
    )


@pytest.fixture
def kept(promise, ana, now):
    services.keep_follow_up(promise, by=ana, at=now)
    promise.refresh_from_db()
    return promise


def test_keeping_and_telling_is_one_tap(promise, ana, kim, now):
    services.keep_follow_up(promise, by=ana, at=now, told=services.Told(to_staff=kim))
    promise.refresh_from_db()
    assert (promise.kept_at, promise.told_at, promise.told_by) == (now, now, ana)
    assert promise.told_to == kim


def test_a_kept_promise_waits_until_somebody_tells(kept, ben, now):
    assert FollowUp.objects.untold().get() == kept
    services.tell_office(kept, by=ben, at=now, told=OFFICE)
    kept.refresh_from_db()
    assert (kept.told_by, kept.told_to) == (ben, None)
    assert not FollowUp.objects.untold().exists()


def test_telling_needs_keeping(promise, ana, now):
    with pytest.raises(errors.FollowUpOpen):
        services.tell_office(promise, by=ana, at=now, told=OFFICE)
    with pytest.raises(IntegrityError):
        FollowUp.objects.filter(pk=promise.pk).update(told_at=now)


def test_who_came_second_hears_who_told(kept, ana, ben, kim, now):
    services.tell_office(kept, by=ben, at=now, told=services.Told(to_staff=kim))
    with pytest.raises(errors.OfficeToldAlready, match="Ben Cover told Kim Soto already"):
        services.tell_office(kept, by=ana, at=now, told=OFFICE)


def test_only_people_of_the_office_are_told(kept, ana, southern_practice, now):
    stranger = factories.StaffMemberFactory(practice=southern_practice)
    with pytest.raises(errors.NotAtThisPractice):
        services.tell_office(kept, by=ana, at=now, told=services.Told(to_staff=stranger))


def test_telling_is_undone_and_keeping_with_it(kept, ana, now):
    services.tell_office(kept, by=ana, at=now, told=OFFICE)
    services.untell_office(kept, by=ana)
    assert FollowUp.objects.untold().get() == kept
    with pytest.raises(errors.OfficeNotTold):
        services.untell_office(kept, by=ana)
    services.tell_office(kept, by=ana, at=now, told=OFFICE)
    services.reopen_follow_up(kept, by=ana)
    kept.refresh_from_db()
    assert kept.is_open
    assert kept.told_at is None


def test_strangers_tell_nothing(kept, cleo, now):
    for change in (
        lambda: services.tell_office(kept, by=cleo, at=now, told=OFFICE),
        lambda: services.untell_office(kept, by=cleo),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert FollowUp.objects.untold().get() == kept


def test_a_tap_sent_twice_is_done_once(promise, ana, now):
    """The answer was lost, so the device sends it again; meanwhile somebody opened it anew."""
    tap = uuid.uuid4()
    for _ in range(2):
        services.keep_follow_up(promise, by=ana, at=now, told=OFFICE, client_key=tap)
    services.reopen_follow_up(promise, by=ana)
    services.keep_follow_up(promise, by=ana, at=now, told=OFFICE, client_key=tap)
    assert FollowUp.objects.open().get() == promise
    services.keep_follow_up(promise, by=ana, at=now, client_key=uuid.uuid4())
    telling = uuid.uuid4()
    for _ in range(2):
        services.tell_office(promise, by=ana, at=now, told=OFFICE, client_key=telling)
    assert FollowUp.objects.get().told_at == now


@pytest.mark.django_db(transaction=True)
def test_two_people_tell_once(kept, ana, ben, now):
    answers = all_at_once(
        *(
            lambda person=person: services.tell_office(kept, by=person, at=now, told=OFFICE)
            for person in (ana, ben)
        )
    )
    refused = [one for one in answers if isinstance(one, errors.OfficeToldAlready)]
    assert len(refused) == 1
    kept.refresh_from_db()
    assert str(kept.told_by) in str(refused[0])


@pytest.mark.django_db(transaction=True)
def test_one_tap_sent_eight_times_at_once_is_one(promise, ana, now):
    tap = uuid.uuid4()
    answers = all_at_once(
        *[lambda: services.keep_follow_up(promise, by=ana, at=now, told=OFFICE, client_key=tap)] * 8
    )
    assert answers == [None] * 8
    assert promise.events.filter(kept_at__isnull=False, told_at=None).count() == 1


def test_the_history_tells_it_all(promise, ana, ben, dana, now):
    services.reschedule_follow_up(promise, by=ana, today=TODAY, due_on=date(2026, 3, 20))
    services.reassign_follow_up(promise, by=dana, to=ben)
    services.keep_follow_up(promise, by=ben, at=now, told=OFFICE)
    services.untell_office(promise, by=ben)
    services.reopen_follow_up(promise, by=ben)
    services.drop_follow_up(promise, by=ben, at=now)
    steps = [(one.what, one.by) for one in history_of(promise, viewer=ana, today=TODAY)]
    assert steps == [
        ("Promised", "Ana North"),
        ("Moved to 20 Mar", ""),
        ("Handed on to Ben Cover", ""),
        ("Kept", "Ben Cover"),
        ("Told the office", "Ben Cover"),
        ("Not told after all", ""),
        ("Opened again", ""),
        ("Dropped", ""),
    ]


def test_the_page_keeps_and_tells(client, ana, promise, kim):
    client.force_login(ana)
    keep, back = reverse("keep-follow-up", args=[promise.pk]), "/follow-ups/?state=open"
    answer = client.post(keep, {"told": "later", "next": back})
    assert answer["Location"] == f"{back}#promise-{promise.pk}"
    assert FollowUp.objects.untold().get() == promise
    assert "Send the protocol" in client.get("/follow-ups/?state=untold").content.decode()
    tell = reverse("tell-follow-up", args=[promise.pk])
    client.post(tell, {"told": f"s{kim.pk}", "on": "2026-03-01"})
    promise.refresh_from_db()
    assert promise.told_to == kim
    assert promise.told_at.astimezone().date() == date(2026, 3, 1)
    client.post(reverse("untell-follow-up", args=[promise.pk]))
    assert FollowUp.objects.untold().get() == promise


@pytest.mark.parametrize("told", ["", "p0", "s999", "nobody", "p1' or"])
def test_the_page_refuses_nobody_in_particular(client, ana, kept, told):
    client.force_login(ana)
    answer = client.post(reverse("tell-follow-up", args=[kept.pk]), {"told": told}, follow=True)
    assert answer.status_code == 200
    assert FollowUp.objects.untold().get() == kept


def test_no_office_was_told_tomorrow(client, ana, kept):
    client.force_login(ana)
    tomorrow = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011  two days ahead anywhere
    answer = client.post(
        reverse("tell-follow-up", args=[kept.pk]), {"told": "office", "on": tomorrow}, follow=True
    )
    assert "This day is still to come." in answer.content.decode()
    assert FollowUp.objects.untold().get() == kept
