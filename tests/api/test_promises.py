"""Keeping and telling over HTTP, and from the outbox of a device."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.workdays.reports import team_workdays
from tests import factories
from visits.days import day_for
from visits.models import FollowUp
from visits.promises.due import due_day


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


def test_so_long_from_today_means_a_working_day(as_ana, ana, northern_practice):
    body = {"practice": northern_practice.pk, "promise": "Call back"}
    today = day_for(ana, timezone.now())
    for span in ("1d", "1w", "2w", "1m"):
        made = as_ana.post("follow-ups/", {**body, "due_in": span}).json()
        assert made["due_on"] == str(due_day(today, span, team_workdays())), span


def test_in_a_visit_it_counts_from_the_day_of_the_visit(as_ana, ana, northern_practice):
    held_at = timezone.now() - timedelta(days=3)
    visit = {
        "practice": northern_practice.pk,
        "held_at": held_at.isoformat(timespec="seconds"),
        "outcome": "good_talk",
        "promise": {"promise": "Send the fax list", "due_in": "2w"},
    }
    assert as_ana.post("visits/", visit).status_code == 201
    due_on = due_day(day_for(ana, held_at), "2w", team_workdays())
    assert FollowUp.objects.get().due_on == due_on


@pytest.mark.parametrize(
    ("due", "field", "code"),
    [
        ({}, "due_on", "required"),
        ({"due_on": "2099-03-02", "due_in": "1w"}, "due_on", "repeated"),
        ({"due_in": "3w"}, "due_in", "invalid_choice"),
        ({"due_in": 7}, "due_in", "invalid_choice"),
    ],
)
def test_a_promise_is_due_on_a_day_or_in_a_while(as_ana, northern_practice, due, field, code):
    body = {"practice": northern_practice.pk, "promise": "Call back", **due}
    answer = as_ana.post("follow-ups/", body)
    assert answer.status_code == 400
    assert answer.json()["fields"][field][0]["code"] == code
    assert not FollowUp.objects.exists()
