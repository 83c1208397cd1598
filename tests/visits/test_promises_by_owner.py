"""Managers see who is late, hand many promises on at once, and take that back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.visits.test_races import all_at_once
from visits import errors, services
from visits.models import FollowUp, PromiseHandover
from visits.promises.reports import promises_by_owner
from visits.promises.services import hand_over_promises, undo_handover

TODAY = date(2026, 3, 2)


def late(practice, owner, days, **more):
    promised_on = TODAY - timedelta(days=60)
    return factories.FollowUpFactory(
        practice=practice,
        owner=owner,
        promised_on=promised_on,
        due_on=TODAY - timedelta(days=days),
        **more,
    )


@pytest.fixture
def promises(ana, northern_practice):
    return [late(northern_practice, ana, days) for days in (1, 5, 3)]


def test_it_counts_what_is_late_and_what_is_untold(
    promises, ana, ben, cleo, dana, northern_practice, southern_practice, now
):
    late(northern_practice, ben, 0)
    late(northern_practice, ben, 9, kept_at=now, kept_by=ben)
    late(northern_practice, ben, 9, kept_at=now, kept_by=ben, told_at=now, told_by=ben)
    late(northern_practice, ben, 9, dropped_at=now)
    late(southern_practice, cleo, 2)
    rows = [
        (one.name, one.overdue, one.oldest_due_on, one.untold)
        for one in promises_by_owner(dana, on=TODAY)
    ]
    assert rows == [
        ("Ana North", 3, date(2026, 2, 25), 0),
        ("Cleo South", 1, date(2026, 2, 28), 0),
        ("Ben Cover", 0, None, 1),
    ]
    assert [one.name for one in promises_by_owner(cleo, on=TODAY)] == ["Cleo South"]


def test_many_go_to_a_colleague_and_come_back(promises, ana, ben, dana, southern_practice, now):
    elsewhere = late(southern_practice, ana, 2)
    made = hand_over_promises([*promises, elsewhere], to=ben, by=dana, at=now)
    assert (made.count, made.left_out) == (3, 1)
    assert set(FollowUp.objects.owned_by(ben)) == set(promises)
    services.keep_follow_up(promises[0], by=ben, at=now)
    assert undo_handover(made, by=dana, at=now) == 2
    assert set(FollowUp.objects.open().owned_by(ana)) == {*promises[1:], elsewhere}
    assert FollowUp.objects.get(pk=promises[0].pk).owner == ben
    with pytest.raises(errors.HandedOnSince):
        undo_handover(made, by=dana, at=now)


def test_nothing_goes_to_who_does_not_work_there(promises, cleo, dana, now):
    with pytest.raises(errors.NothingToHandOn):
        hand_over_promises(promises, to=cleo, by=dana, at=now)
    assert not PromiseHandover.objects.exists()


def test_only_managers_hand_on(promises, ana, ben, dana, now):
    with pytest.raises(PermissionDenied):
        hand_over_promises(promises, to=ben, by=ana, at=now)
    made = hand_over_promises(promises, to=ben, by=dana, at=now)
    with pytest.raises(PermissionDenied):
        undo_handover(made, by=ben, at=now)


@pytest.mark.django_db(transaction=True)
def test_two_managers_hand_on_once(promises, ana, ben, dana, erin, now):
    answers = all_at_once(
        *(lambda by=by: hand_over_promises(promises, to=ben, by=by, at=now) for by in (dana, erin))
    )
    refused = [one for one in answers if isinstance(one, errors.NothingToHandOn)]
    assert len(refused) == 1
    assert PromiseHandover.objects.get().count == 3


def test_the_page_hands_on_and_undoes(client, dana, ana, ben, northern_practice):
    today = timezone.localdate()
    promise = factories.FollowUpFactory(
        practice=northern_practice,
        owner=ana,
        promise="Send the protocol",
        promised_on=today - timedelta(days=9),
        due_on=today - timedelta(days=3),
    )
    client.force_login(dana)
    page = reverse("promises-by-owner")
    assert "1 promise late" in client.get(page).content.decode()
    of_ana = f"{page}?owner={ana.pk}"
    assert "Send the protocol" in client.get(of_ana).content.decode()
    assert "Tick the promises" in client.post(of_ana, {"to": ben.pk}).content.decode()
    client.post(of_ana, {"promise": [promise.pk], "to": ben.pk})
    assert FollowUp.objects.get().owner == ben
    client.post(reverse("undo-promise-handover", args=[PromiseHandover.objects.get().pk]))
    assert FollowUp.objects.get().owner == ana
    assert client.get(page, {"owner": "nobody"}).status_code == 404


def test_a_manager_sees_it_happen(client, dana, ana, kim, northern_practice, now):
    at = timezone.now()
    factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=at)
    promise = factories.FollowUpFactory(
        practice=northern_practice, owner=ana, promise="Call Kim back"
    )
    services.keep_follow_up(promise, by=ana, at=at, told=services.Told(to_staff=kim))
    client.force_login(dana)
    for address in (reverse("today"), reverse("team-now")):
        page = client.get(address).content.decode()
        assert "Good talk" in page
        assert "Call Kim back: kept, told Kim Soto" in page


def test_a_liaison_without_a_territory_hears_whom_to_ask(client, dana):
    client.force_login(factories.UserFactory(name="New Liaison"))
    page = client.get(reverse("today")).content.decode()
    assert "No territory is yours yet" in page
    assert f"mailto:{dana.email}" in page
