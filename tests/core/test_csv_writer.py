"""A13: what leaves cannot run in a spreadsheet, and comes back as it was."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from liaison_crm.core.csv import Columns, csv_lines, csv_response, neutralise, open_csv, restore

FORMULAS = [
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\x00=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM",
    "\n=1",
    "'=1",
    "''@x",
]
TRIGGERS = "=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20"
ANY = st.text(st.one_of(st.sampled_from("'=+-@\t\uff1d ,\"\r\n1"), st.characters()), max_size=12)


@pytest.mark.parametrize("text", FORMULAS)
def test_a13_a_formula_gets_a_mark(text):
    assert neutralise(text) == "'" + text
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", ["", "Ana", "O'Brien", "'tis", " =1", "1-2", "a@b.org", "''"])
def test_a13_other_text_is_left_alone(text):
    assert neutralise(text) == text
    assert restore(text) == text


@given(ANY)
def test_a13_reading_back_is_identity(text):
    assert restore(neutralise(text)) == text


@given(ANY)
def test_a13_nothing_written_starts_a_formula(text):
    assert not neutralise(text).startswith(tuple(TRIGGERS))


@given(ANY, ANY)
def test_a13_no_two_texts_are_written_alike(one, other):
    assert (neutralise(one) == neutralise(other)) == (one == other)


CELLS = st.text(
    st.one_of(
        st.sampled_from("'=+-@\t\uff1d ,\"\r\n1"),
        st.characters(exclude_characters="\x00", exclude_categories=["Cs"]),
    ),
    max_size=12,
)


@settings(max_examples=400)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
@example([("+1 203 555 0100", "-12.50")])
@example([("=1", "'=1")])
def test_a13_a_whole_file_comes_back(rows):
    data = "".join(csv_lines(["id", "name"], rows)).encode()
    (batch,) = open_csv(io.BytesIO(data), Columns(required=("id", "name")))
    assert not batch.errors
    assert batch.rows == [list(row) for row in rows]


def test_a13_every_cell_is_quoted():
    (text,) = csv_lines(["a", "b"], [["x", None], ["y", 3]])
    assert text == '"a","b"\r\n"x",""\r\n"y","3"\r\n'


def test_a13_phone_numbers_and_negative_numbers_come_back():
    text = "".join(csv_lines(["phone", "change"], [["+12035550100", Decimal("-12.50")]]))
    assert text.splitlines()[1] == '"\'+12035550100","-12.50"'
    (batch,) = open_csv(io.BytesIO(text.encode()), Columns(required=("phone", "change")))
    assert batch.rows == [["+12035550100", "-12.50"]]


def test_values_are_written_plainly():
    (text,) = csv_lines(["on", "yes"], [[date(2026, 3, 9), True], [None, False]])
    assert text.splitlines()[1:] == ['"2026-03-09","yes"', '"","no"']


def test_a_header_alone_is_a_file():
    assert list(csv_lines(["=a"], [])) == ['"\'=a"\r\n']


def test_it_writes_as_it_reads():
    """The first piece leaves before the last row was fetched."""
    fetched = []

    def rows():
        for number in range(5000):
            fetched.append(number)
            yield [number]

    pieces = csv_lines(["n"], rows())
    next(pieces)
    assert len(fetched) < 1000
    assert "".join(pieces).endswith('"4999"\r\n')


def test_the_download_is_named_marked_and_private():
    response = csv_response('visits "../x"\r\n2026', ["name"], [["Zo\u00eb"]])
    body = response.getvalue()
    assert body.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == 'attachment; filename="visits-x-2026.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    (batch,) = open_csv(io.BytesIO(body), Columns(required=("name",)))
    assert batch.rows == [["Zo\u00eb"]]


def test_a_download_without_a_usable_name_still_has_one():
    assert 'filename="export.csv"' in csv_response("…", ["a"], [])["Content-Disposition"]
