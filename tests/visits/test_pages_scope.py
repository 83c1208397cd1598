"""Of a practice outside his territories a liaison reads the directory, and not a word more."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from visits.models import Attendee, FollowUp, PlannedVisit, Visit
from visits.reports.periods import recent_span

SECRETS = ("Wants faster reports", "Send the protocol", "Kim Soto", "4,321", "X-77")


@pytest.fixture
def story(northern_practice, doctor, kim, ana):
    """Ana's visit, promise, plan and volumes at the northern practice."""
    now = timezone.now()
    today = timezone.localdate(now)
    visit = factories.VisitFactory(
        practice=northern_practice,
        liaison=ana,
        held_at=now - timedelta(days=3),
        created_at=now - timedelta(days=3),
        note="Wants faster reports",
    )
    factories.AttendeeFactory(visit=visit, physician=doctor)
    factories.FollowUpFactory(
        practice=northern_practice,
        owner=ana,
        visit=visit,
        promise="Send the protocol",
        promised_to_physician=doctor,
        promised_on=today - timedelta(days=3),
        due_on=today,
    )
    factories.PlannedVisitFactory(liaison=ana, practice=northern_practice, planned_on=today)
    span = recent_span(now)
    factories.VolumeCellFactory(
        month=span.recent.start, practice=northern_practice, physician=doctor, referrals=4321
    )
    factories.ReferralFactory(
        practice=northern_practice,
        physician=doctor,
        referred_on=span.recent.start,
        external_id="X-77",
    )
    return visit


def pages(visit, doctor):
    practice = visit.practice
    return {
        "today": reverse("today"),
        "find": reverse("find") + "?q=kim",
        "where": reverse("new-visit") + "?q=northern",
        "practice": reverse("practice", args=[practice.pk]),
        "physician": reverse("physician", args=[doctor.pk]),
        "visits": reverse("visits"),
        "visits of the practice": reverse("visits") + f"?practice={practice.pk}",
        "visits of the physician": reverse("visits") + f"?physician={doctor.pk}",
        "visits of ana": reverse("visits") + f"?liaison={visit.liaison_id}",
        "follow-ups": reverse("follow-ups") + "?everyone=1",
        "follow-ups of ana": reverse("follow-ups") + f"?owner={visit.liaison_id}",
        "follow-ups of the practice": reverse("follow-ups") + f"?practice={practice.pk}",
        "referrals": reverse("referrals"),
        "referrals of the practice": reverse("referrals") + f"?practice={practice.pk}",
    }


def test_not_one_of_anas_words_reaches_cleo(client, story, doctor, cleo):
    client.force_login(cleo)
    for name, address in pages(story, doctor).items():
        response = client.get(address)
        assert response.status_code == 200, name
        read = response.content.decode()
        leaked = [secret for secret in SECRETS if secret in read and f"?q={secret}" not in read]
        assert not leaked, name


def test_ana_and_dana_read_them(client, story, doctor, ana, dana):
    read = ""
    for person in (ana, dana):
        client.force_login(person)
        for address in pages(story, doctor).values():
            read += client.get(address).content.decode()
    assert all(
        secret in read for secret in ("Wants faster reports", "Send the protocol", "Kim Soto")
    )
    assert "4,321" in read
    assert "X-77" in read


def test_the_directory_is_for_everyone(client, story, doctor, cleo, northern_practice):
    client.force_login(cleo)
    read = client.get(reverse("practice", args=[northern_practice.pk])).content.decode()
    assert northern_practice.name in read
    assert northern_practice.street in read
    assert "Dr. Priya Raman" in read
    assert "Ana North works here." in read
    read = client.get(reverse("physician", args=[doctor.pk])).content.decode()
    assert northern_practice.name in read
    assert "Ana North works here." in read


def stranger_pages(visit):
    plan = PlannedVisit.objects.get()
    promise = FollowUp.objects.get()
    practice = visit.practice_id
    return [
        reverse("visit", args=[visit.pk]),
        reverse("edit-visit", args=[visit.pk]),
        reverse("new-visit") + f"?practice={practice}",
        reverse("new-visit") + f"?plan={plan.pk}",
        reverse("plan-visit") + f"?practice={practice}",
        reverse("new-follow-up") + f"?practice={practice}",
        reverse("reschedule-follow-up", args=[promise.pk]),
    ]


def stranger_posts(visit):
    plan = PlannedVisit.objects.get()
    promise = FollowUp.objects.get()
    return [
        (reverse("take-back-visit", args=[visit.pk]), {}),
        (reverse("restore-visit", args=[visit.pk]), {}),
        (reverse("edit-visit", args=[visit.pk]), {"outcome": "no_access"}),
        (reverse("new-visit"), {"practice": visit.practice_id, "outcome": "no_access"}),
        (reverse("plan-visit"), {"practice": visit.practice_id, "planned_on": "2099-01-01"}),
        (reverse("new-follow-up"), {"practice": visit.practice_id, "promise": "Ours"}),
        (reverse("drop-plan", args=[plan.pk]), {}),
        (reverse("restore-plan", args=[plan.pk]), {}),
        (reverse("move-plan", args=[plan.pk]), {"move": "later"}),
        (reverse("replan-visit", args=[plan.pk]), {"to": "2099-01-01"}),
        (reverse("keep-follow-up", args=[promise.pk]), {}),
        (reverse("reopen-follow-up", args=[promise.pk]), {}),
        (reverse("drop-follow-up", args=[promise.pk]), {}),
        (reverse("reschedule-follow-up", args=[promise.pk]), {"due_on": "2099-01-01"}),
        (reverse("reassign-follow-up", args=[promise.pk]), {"to": visit.liaison_id}),
    ]


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Visit, Attendee, FollowUp, PlannedVisit)
    ]


def test_a_strangers_page_is_not_there(client, story, cleo):
    client.force_login(cleo)
    for address in stranger_pages(story):
        assert client.get(address).status_code == 404, address


def test_a_strangers_tap_changes_nothing(client, story, cleo):
    client.force_login(cleo)
    before = everything()
    for address, said in stranger_posts(story):
        assert client.post(address, said).status_code == 404, address
    assert everything() == before


def test_what_is_not_there_reads_the_same(client, story, cleo):
    """Neither the words nor the length tell a stranger's row from none."""
    client.force_login(cleo)
    for there, absent in (
        (reverse("visit", args=[story.pk]), reverse("visit", args=[story.pk + 10**6])),
        (
            reverse("new-visit") + f"?practice={story.practice_id}",
            reverse("new-visit") + f"?practice={story.practice_id + 10**6}",
        ),
    ):
        assert client.get(there).content == client.get(absent).content


def test_a_colleague_in_scope_may_read_but_not_change(client, story, ben):
    client.force_login(ben)
    assert client.get(reverse("visit", args=[story.pk])).status_code == 200
    read = client.get(reverse("visit", args=[story.pk])).content.decode()
    assert "Take it back" not in read
    assert client.get(reverse("edit-visit", args=[story.pk])).status_code == 403
    assert client.post(reverse("take-back-visit", args=[story.pk])).status_code == 403
    assert Visit.objects.filter(pk=story.pk).exists()


def test_a_day_is_its_liaisons_and_the_managers(client, ana, ben, dana):
    address = reverse("today") + f"?liaison={ana.pk}"
    for person, status in ((ana, 200), (ben, 404), (dana, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status, person


def test_nobody_reads_anything_without_signing_in(client, story, doctor):
    for address in [*pages(story, doctor).values(), *stranger_pages(story)]:
        response = client.get(address)
        assert response.status_code == 302, address
        assert "/account/login/" in response["Location"], address
