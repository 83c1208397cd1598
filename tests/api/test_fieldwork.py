"""Visits and promises over HTTP, by the rules of the services behind the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from visits.models import FollowUp, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(northern_practice):
    physician = factories.PhysicianFactory()
    factories.AffiliationFactory(physician=physician, practice=northern_practice)
    return physician


@pytest.fixture
def visit_in(northern_practice, doctor):
    return {
        "practice": northern_practice.pk,
        "held_at": (timezone.now() - timedelta(hours=1)).isoformat(timespec="seconds"),
        "outcome": "good_talk",
        "physicians": [doctor.pk],
        "topics": [factories.TopicFactory().pk],
        "note": "Reports come late.",
    }


@pytest.fixture
def visit(as_ana, visit_in):
    response = as_ana.post("visits/", visit_in)
    assert response.status_code == 201, response.content
    return response.json()


def patch(client, url, body):
    return client.patch(url, body, headers={"If-Match": client.get(url)["ETag"]})


def test_a_visit_is_logged_with_its_promise(as_ana, ana, visit_in, doctor):
    due_on = str(timezone.now().date() + timedelta(days=7))
    promise = {"promise": "Send the fax list", "due_on": due_on, "to_physician": doctor.pk}
    visit = as_ana.post("visits/", {**visit_in, "promise": promise}).json()
    assert visit["liaison"] == ana.pk
    assert visit["physicians"] == [doctor.pk]
    (found,) = as_ana.get(f"follow-ups/?visit={visit['id']}").json()["results"]
    assert (found["promise"], found["to_physician"]) == ("Send the fax list", doctor.pk)


def test_a_refused_promise_leaves_no_visit(as_ana, visit_in):
    promise = {"promise": "Too late", "due_on": "1999-01-01"}
    response = as_ana.post("visits/", {**visit_in, "promise": promise})
    assert (response.status_code, response.json()["code"]) == (409, "due_too_early")
    assert not Visit.objects.exists()


def test_a_planned_stop_is_done(as_ana, ana, visit_in, northern_practice):
    plan = factories.PlannedVisitFactory(practice=northern_practice, liaison=ana)
    visit = as_ana.post("visits/", {**visit_in, "plan": plan.pk}).json()
    plan.refresh_from_db()
    assert plan.visit_id == visit["id"]


def test_its_liaison_corrects_it(as_ana, api, ben, visit):
    url = f"visits/{visit['id']}/"
    changed = patch(as_ana, url, {"note": "Reports come on time.", "physicians": []}).json()
    assert (changed["note"], changed["physicians"]) == ("Reports come on time.", [])
    assert changed["topics"] == visit["topics"]
    assert patch(api(ben), url, {"note": "x"}).status_code == 403


def test_the_practice_of_a_visit_stays(as_ana, visit, northern_practice):
    response = patch(as_ana, f"visits/{visit['id']}/", {"practice": northern_practice.pk})
    assert response.json()["code"] == "unknown_field"


def test_after_seven_days_it_stays(as_ana, visit):
    Visit.objects.update(created_at=timezone.now() - timedelta(days=8))
    response = patch(as_ana, f"visits/{visit['id']}/", {"note": "x"})
    assert (response.status_code, response.json()["code"]) == (409, "too_late_to_change")


def test_it_is_taken_back_and_restored(as_ana, visit):
    url = f"visits/{visit['id']}/"
    assert as_ana.post(f"{url}take-back/").json()["taken_back_at"]
    assert as_ana.get("visits/").json()["results"] == []
    assert as_ana.post(f"{url}take-back/").json()["code"] == "visit_taken_back"
    assert as_ana.post(f"{url}restore/").json()["taken_back_at"] is None
    assert len(as_ana.get("visits/").json()["results"]) == 1


def test_visits_are_filtered(as_ana, ana, visit, northern_practice, doctor):
    other = factories.VisitFactory(practice=northern_practice, outcome="no_access", channel="phone")
    for query, expected in (
        (f"physician={doctor.pk}", visit["id"]),
        (f"liaison={ana.pk}", visit["id"]),
        ("outcome=no_access", other.pk),
        ("channel=phone", other.pk),
        (f"updated_since={visit['updated_at']}&liaison={ana.pk}", visit["id"]),
        (f"practice={northern_practice.pk}&channel=in_person", visit["id"]),
        (f"territory={northern_practice.territory_id}&outcome=good_talk", visit["id"]),
    ):
        found = as_ana.get(f"visits/?{query}").json()["results"]
        assert [row["id"] for row in found] == [expected], query


class TestPromises:
    @pytest.fixture
    def promise_in(self, northern_practice):
        return {
            "practice": northern_practice.pk,
            "promise": "Call back",
            "due_on": str(timezone.now().date() + timedelta(days=2)),
        }

    @pytest.fixture
    def url(self, as_ana, promise_in):
        response = as_ana.post("follow-ups/", promise_in)
        assert response.status_code == 201, response.content
        return f"follow-ups/{response.json()['id']}/"

    def test_they_are_kept_once(self, as_ana, api, ben, url):
        assert as_ana.post(f"{url}keep/").json()["kept_at"]
        response = api(ben).post(f"{url}keep/")
        assert (response.status_code, response.json()["code"]) == (409, "follow_up_closed")
        assert as_ana.post(f"{url}reopen/").json()["kept_at"] is None

    def test_they_are_dropped(self, as_ana, url):
        assert as_ana.post(f"{url}drop/").json()["dropped_at"]
        assert as_ana.get("follow-ups/?state=open").json()["results"] == []
        assert len(as_ana.get("follow-ups/?state=dropped").json()["results"]) == 1

    def test_they_move_to_another_day(self, as_ana, url):
        due_on = str(timezone.now().date() + timedelta(days=9))
        assert patch(as_ana, url, {"due_on": due_on}).json()["due_on"] == due_on
        assert patch(as_ana, url, {"due_on": "2020-01-01"}).json()["code"] == "due_too_early"

    def test_a_manager_hands_them_on(self, as_ana, as_dana, ben, cleo, url):
        assert as_ana.post(f"{url}hand-on/", {"owner": ben.pk}).status_code == 403
        assert as_dana.post(f"{url}hand-on/", {"owner": ben.pk}).json()["owner"] == ben.pk
        response = as_dana.post(f"{url}hand-on/", {"owner": cleo.pk})
        assert response.json()["code"] == "not_their_practice"

    def test_somebody_else_may_keep_them(self, as_ana, ben, cleo, promise_in):
        assert as_ana.post("follow-ups/", {**promise_in, "owner": ben.pk}).json()["owner"] == ben.pk
        response = as_ana.post("follow-ups/", {**promise_in, "owner": cleo.pk})
        assert list(response.json()["fields"]) == ["owner"]
        assert FollowUp.objects.count() == 1

    def test_the_same_promise_sent_twice_is_one(self, as_ana, promise_in):
        body = {**promise_in, "client_key": "0b6bb27c-71fc-4a4c-a4b7-1a5d0b6b3f11"}
        first, again = (as_ana.post("follow-ups/", body).json() for _ in range(2))
        assert first == again
        assert FollowUp.objects.count() == 1

    def test_overdue_means_before_today(self, as_ana, ana, northern_practice):
        late = factories.FollowUpFactory(practice=northern_practice, owner=ana)
        found = as_ana.get("follow-ups/?state=overdue").json()["results"]
        assert [row["id"] for row in found] == [late.pk]
