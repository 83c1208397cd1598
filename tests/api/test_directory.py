"""The directory over HTTP: admins keep it, liaisons note what they learn at the door."""

import pytest

from contacts.models import Affiliation, Organization, Physician, Practice, StaffMember
from tests import factories

pytestmark = pytest.mark.django_db

ELM = {
    "name": "Elm Street",
    "street": "12 Elm St",
    "city": "Parma",
    "state": "OH",
    "zip_code": "44129",
}


def patch(client, url, body):
    return client.patch(url, body, headers={"If-Match": client.get(url)["ETag"]})


def test_an_admin_enters_a_physician(as_erin):
    specialty = factories.SpecialtyFactory()
    body = {
        "npi": "1234567893",
        "first_name": "Ana",
        "last_name": "Ruiz",
        "primary_specialty": specialty.pk,
    }
    response = as_erin.post("physicians/", body)
    assert response.status_code == 201, response.content
    physician = Physician.objects.get()
    assert response["Location"].endswith(f"/api/v1/physicians/{physician.pk}/")
    assert response.json() == as_erin.get(f"physicians/{physician.pk}/").json()
    assert response.json()["specialties"] == [specialty.pk]


def test_an_npi_is_entered_once(as_erin):
    body = {"npi": "1234567893", "first_name": "Ana", "last_name": "Ruiz"}
    as_erin.post("physicians/", body)
    response = as_erin.post("physicians/", body)
    assert (response.status_code, response.json()["code"]) == (409, "npi_known")
    assert response.json()["physician"] == Physician.objects.get().pk


def test_only_what_is_named_changes(as_erin):
    physician = factories.PhysicianFactory(first_name="Ana", middle_name="B")
    response = patch(as_erin, f"physicians/{physician.pk}/", {"middle_name": ""})
    assert response.json()["middle_name"] == ""
    assert response.json()["first_name"] == "Ana"
    assert response.json()["npi"] == physician.npi


def test_a_physician_retires_and_comes_back(as_erin):
    standing = factories.AffiliationFactory()
    url = f"physicians/{standing.physician_id}/"
    retired = as_erin.post(f"{url}retire/", {"on": "2026-03-02"}).json()
    assert (retired["status"], retired["status_on"]) == ("retired", "2026-03-02")
    standing.refresh_from_db()
    assert str(standing.ends_on) == "2026-03-02"
    assert as_erin.post(f"{url}reinstate/", {"on": "2026-04-01"}).json()["status"] == "active"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("physicians/", {"first_name": "A", "last_name": "B"}),
        ("practices/", ELM),
        ("organizations/", {"name": "Group"}),
        ("territories/", {"name": "West"}),
    ],
)
def test_liaisons_do_not_enter_records(as_ana, path, body):
    response = as_ana.post(path, body)
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


def test_liaisons_do_not_correct_records(as_ana, northern_practice):
    physician = factories.PhysicianFactory()
    assert patch(as_ana, f"physicians/{physician.pk}/", {"last_name": "X"}).status_code == 403
    assert patch(as_ana, f"practices/{northern_practice.pk}/", {"name": "X"}).status_code == 403
    assert (
        as_ana.post(f"physicians/{physician.pk}/retire/", {"on": "2026-03-02"}).status_code == 403
    )
    assert (
        as_ana.post(f"practices/{northern_practice.pk}/close/", {"on": "2026-03-02"}).status_code
        == 403
    )
    assert Practice.objects.get(pk=northern_practice.pk).name == northern_practice.name


def test_an_admin_enters_and_moves_a_practice(as_erin, north):
    factories.AreaFactory(territory=north, code="44129")
    response = as_erin.post("practices/", ELM)
    assert response.status_code == 201, response.content
    practice = response.json()
    assert (practice["territory"], practice["county_fips"]) == (north.pk, "39035")
    url = f"practices/{practice['id']}/"
    moved = patch(as_erin, url, {"street": "1 Oak Ave", "zip_code": "44130"}).json()
    assert moved["territory_name"] == "Unassigned"
    assert as_erin.post("practices/", ELM).status_code == 201


def test_two_practices_do_not_share_a_door(as_erin):
    first = as_erin.post("practices/", ELM).json()
    response = as_erin.post("practices/", {**ELM, "street": "12 Elm Street"})
    assert (response.status_code, response.json()["code"]) == (409, "practice_known")
    assert response.json()["practice"] == first["id"]


def test_a_liaison_notes_the_office(as_ana, as_cleo, northern_practice):
    url = f"practices/{northern_practice.pk}/"
    note = {"access_rule": "Tuesday lunch only", "hours": "8 to 4"}
    assert patch(as_cleo, url, note).status_code == 403
    assert patch(as_ana, url, note).json()["access_rule"] == "Tuesday lunch only"


def test_a_practice_closes_and_reopens(as_erin, northern_practice):
    member = factories.StaffMemberFactory(practice=northern_practice)
    url = f"practices/{northern_practice.pk}/"
    assert as_erin.post(f"{url}close/", {"on": "2026-03-02"}).json()["closed_on"] == "2026-03-02"
    assert str(StaffMember.objects.get(pk=member.pk).left_on) == "2026-03-02"
    assert as_erin.post(f"{url}close/", {"on": "2026-03-02"}).json()["code"] == "practice_closed"
    open_now = as_erin.get("practices/?is_open=true").json()["results"]
    assert open_now == []
    assert as_erin.post(f"{url}reopen/").json()["closed_on"] is None


def test_an_action_without_a_body_takes_none(as_erin, northern_practice):
    url = f"practices/{northern_practice.pk}/reopen/"
    assert as_erin.post(url, {}).status_code == 200
    assert as_erin.post(url, {"on": "2026-03-02"}).json()["code"] == "unknown_field"


class TestAffiliations:
    @pytest.fixture
    def standing(self, northern_practice):
        return factories.AffiliationFactory(practice=northern_practice)

    def test_they_open(self, as_erin, standing, southern_practice):
        body = {"physician": standing.physician_id, "practice": southern_practice.pk}
        response = as_erin.post("affiliations/", body)
        assert response.status_code == 201, response.content
        assert response.json()["is_primary"] is False
        assert as_erin.post("affiliations/", body).json()["code"] == "already_there"

    def test_they_end(self, as_erin, standing):
        url = f"affiliations/{standing.pk}/end/"
        assert as_erin.post(url, {"on": "2026-03-02"}).json()["ends_on"] == "2026-03-02"
        assert as_erin.post(url, {"on": "2026-03-03"}).json()["code"] == "affiliation_ended"
        bad = factories.AffiliationFactory(starts_on="2026-03-02")
        assert as_erin.post(f"affiliations/{bad.pk}/end/", {"on": "2026-03-01"}).status_code == 400

    def test_they_move(self, as_erin, standing, southern_practice):
        url = f"affiliations/{standing.pk}/move/"
        body = {"practice": southern_practice.pk, "on": "2026-03-02"}
        moved = as_erin.post(url, body, headers={"Idempotency-Key": "m"})
        assert moved.json()["practice"] == southern_practice.pk
        again = as_erin.post(url, body, headers={"Idempotency-Key": "m"})
        assert again.json() == moved.json()
        assert Affiliation.objects.count() == 2

    def test_one_is_primary(self, as_erin, standing, southern_practice):
        other = as_erin.post(
            "affiliations/", {"physician": standing.physician_id, "practice": southern_practice.pk}
        ).json()
        assert as_erin.post(f"affiliations/{other['id']}/make-primary/").json()["is_primary"]
        standing.refresh_from_db()
        assert not standing.is_primary

    def test_whoever_works_there_verifies(self, as_ana, as_cleo, standing):
        url = f"affiliations/{standing.pk}/verify/"
        assert as_cleo.post(url, {"on": "2026-03-02"}).status_code == 403
        assert as_ana.post(url, {"on": "2026-03-02"}).json()["verified_on"] == "2026-03-02"

    def test_the_role_is_corrected(self, as_erin, as_ana, standing):
        url = f"affiliations/{standing.pk}/"
        assert patch(as_ana, url, {"role": "partner"}).status_code == 403
        assert patch(as_erin, url, {"role": "partner"}).json()["role"] == "partner"

    def test_they_are_filtered(self, as_ana, standing, southern_practice):
        factories.AffiliationFactory(practice=southern_practice, ends_on="2024-01-01")
        for query in (
            f"practice={standing.practice_id}",
            f"physician={standing.physician_id}",
            "on=2026-03-02",
        ):
            results = as_ana.get(f"affiliations/?{query}").json()["results"]
            assert [row["id"] for row in results] == [standing.pk], query
        here = as_ana.get(f"physicians/?practice={standing.practice_id}").json()["results"]
        assert [row["id"] for row in here] == [standing.physician_id]


class TestStaff:
    def test_a_liaison_keeps_the_people_of_his_offices(self, as_ana, northern_practice):
        body = {"practice": northern_practice.pk, "name": "Kim", "phone": "2165550100"}
        member = as_ana.post("staff/", body).json()
        url = f"staff/{member['id']}/"
        assert patch(as_ana, url, {"left_on": "2026-03-02"}).json()["left_on"] == "2026-03-02"
        assert as_ana.get("staff/?is_working=true").json()["results"] == []
        both = patch(as_ana, url, {"left_on": None, "books_referrals": True}).json()
        assert (both["left_on"], both["books_referrals"]) == (None, True)

    def test_she_stays_at_her_practice(self, as_erin, northern_practice, southern_practice):
        member = factories.StaffMemberFactory(practice=northern_practice)
        response = patch(as_erin, f"staff/{member.pk}/", {"practice": southern_practice.pk})
        assert response.json()["code"] == "unknown_field"


class TestOrganizations:
    def test_an_admin_keeps_them(self, as_erin):
        parent = as_erin.post("organizations/", {"name": "Lake Health"}).json()
        child = as_erin.post("organizations/", {"name": "Lake Cardiology", "parent": parent["id"]})
        assert child.json()["parent"] == parent["id"]
        circle = patch(as_erin, f"organizations/{parent['id']}/", {"parent": child.json()["id"]})
        assert (circle.status_code, circle.json()["code"]) == (409, "own_parent")
        listed = as_erin.get(f"organizations/?parent={parent['id']}&q=lake").json()["results"]
        assert [row["id"] for row in listed] == [child.json()["id"]]
        assert Organization.objects.get(pk=parent["id"]).parent is None


class TestTerritories:
    AREAS = ({"kind": "zip", "code": "44129"}, {"kind": "county", "code": "39035"})

    def test_a_manager_draws_them(self, as_dana, unassigned):
        practice = factories.PracticeFactory(territory=unassigned, zip_code="44129")
        response = as_dana.post("territories/", {"name": "West", "areas": list(self.AREAS)})
        assert response.status_code == 201, response.content
        assert len(response.json()["areas"]) == 2
        practice.refresh_from_db()
        assert practice.territory_id == response.json()["id"]

    def test_their_areas_are_replaced(self, as_dana, north):
        factories.AreaFactory(territory=north, code="44130")
        changed = patch(as_dana, f"territories/{north.pk}/", {"areas": [self.AREAS[0]]}).json()
        assert changed["areas"] == [self.AREAS[0]]
        renamed = patch(as_dana, f"territories/{north.pk}/", {"name": "Far North"}).json()
        assert (renamed["name"], renamed["areas"]) == ("Far North", [self.AREAS[0]])

    def test_an_area_is_in_one_territory(self, as_dana, north, south):
        factories.AreaFactory(territory=south, code="44129")
        response = patch(as_dana, f"territories/{north.pk}/", {"areas": [self.AREAS[0]]})
        assert (response.status_code, response.json()["code"]) == (409, "area_taken")

    def test_an_area_exists(self, as_dana):
        areas = [{"kind": "zip", "code": "00000"}]
        response = as_dana.post("territories/", {"name": "West", "areas": areas})
        assert (response.status_code, response.json()["code"]) == (400, "unknown_area")
        assert as_dana.get("territories/?q=West").json()["results"] == []

    def test_liaisons_do_not(self, as_ana, north):
        assert patch(as_ana, f"territories/{north.pk}/", {"name": "Mine"}).status_code == 403
        assert patch(as_ana, f"territories/{north.pk}/", {"areas": []}).status_code == 403
        assert as_ana.delete(f"territories/{north.pk}/").status_code == 403

    def test_one_that_nothing_points_at_is_removed(self, as_dana, northern_practice, south):
        kept = as_dana.delete(f"territories/{northern_practice.territory_id}/")
        assert (kept.status_code, kept.json()["code"]) == (409, "territory_in_use")
        assert as_dana.delete(f"territories/{south.pk}/").status_code == 204

    def test_unassigned_is_fixed(self, as_dana, unassigned):
        response = patch(as_dana, f"territories/{unassigned.pk}/", {"name": "Rest"})
        assert (response.status_code, response.json()["code"]) == (409, "unassigned_is_fixed")
