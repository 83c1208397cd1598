"""A01-A13, A29: the strict reader, row by row and byte by byte."""

import csv
import io
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison_crm.core.csv import Columns, CsvRefused, open_csv, restore
from liaison_crm.core.csv import blocks as blocks_module
from tests.core.csv_files import FIVE, HEADER, THREE, line, read, refusal, row

# --- The file as a whole ---


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b"\n\n", b"   \n", HEADER, HEADER.strip(), HEADER + b"\r\n\n \n"]
)
def test_a01_an_empty_file_is_refused(data):
    error = refusal(data)
    assert (error.code, error.http_status) == ("empty_file", 422)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"npi,name,city,phone\n", ["Missing: note."]),
        (b"npi,nane,city,phone,note\n", ["Missing: name.", "nane (did you mean name?)"]),
        (b"npi,name,city,phone,note,fax\n", ["Not known: fax."]),
        (b"npi,name,city,phone,note,\n", ["Not known: ."]),
    ],
)
def test_a02_columns_are_named_before_any_row(header, words):
    error = refusal(header + line("1"))
    assert (error.code, error.http_status) == ("columns", 422)
    assert all(word in str(error) for word in words)


def test_a02_unknown_names_are_echoed_short_and_escaped():
    error = refusal(b"npi,name,city,phone,note," + b"x" * 500 + b",a\x1bb\n" + line("1"))
    assert error.details["unknown"][0].endswith("…")
    assert error.details["unknown"][1] == "a\\x1bb"


@pytest.mark.parametrize(
    "twice", [b"npi,npi,name,city,phone,note\n", b"npi,NPI ,name,city,phone,note\n"]
)
def test_a03_a_duplicate_header_is_refused(twice):
    error = refusal(twice + line("1"))
    assert (error.code, error.http_status) == ("duplicate_column", 422)


def test_a04_a_byte_order_mark_is_no_part_of_the_first_name():
    assert read(b"\xef\xbb\xbf" + HEADER + line("1")) == ([(2, row("1"))], [])


def test_a04_a_quoted_first_name_after_a_mark():
    assert read(b'\xef\xbb\xbf"npi",name,city,phone,note\n' + line("1"))[0] == [(2, row("1"))]


def test_a06_windows_1252_is_refused_with_its_line():
    error = refusal(HEADER + line("1") + b'2,"O\x92Brien",Derby,1,n\n')
    assert (error.code, error.http_status, error.details["line"]) == ("encoding", 422, 3)
    assert "0x92" in str(error)


def test_a06_a_declared_encoding_is_read():
    data = HEADER + b"2,O\x92Brien,Derby,1,n\n"
    assert read(data, encoding="windows-1252")[0][0][1][1] == "O\u2019Brien"


def test_a06_a_byte_that_windows_1252_lacks_is_refused():
    assert refusal(HEADER + b"2,O\x81B,Derby,1,n\n", encoding="windows-1252").details["line"] == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7", "rot13", "bogus", ""])
def test_only_listed_encodings_are_read(encoding):
    assert refusal(HEADER, encoding=encoding).code == "encoding"


@pytest.mark.parametrize("data", ["npi,name\n".encode("utf-16"), "npi,name\n".encode("utf-16-be")])
def test_utf_16_is_named_or_refused(data):
    assert refusal(data).code in ("encoding", "columns")


@pytest.mark.parametrize("delimiter", [b";", b"\t", b"|"])
def test_a12_another_delimiter_is_refused(delimiter):
    error = refusal((HEADER + line("1")).replace(b",", delimiter))
    assert (error.code, error.http_status) == ("delimiter", 422)


def test_a12_even_where_no_name_is_known():
    assert refusal(b"a;b;c\n1;2;3\n").code == "delimiter"
    assert refusal(b"sep=;\nnpi;name\n").code == "delimiter"
    assert refusal(b'"npi";"name"\n').code == "delimiter"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x14\x00",
        b"PK\x05\x06" + bytes(18),
        b"%PDF-1.7\n",
        b"MZ\x90\x00\x03\x00",
        b"\x7fELF\x02\x01",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x1f\x8b\x08\x00",
        b"<html><table>",
        b"\n  <!DOCTYPE html>",
        b"\xef\xbb\xbf<?xml version='1.0'?>",
        b'{"npi": 1}',
        b'[{"npi": 1}]',
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_a29_other_kinds_of_file_are_refused_by_content(data):
    error = refusal(data + HEADER)
    assert (error.code, error.http_status) == ("not_csv", 415)


def test_a29_text_that_only_starts_alike_is_read():
    columns = Columns(required=("mz", "pk"))
    assert read(b"MZ,PK\n1,2\n", columns)[0] == [(2, ["1", "2"])]


def test_a_header_whose_quote_does_not_close_is_refused():
    assert refusal(b'npi,"name\ncity",phone,note\n' + line("1")).code == "header"


def test_a_line_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(blocks_module, "LONGEST_LINE_BYTES", 100)
    monkeypatch.setattr(blocks_module, "BLOCK_BYTES", 50)
    assert refusal(HEADER + b"x" * 1000).code == "line_too_long"


# --- Columns ---


def test_columns_come_in_the_declared_order():
    data = b" Note ,NAME,id\nn,Ana,1\n"
    assert read(data, THREE)[0] == [(2, ["1", "Ana", "n"])]


def test_an_absent_optional_column_reads_empty():
    assert read(b"name,id\nAna,1\n", THREE)[0] == [(2, ["1", "Ana", ""])]
    assert read(b"id,name\n1,Ana\n", THREE)[0] == [(2, ["1", "Ana", ""])]


def test_other_columns_can_be_ignored():
    columns = Columns(required=("id",), ignores_others=True)
    assert read(b"x,id,x,y\n9,1,9,9\n", columns) == ([(2, ["1"])], [])
    assert refusal(b"x,y\n1,2\n", columns).code == "columns"
    assert refusal(b"id,id\n1,2\n", columns).code == "duplicate_column"


def test_one_column_reads_with_blank_lines():
    columns = Columns(required=("npi",))
    assert read(b'npi\n1\n\n""\n2', columns)[0] == [(2, ["1"]), (4, [""]), (5, ["2"])]


# --- Any cut of the stream reads the same ---

CELL = st.text(
    st.one_of(st.sampled_from(",\"\r\n'=+ aé😀"), st.characters(exclude_categories=["Cs"])),
    max_size=8,
).filter(lambda text: "\x00" not in text)
TABLE = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6)


@settings(max_examples=400)
@given(TABLE, st.booleans(), st.sampled_from(["\n", "\r\n", "\r"]), st.integers(1, 64))
def test_what_the_standard_writer_writes_reads_back(table, all_quoted, end, block_bytes):
    """Three columns: below four, no line of a note can be taken for a row."""
    if not all_quoted:  # the standard writer leaves some line ends unquoted, nobody can read them
        table = [[" ".join(cell.splitlines()) for cell in cells] for cells in table]
    out = io.StringIO()
    writer = csv.writer(
        out, quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL, lineterminator=end
    )
    writer.writerows([["id", "name", "note"], *table])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "BLOCK_BYTES", block_bytes)
        rows, errors = read(out.getvalue().encode(), THREE)
    assert not errors
    assert [cells for _, cells in rows] == [[restore(cell) for cell in cells] for cells in table]


@settings(max_examples=400)
@given(
    st.binary(max_size=80) | st.text("ab,\"\r\n'=;\t", max_size=80).map(str.encode),
    st.integers(1, 20),
)
def test_any_bytes_give_rows_errors_or_a_refusal_whatever_the_blocks(tail, block_bytes):
    data = b"id,name,note,x\n1,2,3,4\n" + tail
    columns = Columns(required=("id", "name", "note", "x"))

    def outcome(size):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(blocks_module, "BLOCK_BYTES", size)
            try:
                return read(data, columns)
            except CsvRefused as refused:
                return refused.code, refused.details

    whole = outcome(1000)
    assert outcome(block_bytes) == whole
    if isinstance(whole[0], list):
        numbers = [number for number, _ in whole[0]] + [number for number, _ in whole[1]]
        assert len(set(numbers)) == len(numbers)


def test_random_damage_never_swallows_a_good_row():
    """Every undamaged row is read, on its own line, whatever is wrong with the others."""
    dice = random.Random(11)
    damages = [b'"', b",", b"\x00", b'",', b',"', b'"x"']
    for _ in range(300):
        lines = [line(str(n)) for n in range(2, 30)]
        hurt = sorted(dice.sample(range(len(lines)), 3))
        for at in hurt:
            place = dice.randrange(len(lines[at]) - 1)
            lines[at] = lines[at][:place] + dice.choice(damages) + lines[at][place:]
        rows, errors = read(HEADER + b"".join(lines))
        good = dict(rows)
        missing = [n for n in range(2, 30) if n - 2 not in hurt and good.get(n) != row(str(n))]
        assert not missing, (hurt, errors)


def test_it_stays_in_bounds_of_memory():
    """A million quoted rows pass through in a few megabytes."""

    class Endless(io.BytesIO):
        def __init__(self):
            super().__init__()
            self.rows = 0

        def read(self, size=-1):
            self.rows += 1
            return HEADER if self.rows == 1 else (line("7") * 4000 if self.rows < 60 else b"")

        def tell(self):
            return 0

        def seek(self, at, whence=0):
            self.rows = 0
            return at

    tracemalloc.start()
    total = 0
    for batch in open_csv(Endless(), FIVE):
        total += len(batch.rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 58 * 4000
    assert peak < 16 * 1024 * 1024
