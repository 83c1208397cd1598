"""Find: whatever somebody remembers of a person or a place, own territory first."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from visits.reports.finding import find, phone_digits


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def raman(northern_practice):
    person = factories.PhysicianFactory(first_name="Priya", last_name="Raman", npi="1234567893")
    factories.AffiliationFactory(physician=person, practice=northern_practice)
    return person


@pytest.fixture
def look(ana, today):
    return lambda text, person=ana: find(person, text, on=today)


def names(found):
    return [str(one.physician) for one in found.physicians]


@pytest.mark.parametrize(
    "text",
    [
        "raman",
        "Ram",
        "priya raman",
        "raman priya",
        "pri ram",
        "RAMAN",
        "1234567893",
        "12345",
        " raman ",
    ],
)
def test_a_physician_by_name_in_any_order_prefix_or_npi(look, raman, text):
    assert names(look(text)) == ["Dr. Priya Raman"]


@pytest.mark.parametrize("text", ["raman parma", "north raman", "44129 ram", "fam pri ram"])
def test_a_physician_by_name_and_where_he_works(look, raman, text):
    namesake = factories.PhysicianFactory(first_name="Priya", last_name="Ramsey")
    elsewhere = factories.PracticeFactory(name="Lakeside", city="Solon", zip_code="44139")
    factories.AffiliationFactory(physician=namesake, practice=elsewhere)
    assert names(look(text)) == ["Dr. Priya Raman"]


@pytest.mark.parametrize("text", ["aman", "raman smith", "%", "_", "r.man", "1234567890", "'"])
def test_nothing_else_matches(look, raman, text):
    assert names(look(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "northern",
        "family north",
        "44129",
        "parma",
        "(216) 555-0142",
        "555-0142",
        "5550142",
        "+1 216 555 0142",
    ],
)
def test_a_practice_by_name_town_zip_or_phone(look, northern_practice, text):
    northern_practice.phone = "2165550142"
    northern_practice.save()
    assert northern_practice in [one.practice for one in look(text).practices]


def test_people_at_offices_are_for_those_who_work_there(look, ana, cleo, northern_practice):
    kim = factories.StaffMemberFactory(
        practice=northern_practice, name="Kim Soto", phone="2165550199"
    )
    assert list(look("soto").staff) == [kim]
    assert list(look("555-0199").staff) == [kim]
    assert look("soto", cleo).count == 0
    assert look("555-0199", cleo).count == 0


def test_own_territory_comes_first(look, north, south):
    for territory, first in ((south, "Aaron"), (north, "Zoe"), (south, "Bea")):
        person = factories.PhysicianFactory(first_name=first, last_name="Novak")
        practice = factories.PracticeFactory(territory=territory)
        factories.AffiliationFactory(physician=person, practice=practice)
    found = look("novak").physicians
    assert [str(one.physician) for one in found] == [
        "Dr. Zoe Novak",
        "Dr. Aaron Novak",
        "Dr. Bea Novak",
    ]
    assert [one.is_own for one in found] == [True, False, False]


def test_own_rows_do_not_crowd_out_at_the_limit(look, north, south):
    for number in range(12):
        factories.PracticeFactory(name=f"Alpha {number:02}", territory=south)
    own = factories.PracticeFactory(name="Alpha Zulu", territory=north)
    found = look("alpha").practices
    assert found[0].practice == own
    assert len(found) == 8
    assert len({one.practice.pk for one in found}) == 8


def test_a_composed_and_a_decomposed_name_are_one(look):
    factories.PhysicianFactory(first_name="Ana", last_name="Nu\u00f1ez")
    assert names(look("nun\u0303ez")) == ["Dr. Ana Nu\u00f1ez"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("(216) 555-0142", "2165550142"),
        ("1-216-555-0142", "2165550142"),
        ("0142", "0142"),
        ("142", ""),
        ("Suite 1420", ""),
        ("", ""),
    ],
)
def test_the_digits_of_a_phone_number(text, digits):
    assert phone_digits(text) == digits


# --- The page ---


@pytest.mark.parametrize(
    "text",
    ["x" * 201, " ".join("abcdefghijk"), "a\0b", "\N{RIGHT-TO-LEFT OVERRIDE}x", "x" * 100_000],
)
def test_a_search_that_is_none_is_refused(client, ana, text):
    """A74"""
    client.force_login(ana)
    response = client.get(reverse("find"), {"q": text})
    assert response.status_code == 400
    assert len(response.content) < 20_000


def test_bytes_that_are_no_text_are_refused(client, ana):
    """A74"""
    client.force_login(ana)
    assert client.get(reverse("find") + "?q=%FF%FE").status_code == 400


def test_a_script_gets_the_rows_alone(client, ana, raman):
    client.force_login(ana)
    whole = client.get(reverse("find"), {"q": "raman"}).content.decode()
    piece = client.get(reverse("find"), {"q": "raman"}, headers={"HX-Request": "true"})
    assert "<h1>" in whole
    assert "<h1>" not in piece.content.decode()
    assert "Dr. Priya Raman" in piece.content.decode()
    assert "HX-Request" in piece["Vary"]


def test_markup_in_a_search_stays_text(client, ana):
    """A26"""
    client.force_login(ana)
    read = client.get(reverse("find"), {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in read


def test_nothing_found_says_what_to_try(client, ana):
    client.force_login(ana)
    assert "Nobody by that name" in client.get(reverse("find"), {"q": "zzzz"}).content.decode()
