"""The team's days off over HTTP: everyone reads them, managers change them."""

import pytest

from accounts.models import ClosedDay

BRIDGE = {"day": "2026-11-27", "name": "Day after Thanksgiving"}


def days(client, query=""):
    return [row["day"] for row in client.get(f"closed-days/{query}").json()["results"]]


def test_a_day_off_is_added_taken_out_and_put_back(as_ana, as_dana):
    made = as_dana.post("closed-days/", BRIDGE)
    assert made.status_code == 201
    url = f"closed-days/{made.json()['id']}/"
    assert as_ana.get(url).json()["name"] == BRIDGE["name"]
    assert days(as_ana) == ["2026-11-27"]
    assert as_dana.post(f"{url}remove/").json()["removed_at"]
    assert as_dana.post(f"{url}remove/").json()["code"] == "closed_day_gone"
    assert days(as_ana) == []
    assert days(as_ana, "?removed=true") == ["2026-11-27"]
    assert as_dana.post(f"{url}restore/").json()["removed_at"] is None
    assert days(as_ana) == ["2026-11-27"]


def test_a_holiday_is_worked(as_ana, as_dana):
    worked = as_dana.post("closed-days/work-holiday/", {"day": "2026-10-12"})
    assert (worked.status_code, worked.json()["is_worked"]) == (201, True)
    refused = as_dana.post("closed-days/work-holiday/", {"day": "2026-10-13"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_holiday")
    as_dana.post("closed-days/", BRIDGE)
    assert days(as_ana, "?is_worked=true") == ["2026-10-12"]
    assert days(as_ana, "?day_from=2026-11-01&day_to=2026-11-30") == ["2026-11-27"]
    assert as_ana.get("closed-days/?day_from=2026-12-01&day_to=2026-11-01").status_code == 400


def test_a_day_stands_once(as_dana):
    as_dana.post("closed-days/", BRIDGE)
    again = as_dana.post("closed-days/", {**BRIDGE, "name": "Again"})
    assert (again.status_code, again.json()["code"]) == (409, "closed_day_taken")


@pytest.mark.parametrize("path", ["", "work-holiday/"])
def test_liaisons_change_nothing(as_ana, path):
    body = BRIDGE if not path else {"day": "2026-12-25"}
    assert as_ana.post(f"closed-days/{path}", body).status_code == 403
    assert not ClosedDay.objects.exists()
