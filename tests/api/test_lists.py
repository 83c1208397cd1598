"""A74, A76-A78: what a list may be asked, and how it is cut into pages."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db

LISTS = [
    "people",
    "assignments",
    "handovers",
    "tokens",
    "specialties",
    "organizations",
    "practices",
    "physicians",
    "affiliations",
    "staff",
    "territories",
    "referrals",
    "volumes",
    "imports",
    "sources",
    "service-lines",
    "facilities",
    "visits",
    "follow-ups",
    "topics",
]


def refusal(response):
    assert response.status_code == 400, response.content
    return response.json()


@pytest.mark.parametrize("name", LISTS)
def test_a_parameter_nobody_knows_is_refused_with_those_known(as_erin, name):
    body = refusal(as_erin.get(f"{name}/?territroy=5"))
    assert body["code"] == "unknown_parameter"
    assert "page_size" in body["fields"]["territroy"][0]["detail"]


@pytest.mark.parametrize("path", ["me/", "people/{}/"])
def test_an_address_of_one_row_takes_no_parameter(as_ana, ana, path):
    assert refusal(as_ana.get(path.format(ana.pk) + "?expand=1"))["code"] == "unknown_parameter"


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("ordering", ["password", "-nope", "id,name", "practice__territory", ""])
def test_a_junk_ordering_is_refused(as_erin, name, ordering):
    assert refusal(as_erin.get(f"{name}/?ordering={ordering}"))["code"] == "ordering"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("practice=9223372036854775808", "id"),
        ("practice=٣", "id"),
        ("practice=1.5", "id"),
        ("practice=-1", "id"),
        ("practice=0", "id"),
        ("practice=1 or 1=1", "id"),
        ("practice=", "blank"),
        ("practice=1&practice=2", "repeated_parameter"),
        ("outcome=great", "choice"),
        ("outcome=%00", "encoding"),
        ("held_from=2026-02-30", "date"),
        ("held_from=20260301", "date_form"),
        ("held_from=٢٠٢٦-03-01", "date_form"),
        ("held_to=9999-12-31", "date_range"),
        ("held_from=2026-03-02&held_to=2026-03-01", "inverted_range"),
        ("taken_back=1", "flag"),
        ("updated_since=2026-03-01", "moment"),
        ("updated_since=2026-13-01T00:00:00Z", "moment"),
        ("updated_since=1970-01-01T00:00:00Z", "date_range"),
        ("outcome=" + "x" * 201, "too_long"),
    ],
)
def test_a77_a78_values_are_strict(as_ana, query, code):
    body = refusal(as_ana.get(f"visits/?{query}"))
    codes = [problem["code"] for problems in body["fields"].values() for problem in problems]
    assert code in codes


def test_g4_an_echo_is_short(as_ana):
    body = refusal(as_ana.get("visits/?outcome=" + "%1b" + "x" * 150))
    assert "\x1b" not in body["fields"]["outcome"][0]["detail"]
    assert len(body["fields"]["outcome"][0]["detail"]) < 170


@pytest.mark.parametrize("query", ["%ff=1", "outcome=%ff", "outcome=%c0%80", "q=%ed%a0%80"])
def test_a74_an_address_that_is_not_utf_8(as_ana, query):
    assert refusal(as_ana.get(f"visits/?{query}"))["code"] == "encoding"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("%00", "encoding"),
        ("x" * 201, "too_long"),
        ("+".join("a" * 11), "too_many_terms"),
        ("%E2%80%AEabc", "bidi"),
    ],
)
def test_a74_searches_have_limits(as_ana, text, code):
    body = refusal(as_ana.get(f"physicians/?q={text}"))
    assert code in [problem["code"] for problem in body["fields"]["q"]]


@pytest.mark.parametrize("text", ["%25", "_", "%5C", "(a%2B)%2B%24", "a%3A*", "'", "!(", "%26%7C"])
@pytest.mark.parametrize("name", ["physicians", "practices", "organizations"])
def test_a74_wildcards_are_letters(as_ana, name, text):
    factories.PhysicianFactory(last_name="Ruiz")
    factories.PracticeFactory(name="Elm Street")
    factories.OrganizationFactory(name="Elm Group")
    response = as_ana.get(f"{name}/?q={text}")
    assert response.status_code == 200
    assert response.json()["results"] == []


def test_a74_words_are_found_in_any_order(as_ana):
    found = factories.PhysicianFactory(first_name="Ana", last_name="Ruiz")
    factories.PhysicianFactory(first_name="Ana", last_name="Stone")
    for text in ("ruiz+ana", "an+rui", "RUIZ", found.npi):
        results = as_ana.get(f"physicians/?q={text}").json()["results"]
        assert [row["id"] for row in results] == [found.pk]


# --- Pages ---


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=0", 400),
        ("page=-1", 400),
        ("page=last", 400),
        ("page_size=0", 400),
        ("page_size=-1", 400),
        ("page_size=1e20", 400),
        ("page_size=٣", 400),
        ("page_size=99999999999999999999", 400),
        ("page_size=1000000", 200),
        ("cursor=x", 404),
        ("cursor=", 404),
        ("cursor=%00", 404),
        ("cursor=W10:1abc:xyz", 404),
        ("cursor=" + "x" * 3000, 404),
    ],
)
def test_a76_pages(as_ana, query, status):
    assert as_ana.get(f"people/?{query}").status_code == status


def test_a76_a_page_has_200_rows_at_most(as_ana):
    factories.PhysicianFactory.create_batch(205)
    assert len(as_ana.get("physicians/?page_size=1000000").json()["results"]) == 200
    assert len(as_ana.get("physicians/").json()["results"]) == 50


def walk(api: Api, path: str, key: str = "next") -> list[list[int]]:
    pages, url = [], path
    while url:
        response = api.get(url.removeprefix("http://testserver/api/v1/"))
        assert response.status_code == 200, response.content
        pages.append([row["id"] for row in response.json()["results"]])
        url = response.json()[key]
    return pages


@pytest.mark.parametrize("ordering", ["name", "-name", "id", "-id", "updated_at"])
def test_pages_hold_every_row_once_in_order(as_ana, ordering):
    for number in range(23):  # many namesakes, so that the order hangs on the last column
        factories.PhysicianFactory(last_name=f"Ruiz{number % 3}", first_name="Ana")
    (whole,) = walk(as_ana, f"physicians/?ordering={ordering}&page_size=200")
    pages = walk(as_ana, f"physicians/?ordering={ordering}&page_size=4")
    assert [pk for page in pages for pk in page] == whole
    assert len(set(whole)) == 23
    assert max(map(len, pages)) == 4


def test_pages_can_be_walked_back(as_ana):
    factories.PhysicianFactory.create_batch(10)
    forth = walk(as_ana, "physicians/?ordering=id&page_size=3")
    last = as_ana.get("physicians/?ordering=id&page_size=3").json()
    while last["next"]:
        last = as_ana.get(last["next"].removeprefix("http://testserver/api/v1/")).json()
    back = walk(as_ana, last["previous"].removeprefix("http://testserver/api/v1/"), "previous")
    assert back == forth[-2::-1]


def test_rows_that_come_or_go_neither_repeat_nor_hide_others(as_ana):
    rows = factories.PhysicianFactory.create_batch(9)
    first = as_ana.get("physicians/?ordering=-id&page_size=3").json()
    rows[6].delete()  # the very row the next page starts after
    factories.PhysicianFactory()
    rest = walk(as_ana, first["next"].removeprefix("http://testserver/api/v1/"))
    assert [pk for page in rest for pk in page] == [row.pk for row in rows[5::-1]]


def test_a_cursor_belongs_to_its_order(as_ana):
    factories.PhysicianFactory.create_batch(3)
    after = as_ana.get("physicians/?ordering=id&page_size=1").json()["next"]
    other = after.removeprefix("http://testserver/api/v1/").replace("ordering=id", "ordering=name")
    assert as_ana.get(other).status_code == 404


def test_the_link_keeps_the_filters(as_ana):
    factories.PhysicianFactory.create_batch(3, status="retired")
    factories.PhysicianFactory.create_batch(3)
    pages = walk(as_ana, "physicians/?status=retired&page_size=2")
    assert [len(page) for page in pages] == [2, 1]


# --- Ranges of days ---


def test_a78_days_are_those_of_the_person_both_included(api, ana, northern_practice):
    ana.time_zone = "Asia/Kolkata"
    ana.save()
    start = datetime(2026, 3, 8, 18, 30, tzinfo=UTC)  # midnight of the 9th in Kolkata
    inside = [
        factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=moment).pk
        for moment in (start, start + timedelta(hours=24) - timedelta(microseconds=1))
    ]
    for moment in (start - timedelta(microseconds=1), start + timedelta(hours=24)):
        factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=moment)
    client = api(ana)
    one_day = client.get("visits/?held_from=2026-03-09&held_to=2026-03-09&ordering=held_at").json()
    assert [row["id"] for row in one_day["results"]] == inside
    assert len(client.get("visits/?held_from=2026-03-09").json()["results"]) == 3
    assert len(client.get("visits/?held_to=2026-03-09").json()["results"]) == 3


def test_a80_a_leap_day_is_a_day(as_ana, ana, northern_practice):
    held = datetime(2028, 2, 29, 17, tzinfo=UTC)
    factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=held)
    found = as_ana.get("visits/?held_from=2028-02-29&held_to=2028-02-29").json()["results"]
    assert len(found) == 1


def test_a77_ids_in_addresses_are_plain_digits(as_ana):
    for odd in ("٣", "1e3", "-1", "9" * 20, "0x1", "1.0", "me"):
        assert as_ana.get(f"practices/{odd}/").status_code == 404, odd
    assert as_ana.get("practices/9223372036854775808/").status_code == 404
