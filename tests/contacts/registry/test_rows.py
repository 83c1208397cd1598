"""One row at a time: what is read, skipped or refused, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.registry.layout import COLUMNS
from contacts.registry.rows import Refused, Row, Skipped, phone_number, read_row, staged
from contacts.registry.staging import COLUMNS as STAGED
from tests.contacts.registry.files import blank, clinician, organization


def read(row):
    return read_row([row.get(column, "") for column in COLUMNS.names])


def test_a_plain_row_is_read():
    row = read(clinician(1, ("207RC0000X", "207R00000X"), middle_name="B"))
    assert isinstance(row, Row)
    assert row.address == ("1000 ASYLUM AVE", "", "HARTFORD", "CT", "06105")
    assert row.taxonomies == ("207RC0000X", "207R00000X")
    assert (row.primary, row.is_assumed, row.is_active) == ("207RC0000X", False, True)
    assert row.facts.changed_on == "2016-09-27"


@pytest.mark.parametrize(
    ("npi", "code"),
    [
        ("", "npi_digits"),
        ("123456789", "npi_length"),
        ("12345A7893", "npi_digits"),
        (" 1234567893", "npi_digits"),
        ("3234567893", "npi_first_digit"),
        ("1234567890", "npi_check_digit"),
        ("１２３４５６７８９３", "npi_digits"),  # noqa: RUF001  full-width digits
    ],
)
def test_a22_a_wrong_npi_is_refused_with_its_reason(npi, code):
    refused = read(clinician(1, npi=npi))
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert refused.message.endswith(".")


def test_a22_a_right_npi_is_read():
    assert isinstance(read(clinician(1, npi="1234567893")), Row)


@pytest.mark.parametrize(
    "text",
    ["2026-02-28", "02/30/2026", "00/00/0000", "2/3/2026", "46000", "02/29/2025", "20260101"],
)
def test_a20_only_american_dates_that_exist(text):
    for column in ("changed_on", "deactivated_on", "reactivated_on"):
        refused = read(clinician(1, **{column: text}))
        assert isinstance(refused, Refused)
        assert refused.code == "date"


def test_a20_a_leap_day_is_a_day():
    assert read(clinician(1, changed_on="02/29/2028")).facts.changed_on == "2028-02-29"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("MA\x07YA", "control"),
        ("MA\u202eYA", "bidi"),
        ("MA\ufdd0YA", "unassigned"),
        ("A\tB", "tab"),
    ],
)
def test_a25_text_that_could_deceive_is_refused(text, code):
    refused = read(clinician(1, first_name=text))
    assert isinstance(refused, Refused)
    assert refused.code == code


def test_a25_names_are_composed():
    assert read(clinician(1, last_name="NUN\u0303EZ")).facts.last_name == "NU\u00d1EZ"


def test_what_does_not_fit_is_refused_and_never_cut():
    assert read(clinician(1, last_name="X" * 61)).code == "too_long"
    assert read(clinician(1, line_1="X" * 121)).code == "too_long"
    assert read(clinician(1, ("207RC0000XX",))).code == "taxonomy"
    assert read(clinician(1, ("207-C0000X",))).code == "taxonomy"
    assert isinstance(read(clinician(1, line_1="X" * 61)), Row)


def test_a39_rows_without_a_name_or_of_another_type_are_skipped():
    assert read(clinician(1, last_name="<UNAVAIL>")) is Skipped.NO_NAME
    assert read(clinician(1, first_name="")) is Skipped.NO_NAME
    assert read(organization(1, "<UNAVAIL>")) is Skipped.NO_NAME
    # An organisation's name in a person's row, and the other way round.
    assert read(clinician(1, entity_type="2")) is Skipped.NO_NAME
    assert read(organization(1, "CLINIC", entity_type="1")) is Skipped.NO_NAME
    assert read(clinician(1, entity_type="3")) is Skipped.OTHER_TYPE
    assert read(clinician(1, entity_type="")) is Skipped.OTHER_TYPE


def test_a39_unavailable_elsewhere_is_nothing():
    row = read(clinician(1, middle_name="<UNAVAIL>", phone="<UNAVAIL>"))
    assert (row.facts.middle_name, row.facts.phone) == ("", "")


def test_a37_the_primary_taxonomy_goes_by_its_switch():
    codes = [f"207R{n:05d}X" for n in range(15)]
    row = clinician(1, codes)
    row["Healthcare Provider Primary Taxonomy Switch_1"] = "N"
    row["Healthcare Provider Primary Taxonomy Switch_15"] = "Y"
    found = read(row)
    assert (found.primary, found.is_assumed) == (codes[14], False)
    assert found.taxonomies == tuple(codes)


def test_a37_without_a_switch_the_first_stands_in_and_is_flagged():
    row = clinician(1, ["207RC0000X", "207R00000X", "207RC0000X"])
    row["Healthcare Provider Primary Taxonomy Switch_1"] = "X"
    found = read(row)
    assert (found.primary, found.is_assumed) == ("207RC0000X", True)
    assert found.taxonomies == ("207RC0000X", "207R00000X")
    assert (read(clinician(1, ())).primary, read(clinician(1, ())).is_assumed) == ("", False)


def test_a35_only_a_later_reactivation_makes_active():
    assert not read(clinician(1, deactivated_on="01/02/2020")).is_active
    again = {"deactivated_on": "01/02/2020", "reactivated_on": "03/04/2020"}
    assert read(clinician(1, **again)).is_active
    before = {"deactivated_on": "01/02/2020", "reactivated_on": "03/04/2019"}
    assert not read(clinician(1, **before)).is_active
    assert read(blank(1, "01/02/2020")).kind == "0"


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ({"country": "CA"}, ""),
        ({"state": "ON"}, ""),
        ({"postal_code": "K1A 0B1"}, ""),
        ({"line_1": ""}, ""),
        ({"state": "CONNECTICUT"}, "CT"),
        ({"state": "ct"}, "CT"),
        ({"country": ""}, "CT"),
    ],
)
def test_only_an_address_in_the_united_states_is_one(facts, place):
    assert read(clinician(1, **facts)).address.state == place


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2165550142", "2165550142"),
        ("(216) 555-0142", "2165550142"),
        ("1-216-555-0142", "2165550142"),
        ("9990000000", ""),
        ("5550142", ""),
        ("", ""),
    ],
)
def test_a_phone_number_can_be_dialled_or_is_none(text, number):
    assert phone_number(text) == number


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=54, max_size=54))
def test_any_cells_are_read_skipped_or_refused(cells):
    cells[0], cells[1] = "1234567893", "1"
    row = read_row(cells)
    if isinstance(row, Row):
        line = staged(row)
        assert line.count("\t") == len(STAGED) - 1
        assert line.endswith("\n")
        assert line.count("\n") == 1
