"""Oneself, colleagues, and who works where from which day on."""

import pytest

from accounts.models import Assignment
from tests import factories

pytestmark = pytest.mark.django_db


def test_me(as_ana, ana, north):
    me = as_ana.get("me/").json()
    assert (me["id"], me["role"]) == (ana.pk, "liaison")
    assert [territory["id"] for territory in me["territories"]] == [north.pk]


def test_i_change_my_name_and_zone(as_ana):
    etag = as_ana.get("me/")["ETag"]
    response = as_ana.patch("me/", {"time_zone": "Asia/Kolkata"}, headers={"If-Match": etag})
    assert (response.status_code, response.json()["time_zone"]) == (200, "Asia/Kolkata")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "", 5])
def test_a82_a_zone_exists(as_ana, ana, zone):
    response = as_ana.patch("me/", {"time_zone": zone}, headers={"If-Match": "*"})
    assert (response.status_code, list(response.json()["fields"])) == (400, ["time_zone"])
    ana.refresh_from_db()
    assert ana.time_zone == "America/New_York"


@pytest.mark.parametrize("name", ["role", "email", "is_active", "is_superuser", "password"])
def test_i_do_not_promote_myself(as_ana, ana, name):
    response = as_ana.patch("me/", {name: "admin"}, headers={"If-Match": "*"})
    assert response.json()["code"] == "unknown_field"
    ana.refresh_from_db()
    assert ana.role == "liaison"


def test_colleagues(as_ana, ana, dana):
    found = as_ana.get("people/?role=manager").json()["results"]
    assert [row["id"] for row in found] == [dana.pk]
    assert "password" not in found[0]


@pytest.fixture
def assign(as_dana, south):
    def assign(person, part="owner", starts_on="2026-03-02", **more):
        body = {"person": person.pk, "territory": south.pk, "part": part, "starts_on": starts_on}
        return as_dana.post("assignments/", {**body, **more})

    return assign


def test_a_manager_assigns(assign, ben, cleo, south):
    response = assign(ben)
    assert response.status_code == 201, response.content
    assert (response.json()["person"], response.json()["part"]) == (ben.pk, "owner")
    assert str(cleo.assignments.get().ends_on) == "2026-03-02"


def test_a_handover_is_undone(as_dana, assign, ben, cleo):
    assign(ben)
    (handover,) = as_dana.get("handovers/").json()["results"]
    response = as_dana.post(f"handovers/{handover['id']}/undo/")
    assert response.status_code == 200
    assert response.json()["undone_at"]
    assert cleo.assignments.get().ends_on is None
    again = as_dana.post(f"handovers/{handover['id']}/undo/")
    assert (again.status_code, again.json()["code"]) == (409, "handover_overwritten")


def test_an_assignment_ends(as_dana, assign, ben):
    cover = assign(ben, part="cover", ends_on="2026-06-01").json()
    response = as_dana.post(f"assignments/{cover['id']}/end/", {"on": "2026-04-01"})
    assert response.json()["after"][0]["ends_on"] == "2026-04-01"
    again = as_dana.post(f"assignments/{cover['id']}/end/", {"on": "2026-05-01"})
    assert (again.status_code, again.json()["code"]) == (409, "already_ended")


def test_an_owner_has_no_end(assign, ben):
    response = assign(ben, ends_on="2026-06-01")
    assert (response.status_code, list(response.json()["fields"])) == (400, ["ends_on"])


def test_liaisons_do_not_assign(as_ana, ana, north, south):
    body = {"person": ana.pk, "territory": south.pk, "starts_on": "2026-03-02"}
    assert as_ana.post("assignments/", body).status_code == 403
    mine = ana.assignments.get()
    assert as_ana.post(f"assignments/{mine.pk}/end/", {"on": "2026-03-02"}).status_code == 403
    assert Assignment.objects.count() == 1


def test_assignments_are_filtered(as_ana, ana, cleo, north):
    past = factories.AssignmentFactory(
        user=cleo, territory=north, part="cover", starts_on="2020-01-01", ends_on="2021-01-01"
    )
    mine = ana.assignments.get()
    for query, expected in (
        (f"territory={north.pk}&on=2026-03-02", [mine.pk]),
        (f"territory={north.pk}&on=2020-06-01", [past.pk]),
        (f"person={ana.pk}", [mine.pk]),
        ("part=cover", [past.pk]),
    ):
        found = as_ana.get(f"assignments/?{query}").json()["results"]
        assert [row["id"] for row in found] == expected, query
