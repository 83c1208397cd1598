"""Keeping and telling over HTTP, and from the outbox of a device."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from visits.models import FollowUp


@pytest.fixture
def promise(ana, northern_practice):
    return factories.FollowUpFactory(practice=northern_practice, owner=ana)


def test_it_is_kept_and_told_in_one_request(as_ana, promise, northern_practice):
    kim = factories.StaffMemberFactory(practice=northern_practice)
    url, key = f"follow-ups/{promise.pk}/", str(uuid.uuid4())
    said = {"told": True, "to_staff": kim.pk, "client_key": key}
    first = as_ana.post(f"{url}keep/", said).json()
    assert first["told_at"]
    assert (first["told_to_staff"], first["told_to_physician"]) == (kim.pk, None)
    assert as_ana.post(f"{url}keep/", said).json()["kept_at"] == first["kept_at"]
    assert as_ana.post(f"{url}untell/").json()["told_at"] is None
    rows = as_ana.get("follow-ups/", {"state": "untold"}).json()["results"]
    assert [row["id"] for row in rows] == [promise.pk]
    assert as_ana.post(f"{url}tell/").json()["told_at"]
    again = as_ana.post(f"{url}tell/")
    assert (again.status_code, again.json()["code"]) == (409, "office_told_already")


def test_telling_takes_people_of_that_office_only(as_ana, promise, southern_practice):
    stranger = factories.StaffMemberFactory(practice=southern_practice)
    said = {"to_staff": stranger.pk}
    assert as_ana.post(f"follow-ups/{promise.pk}/tell/", said).status_code == 400
    assert as_ana.post(f"follow-ups/{promise.pk}/tell/").json()["code"] == "follow_up_open"


def test_the_outbox_keeps_the_moment_of_the_tap(client, ana, promise):
    client.force_login(ana)
    now = timezone.now()
    tapped, key = now - timedelta(hours=5), str(uuid.uuid4())
    body = {"told": "office", "client_key": key, "recorded_at": tapped.isoformat()}
    headers = {"X-Outbox": "1", "X-Outbox-Sent-At": now.isoformat()}
    for _ in range(2):
        answer = client.post(reverse("keep-follow-up", args=[promise.pk]), body, headers=headers)
        assert answer.status_code == 200
        assert "location" in answer.json()
    promise.refresh_from_db()
    assert promise.kept_at == promise.told_at == tapped
    other = {**body, "client_key": str(uuid.uuid4())}
    answer = client.post(reverse("keep-follow-up", args=[promise.pk]), other, headers=headers)
    assert answer.status_code == 409
    assert FollowUp.objects.kept().count() == 1
