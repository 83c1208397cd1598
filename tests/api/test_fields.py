"""A64, A65 and plain types: what a body may say, field by field."""

import pytest

from contacts.models import Physician, StaffMember
from tests import factories
from visits.models import FollowUp, Visit

pytestmark = pytest.mark.django_db

HELD = "2026-03-02T15:00:00Z"


@pytest.fixture
def visit_in(northern_practice):
    return {"practice": northern_practice.pk, "held_at": HELD, "outcome": "good_talk"}


def fields_of(response, status=400):
    assert response.status_code == status, response.content
    return {
        name: [problem["code"] for problem in problems]
        for name, problems in response.json().get("fields", {}).items()
    }


@pytest.mark.parametrize(
    "name",
    ["id", "owner", "created_by", "territory", "approved", "liaison", "taken_back_at", "x" * 500],
)
def test_a64_what_nobody_reads_is_refused(as_ana, visit_in, name):
    response = as_ana.post("visits/", {**visit_in, name: 1})
    assert response.json()["code"] == "unknown_field"
    assert all(len(shown) <= 80 for shown in fields_of(response))
    assert not Visit.objects.exists()


def test_a64_nested_objects_are_as_strict(as_ana, visit_in):
    promise = {"promise": "Call", "due_on": "2026-03-09", "owner": 1}
    response = as_ana.post("visits/", {**visit_in, "promise": promise})
    assert fields_of(response) == {"promise.owner": ["unknown_field"]}


def test_a64_changes_are_as_strict(as_erin):
    physician = factories.PhysicianFactory()
    url = f"physicians/{physician.pk}/"
    etag = as_erin.get(url)["ETag"]
    for name in ("id", "status", "source", "full_name", "updated_at"):
        response = as_erin.patch(url, {name: "retired"}, headers={"If-Match": etag})
        assert fields_of(response) == {name: ["unknown_field"]}
    assert Physician.objects.get().status == "active"


NO_ROW = [True, False, 1.5, 1.0, "1", "", 0, -1, 2**63, 10**20, 999_999, None, [], {}]


@pytest.mark.parametrize("value", NO_ROW, ids=repr)
def test_a65_ids_that_are_none_are_not_found(as_ana, visit_in, value):
    response = as_ana.post("visits/", {**visit_in, "practice": value})
    assert response.status_code == 400
    if value is not None:
        assert response.json() == {
            "code": "not_found",
            "detail": "Some fields are not right.",
            "fields": {"practice": [{"code": "not_found", "detail": "Not found."}]},
        }


def test_a65_another_territory_reads_like_nothing(as_ana, visit_in, southern_practice):
    other = as_ana.post("visits/", {**visit_in, "practice": southern_practice.pk})
    absent = as_ana.post("visits/", {**visit_in, "practice": 999_999})
    assert other.status_code == absent.status_code == 400
    assert other.content == absent.content
    assert not Visit.objects.exists()


def test_a65_lists_of_ids_are_scoped_too(as_ana, visit_in, southern_practice):
    hidden = factories.StaffMemberFactory(practice=southern_practice)
    other = as_ana.post("visits/", {**visit_in, "staff": [hidden.pk]})
    absent = as_ana.post("visits/", {**visit_in, "staff": [999_999]})
    assert other.content == absent.content
    assert fields_of(other) == {"staff": ["not_found"]}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (5, "not_a_list"),
        ("1", "not_a_list"),
        ([1, 1], "repeated"),
        ([True], "not_found"),
        (list(range(1, 60)), "too_many"),
    ],
)
def test_a65_lists_of_ids(as_ana, visit_in, value, code):
    assert fields_of(as_ana.post("visits/", {**visit_in, "physicians": value})) == {
        "physicians": [code]
    }


def test_a65_a_whole_list_costs_one_query(
    as_ana, visit_in, northern_practice, django_assert_max_num_queries
):
    staff = factories.StaffMemberFactory.create_batch(30, practice=northern_practice)
    with django_assert_max_num_queries(40):
        response = as_ana.post("visits/", {**visit_in, "staff": [one.pk for one in staff]})
    assert response.status_code == 201, response.content
    assert len(response.json()["staff"]) == 30


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("held_at", "2026-03-02", "invalid"),
        ("held_at", "2026-03-02T15:00:00", "invalid"),
        ("held_at", "2026-02-30T15:00:00Z", "invalid"),
        ("held_at", "0001-01-01T00:00:00Z", "date_range"),
        ("held_at", "9999-12-31T23:59:59Z", "date_range"),
        ("held_at", 1772463600, "invalid"),
        ("held_at", "2026-W10-1T15:00:00Z", "invalid"),
        ("outcome", "GOOD_TALK", "invalid_choice"),
        ("outcome", 1, "invalid_choice"),
        ("outcome", True, "invalid_choice"),
        ("outcome", [], "invalid_choice"),
        ("note", 5, "invalid"),
        ("note", True, "invalid"),
        ("note", "x" * 2001, "max_length"),
        ("note", "a\u202eb", "bidi"),
        ("note", "a\x07b", "control"),
        ("see_again_on", "2026-02-30", "date"),
        ("see_again_on", "02/03/2026", "date_form"),
        ("see_again_on", "2026-W01", "date_form"),
        ("see_again_on", 46000, "invalid"),
        ("see_again_on", "1989-01-01", "date_range"),
        ("client_key", 5, "invalid"),
        ("client_key", "not-a-uuid", "invalid"),
    ],
)
def test_values_have_one_type_and_sane_ranges(as_ana, visit_in, name, value, code):
    response = as_ana.post("visits/", {**visit_in, name: value})
    assert fields_of(response) == {name: [code]}
    assert not Visit.objects.exists()


@pytest.mark.parametrize("value", ["yes", 1, 0, "true", None, "on"])
def test_flags_are_true_or_false(as_ana, northern_practice, value):
    body = {"practice": northern_practice.pk, "name": "Pat", "books_referrals": value}
    assert "books_referrals" in fields_of(as_ana.post("staff/", body))
    assert not StaffMember.objects.exists()


@pytest.mark.parametrize("value", [1.5, True, "30", 0, -1, 367, 10**20])
def test_whole_numbers_are_whole(as_ana, value):
    assert "days" in fields_of(as_ana.post("tokens/", {"name": "sync", "days": value}))


@pytest.mark.parametrize(
    ("npi", "code"),
    [
        ("123456789", "npi_length"),
        ("1234567890", "npi_check_digit"),
        ("3234567893", "npi_first_digit"),
        ("\uff11234567893", "npi_digits"),
        (1234567893, "invalid"),
    ],
)
def test_a22_npis(as_erin, npi, code):
    body = {"first_name": "Ana", "last_name": "Ruiz", "npi": npi}
    assert fields_of(as_erin.post("physicians/", body)) == {"npi": [code]}


@pytest.mark.parametrize("phone", ["216-555-0100", "٢١٦٥٥٥٠١٠٠", "216555010", 2165550100])
def test_phones_are_ten_digits(as_ana, northern_practice, phone):
    body = {"practice": northern_practice.pk, "name": "Pat", "phone": phone}
    assert list(fields_of(as_ana.post("staff/", body))) == ["phone"]


def test_a25_names_are_composed(as_ana, northern_practice):
    body = {"practice": northern_practice.pk, "name": "  Nun\u0303ez O\u2019Brien "}
    assert as_ana.post("staff/", body).json()["name"] == "Nu\u00f1ez O\u2019Brien"


def test_a26_code_is_stored_as_text(as_ana, visit_in):
    note = "<script>alert(1)</script> {{7*7}} ${jndi:x} ' OR 1=1-- %s%n ../../"
    assert as_ana.post("visits/", {**visit_in, "note": note}).json()["note"] == note


def test_a_refusal_of_the_service_names_its_field(as_ana, visit_in):
    response = as_ana.post("visits/", {**visit_in, "held_at": "2099-01-01T00:00:00Z"})
    assert response.status_code == 409
    assert response.json()["code"] == "visit_in_future"
    assert list(response.json()["fields"]) == ["held_at"]


def test_a_change_names_something(as_ana, northern_practice, ana):
    promise = factories.FollowUpFactory(practice=northern_practice, owner=ana)
    response = as_ana.patch(f"follow-ups/{promise.pk}/", {}, headers={"If-Match": "*"})
    assert (response.status_code, response.json()["code"]) == (400, "nothing_to_change")
    assert FollowUp.objects.get().due_on == promise.due_on
