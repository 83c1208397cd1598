"""A07, A10, A11: rows, line ends and quotes; a bad row costs itself and no other."""

import io

import pytest

from liaison_crm.core.csv import open_csv
from tests.core.csv_files import FIVE, HEADER, line, read, row

# --- Rows ---


def test_a07_a_nul_is_an_error_of_its_row_only():
    rows, errors = read(HEADER + line("1") + line("2", "a\x00b") + line("3"))
    assert [number for number, _ in rows] == [2, 4]
    assert errors == [(3, "nul")]


@pytest.mark.parametrize(
    "ragged", [b"2,Ana\n", b"2,Ana,Derby,1,n,extra\n", b"2\n", b"2,Ana,Derby,1,n,\n"]
)
def test_a10_a_ragged_row_is_an_error_of_its_own(ragged):
    rows, errors = read(HEADER + line("1") + ragged + line("3"))
    assert [number for number, _ in rows] == [2, 4]
    assert errors == [(3, "ragged")]


def test_a10_the_error_says_how_many_cells():
    (batch,) = open_csv(io.BytesIO(HEADER + b"2,Ana\n"), FIVE)
    assert batch.errors[0].message == "This row has 2 cells, the header has 5."
    assert batch.errors[0].cells == ["2", "Ana"]


@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b"   \n", b"\r"])
def test_blank_lines_count_as_lines_not_as_rows(blank):
    rows, errors = read(HEADER + blank + line("1") + blank + blank + line("2") + blank)
    assert [number for number, _ in rows] == [3, 6]
    assert not errors


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a11_every_line_end_is_read(end):
    data = b"npi,name,city,phone,note" + end.encode() + line("1", end=end) + line("2", end="")
    assert read(data) == ([(2, row("1")), (3, row("2"))], [])


def test_a11_mixed_line_ends_keep_their_line_numbers():
    data = HEADER + line("1", end="\r") + line("2", end="\r\n") + line("3", end="\n") + b"4,x\n"
    rows, errors = read(data)
    assert [(number, cells[0]) for number, cells in rows] == [(2, "1"), (3, "2"), (4, "3")]
    assert errors == [(5, "ragged")]


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r", "\n\n\r"])
def test_a11_a_line_end_in_a_quoted_cell_belongs_to_it(inside):
    noted = f'1,Ana,Derby,2035550100,"one{inside}two"\n'.encode()
    rows, errors = read(HEADER + noted + line("2"))
    steps = inside.count("\n") + inside.count("\r") - inside.count("\r\n")
    assert rows == [(2, row("1", f"one{inside}two")), (3 + steps, row("2"))]
    assert not errors


def test_separators_that_are_no_line_ends_stay_inside():
    odd = "a\x0bb\x0cc\x1cd\u2028e\x85f"
    rows, _ = read(HEADER + line("1", odd) + line("2", f'"{odd}\n"'))
    assert rows[0][1][4] == odd
    assert rows[1][1][4] == odd + "\n"


# --- Quotes ---


def test_an_unclosed_quote_costs_one_row():
    rows, errors = read(HEADER + line("1") + b'2,"Ana,Derby,1,n\n' + line("3") + line("4"))
    assert [number for number, _ in rows] == [2, 4, 5]
    assert errors == [(3, "unclosed_quote")]


def test_an_unclosed_quote_in_the_last_row():
    rows, errors = read(HEADER + line("1") + b'2,"Ana,Derby,1,n')
    assert [number for number, _ in rows] == [2]
    assert errors == [(3, "unclosed_quote")]


def test_an_unclosed_quote_before_quoted_rows():
    quoted = b'"3","Ana","Derby","2035550100","n"\n'
    rows, errors = read(HEADER + b'2,"Ana,Derby,1,n\n' + quoted + quoted)
    assert [number for number, _ in rows] == [3, 4]
    assert errors == [(2, "unclosed_quote")]


def test_two_unclosed_quotes_do_not_close_each_other():
    bad = b'2,Ana,Derby,1,"n\n'
    rows, errors = read(HEADER + bad + line("3") + line("4") + bad + line("6"))
    assert [number for number, _ in rows] == [3, 4, 6]
    assert errors == [(2, "unclosed_quote"), (5, "unclosed_quote")]


def test_a_stray_quote_that_closes_an_open_one_is_noticed():
    rows, errors = read(HEADER + b'2,Ana,Derby,1,"n\n' + b'3,Ana,Derby,1,n"\n' + line("4"))
    assert errors == [(2, "unclosed_quote")]
    assert [(number, cells[4]) for number, cells in rows] == [(3, 'n"'), (4, "n")]


def test_an_open_quote_does_not_run_over_short_lines_for_ever():
    rows, errors = read(HEADER + b'1,Ana,Derby,1,"n\n' + b"short\n" * 2000 + line("z"))
    assert errors[0] == (2, "unclosed_quote")
    assert [number for number, _ in rows] == [2003]
    assert len(errors) == 2001


def test_a_quote_in_the_wrong_place_is_an_error_of_its_row():
    rows, errors = read(HEADER + b'1,"Ana"x,Derby,1,n\n' + line("2"))
    assert [number for number, _ in rows] == [3]
    assert errors == [(2, "quote")]


def test_a_quote_inside_a_bare_cell_is_itself():
    assert read(HEADER + b'1,Ana "A",Derby,1,6" pipe\n')[0][0][1][1:] == [
        'Ana "A"',
        "Derby",
        "1",
        '6" pipe',
    ]


def test_a_note_that_reads_like_prose_is_kept():
    note = "Said: slow, late, wrong.\nWants, first of all, a call.\nOK"
    rows, errors = read(HEADER + f'1,Ana,Derby,1,"{note}"\n'.encode() + line("2"))
    assert rows[0][1][4] == note
    assert not errors


def test_a_cell_beyond_the_limit_is_an_error_of_its_row():
    long = b'1,Ana,Derby,1,"' + b"x" * 140_000 + b'"\n'
    rows, errors = read(HEADER + long + line("2"))
    assert [number for number, _ in rows] == [3]
    assert errors == [(2, "cell_too_long")]


def test_the_error_carries_the_line_it_is_about():
    (batch,) = open_csv(io.BytesIO(HEADER + b'2,"Ana,Derby\n' + line("3")), FIVE)
    assert batch.errors[0].cells == ['2,"Ana,Derby\n']


def test_a_cell_of_too_many_lines_counts_as_unclosed():
    noted = b'1,Ana,Derby,1,"' + b"x\n" * 501 + b'"\n'
    rows, errors = read(HEADER + noted + line("2"))
    assert errors[0] == (2, "unclosed_quote")
    assert [cells[0] for _, cells in rows] == ["2"]


def test_errors_come_in_the_order_of_their_lines():
    _, errors = read(HEADER + b"1,x\n" + b'2,"Ana"x,Derby,1,n\n' + b"3,x\n")
    assert errors == [(2, "ragged"), (3, "quote"), (4, "ragged")]
