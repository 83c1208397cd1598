"""Changing many records: counted, confirmed, on record, in the background when many (A103)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import services
from accounts.desk.bulk import run_slice
from accounts.models import AccessLog, BulkJob, User
from contacts.models import Physician
from tests import factories
from tests.admin.conftest import address

LIST = address(Physician, "changelist")


def ask(desk, physicians, **data):
    selected = [physician.pk for physician in physicians]
    return desk.post(LIST, {"action": "retire", "_selected_action": selected, **data}, follow=True)


def retired() -> int:
    return Physician.objects.filter(status="retired").count()


def test_a103_nothing_happens_before_the_number_is_confirmed(desk):
    physicians = factories.PhysicianFactory.create_batch(3)
    page = ask(desk, physicians).content.decode()
    assert 'name="confirmed" value="3"' in page
    assert retired() == 0
    assert "3 done" in ask(desk, physicians, confirmed="3").content.decode()
    assert retired() == 3


def test_a103_another_number_than_confirmed_is_asked_again(desk):
    physicians = factories.PhysicianFactory.create_batch(3)
    page = ask(desk, physicians, confirmed="2").content.decode()
    assert 'name="confirmed" value="3"' in page
    assert retired() == 0


@pytest.fixture
def many(db):
    return factories.PhysicianFactory.create_batch(250)


def test_a103_everything_selected_runs_in_the_background(
    desk, many, erin, django_capture_on_commit_callbacks
):
    page = ask(desk, many[:1], select_across="1").content.decode()
    assert 'name="confirmed" value="250"' in page
    assert "runs in the background" in page
    with django_capture_on_commit_callbacks(execute=True):
        said = ask(desk, many[:1], select_across="1", confirmed="250").content.decode()
    assert "250 records are being changed in the background" in said
    job = BulkJob.objects.get()
    assert (job.state, job.done, job.refused) == (BulkJob.State.DONE, 250, 0)
    assert retired() == 250
    row = AccessLog.objects.get(action=AccessLog.Action.BULK)
    assert (row.user, row.detail["records"]) == (erin, 250)
    events = many[0].events.order_by("pgh_id").last()
    assert events.pgh_context.metadata["user"] == erin.pk


def test_a103_filters_hold_for_everything_selected(desk, many):
    retired_before = many[:50]
    Physician.objects.filter(pk__in=[p.pk for p in retired_before]).update(status="deactivated")
    answer = desk.post(
        f"{LIST}?status__exact=deactivated",
        {"action": "retire", "_selected_action": [many[0].pk], "select_across": "1"},
    )
    assert 'name="confirmed" value="50"' in answer.content.decode()


def start(by: User, ids, action="contacts.physician:retire") -> BulkJob:
    return services.start_bulk_job(
        action, ids, label="Retire", by=by, at=timezone.now(), origin=services.Origin()
    )


def test_a_job_goes_on_where_a_dead_worker_left_it(erin, many):
    job = start(erin, [physician.pk for physician in many])
    run_slice(job.pk)
    assert retired() == services.SLICE
    run_slice(job.pk)
    run_slice(job.pk)
    assert retired() == 250
    assert run_slice(job.pk) is None
    job.refresh_from_db()
    assert job.state == BulkJob.State.DONE


def test_a_job_that_nobody_works_on_is_queued_again(erin, many, django_capture_on_commit_callbacks):
    job = start(erin, [physician.pk for physician in many])
    with django_capture_on_commit_callbacks(execute=True):
        services.tend_bulk_jobs(timezone.now())
    assert retired() == 0, "it was alive a moment ago"
    with django_capture_on_commit_callbacks(execute=True):
        services.tend_bulk_jobs(timezone.now() + timedelta(minutes=3))
    job.refresh_from_db()
    assert job.done == 250


def test_a_refusal_stops_nobody_else(desk, erin, frank, ana, ben):
    people = [ana.pk, erin.pk, ben.pk]
    said = desk.post(
        address(User, "changelist"),
        {"action": "deactivate", "_selected_action": people, "confirmed": "3"},
        follow=True,
    ).content.decode()
    assert "2 done" in said
    assert "Nobody deactivates himself" in said
    assert set(User.objects.active()) == {erin, frank}


def test_a_job_stops_when_its_person_is_no_admin_any_more(erin, frank, many):
    job = start(erin, [physician.pk for physician in many])
    services.change_role(erin, User.Role.LIAISON, by=frank)
    run_slice(job.pk)
    job.refresh_from_db()
    assert retired() == 0
    assert job.refused == services.SLICE


def test_only_admins_start_jobs(dana):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        start(dana, [1])
