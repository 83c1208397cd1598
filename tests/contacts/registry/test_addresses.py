"""When two addresses are the same door, and when they are not."""

import csv
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.registry.addresses import door
from contacts.registry.layout import NAMES
from tests.contacts.registry.files import SHIPPED, sample

PLACE = ("HARTFORD", "CT", "06105")


def key(line_1, line_2=""):
    return door(line_1, line_2, *PLACE).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("1000 ASYLUM AVENUE",), ("1000 asylum ave.",)),
        (("1000 ASYLUM AVE STE 5",), ("1000 ASYLUM AVE", "SUITE 5")),
        (("1000 ASYLUM AVE", "STE 5"), ("1000 ASYLUM AVE", "#5")),
        (("1000 ASYLUM AVE", "STE 5"), ("1000 ASYLUM AVE", "Unit 5")),
        (("1000 ASYLUM AVE", "STE 5"), ("1000 ASYLUM AVE", "SUITE5")),
        (("1000 ASYLUM AVE", "STE 5"), ("1000 ASYLUM AVE STE 5", "SUITE 5")),
        (("100 CENTRAL ST", "4TH FLOOR"), ("100 CENTRAL STREET", "FL 4")),
        (("100 CENTRAL ST", "4TH FLOOR"), ("100 CENTRAL ST FLOOR 4",)),
        (("100 CENTRAL ST", "4TH FLOOR"), ("100 CENTRAL ST", "FOURTH FLOOR")),
        (("100 NORTH MAIN STREET",), ("100 N MAIN ST",)),
        (("ONE BARNARD LANE",), ("1 BARNARD LN",)),
        (
            ("UCONN MEDICAL GROUP", "263 FARMINGTON AVE"),
            ("263 FARMINGTON AVENUE", "UCONN MEDICAL GROUP"),
        ),
        (("50 MEMORIAL BLVD", "AQUIDNECK MEDICAL, INC"), ("50 MEMORIAL BLVD", "AQUIDNECK MEDICAL")),
        (("55 LAKE AVE N", "DEPARTMENT OF SURGERY"), ("55 LAKE AVE N", "SURGERY DEPT.")),
        (("3300 MAIN ST", "4TH FLOOR, SUITE D"), ("3300 MAIN ST", "FL 4 STE D")),
        (("7 ROSEWOOD DR", "HARTFORD"), ("7 ROSEWOOD DR",)),
    ],
)
def test_the_same_door(one, other):
    assert key(*one) == key(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("1000 ASYLUM AVE", "STE 5"), ("1000 ASYLUM AVE", "STE 6")),
        (("1000 ASYLUM AVE", "STE 5"), ("1000 ASYLUM AVE",)),
        (("1000 ASYLUM AVE", "STE 5"), ("1000 ASYLUM AVE", "FL 5")),
        (("1000 ASYLUM AVE", "RM 5"), ("1000 ASYLUM AVE", "STE 5")),
        (("1000 ASYLUM AVE",), ("1001 ASYLUM AVE",)),
        (("850 N MAIN ST",), ("850 N MAIN ST EXT",)),
        (("850 N MAIN ST",), ("850 S MAIN ST",)),
        (("114 WOODLAND ST", "CARDIOLOGY"), ("114 WOODLAND ST", "PULMONARY")),
        (("11 FRIENDSHIP ST", "TURNER 1"), ("11 FRIENDSHIP ST", "UNIT 1")),
        (("825 CHALKSTONE AVE",), ("825 CHALKST1 AVE",)),
    ],
)
def test_another_door(one, other):
    assert key(*one) != key(*other)


def test_the_zip_code_tells_two_main_streets_apart_and_the_city_does_not():
    assert door("1 MAIN ST", "", "NEWTON", "MA", "02459") == door(
        "1 MAIN ST", "", "NEWTON CENTRE", "MA", "02459"
    )
    assert key("1 MAIN ST") != door("1 MAIN ST", "", "HARTFORD", "CT", "06106").key


@pytest.mark.parametrize(
    ("lines", "street", "suite", "place"),
    [
        (("1 VAN DE GRAAFF DR", "SUITE 204"), "1 Van De Graaff Dr", "Ste 204", ""),
        (("207 N 1ST ST", "# N103"), "207 N 1st St", "#N103", ""),
        (("80 SEYMOUR ST", "EMERGENCY DEPT"), "80 Seymour St", "Emergency Dept", ""),
        (
            ("133 BROOKLINE AVE", "HARVARD VANGUARD MEDICAL ASSOCIATES"),
            "133 Brookline Ave",
            "Harvard Vanguard Medical Associates",
            "Harvard Vanguard Medical Associates",
        ),
        (("9 WASHINGTON AVE,", "GARDEN LEVEL"), "9 Washington Ave", "Lvl Garden", ""),
        (("Six Corporate Drive, Suite 420",), "6 Corporate Dr", "Ste 420", ""),
        (("PO BOX 12", "9 OAK ST"), "9 Oak St", "Box 12", ""),
    ],
)
def test_a_door_reads_as_people_write_it(lines, street, suite, place):
    found = door(lines[0], lines[1] if len(lines) > 1 else "", *PLACE)
    assert (found.street, found.suite, found.place) == (street, suite, place)


lines = st.text(string.ascii_uppercase + string.digits + " ,.#-/&'", max_size=40)


@given(lines, lines)
def test_every_address_has_a_door_that_fits_its_columns(line_1, line_2):
    found = door(line_1, line_2, *PLACE)
    assert len(found.street) <= 120
    assert len(found.suite) <= 60
    assert len(found.key) <= 220
    assert found.key.endswith("|06105")


@given(lines, lines)
def test_capitals_and_spaces_do_not_matter(line_1, line_2):
    spaced = f"  {line_1.lower()} ".replace(" ", "  ")
    assert key(line_1, line_2) == key(spaced, f" {line_2.title()}")


@given(st.integers(1, 99_999), st.sampled_from(["OAK ST", "N MAIN ST", "ASYLUM AVE", "US RTE 1"]))
def test_what_is_shown_leads_back_to_the_same_door(number, street):
    for suite in ("", "STE 5", "#12B", "FL 3", "BLDG 2 STE 7", "CARDIOLOGY"):
        found = door(f"{number} {street}", suite, *PLACE)
        assert door(found.street, found.suite, *PLACE).key == found.key


@pytest.mark.parametrize("name", ["practitioner.csv", "organization.csv"])
def test_what_is_shown_leads_back_on_the_real_file(name):
    lost = []
    with sample(name).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            place = (row[NAMES.city], row[NAMES.state], row[NAMES.postal_code][:5])
            found = door(row[NAMES.line_1], row[NAMES.line_2], *place)
            if door(found.street, found.suite, *place).key != found.key:
                lost.append(found)
    assert lost == []


def test_the_shipped_extract_keeps_suites_apart():
    with (SHIPPED / "practitioner.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if "1000 ASYLUM" in row[NAMES.line_1]]
    doors = {door(row[NAMES.line_1], row[NAMES.line_2], *PLACE) for row in rows}
    assert {found.street for found in doors} == {"1000 Asylum Ave"}
    assert len({found.key for found in doors}) > 3
