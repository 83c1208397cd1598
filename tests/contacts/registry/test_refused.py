"""Rows that cannot be right are kept in a file that can be mended and loaded again."""

import csv

import pytest

from contacts.models import Physician
from liaison_crm.core.csv import CsvRefused
from tests.contacts.registry.files import clinician, header, load, write

pytestmark = pytest.mark.django_db


def refused_rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_refused_row_keeps_file_line_code_sentence_and_cells(tmp_path):
    rows = [clinician(1), clinician(2, npi="1234567890"), clinician(3, changed_on="2026-01-01")]
    path, kept = write(tmp_path / "file.csv", rows), tmp_path / "kept" / "refused.csv"
    counts = load(path, refused=kept).counts
    assert counts["refused"] == {"date": 1, "npi_check_digit": 1}
    assert counts["read"] == 3
    first, second = refused_rows(kept)
    assert (first["Refused in"], first["Refused line"]) == ("file.csv", "3")
    assert first["Refused code"] == "npi_check_digit"
    assert first["Refused because"] == "The NPI's check digit is wrong."
    assert first["Provider Last Name (Legal Name)"] == "RAMAN2"
    assert second["Last Update Date"] == "2026-01-01"
    assert Physician.objects.count() == 1


def test_a_mended_file_loads(tmp_path):
    path, kept = write(tmp_path / "file.csv", [clinician(2, changed_on="?")]), tmp_path / "r.csv"
    load(path, refused=kept)
    kept.write_text(kept.read_text().replace('"?"', '"03/01/2026"'))
    load(kept, refused=tmp_path / "again.csv")
    assert Physician.objects.get().last_name == "Raman2"
    assert not (tmp_path / "again.csv").exists()


def test_a13_refused_cells_are_not_run_by_a_spreadsheet(tmp_path):
    row = clinician(2, last_name="=cmd|'/c calc'!A1", changed_on="?")
    kept = tmp_path / "r.csv"
    load(write(tmp_path / "file.csv", [row]), refused=kept)
    assert refused_rows(kept)[0]["Provider Last Name (Legal Name)"] == "'=cmd|'/c calc'!A1"


def test_without_a_refused_row_there_is_no_file(tmp_path):
    load(write(tmp_path / "file.csv", [clinician(1)]), refused=tmp_path / "r.csv")
    assert not (tmp_path / "r.csv").exists()


def test_a10_a_ragged_row_is_refused_and_the_next_is_read(tmp_path):
    path = write(tmp_path / "file.csv", [clinician(1), clinician(2), clinician(3)])
    lines = path.read_text().split("\n")
    lines[2] = lines[2].rsplit(",", 1)[0]
    path.write_text("\n".join(lines))
    assert load(path, refused=tmp_path / "r.csv").counts["refused"] == {"ragged": 1}
    (row,) = refused_rows(tmp_path / "r.csv")
    assert row["Refused line"] == "3"
    assert Physician.objects.count() == 2


def test_an_unclosed_quote_costs_one_row(tmp_path):
    path = write(tmp_path / "file.csv", [clinician(1), clinician(2), clinician(3)])
    text = path.read_text().replace('"RAMAN2"', '"RAMAN2')
    path.write_text(text)
    counts = load(path, refused=tmp_path / "r.csv").counts
    assert sum(counts["refused"].values()) == 1
    assert Physician.objects.count() == 2


def test_a06_another_encoding_is_refused_with_its_line(tmp_path):
    path = write(tmp_path / "file.csv", [clinician(1), clinician(2, last_name="NUNEZ")])
    path.write_bytes(path.read_bytes().replace(b"NUNEZ", b"NU\xd1EZ"))
    with pytest.raises(CsvRefused, match="Line 3"):
        load(path)
    assert not Physician.objects.exists()


def test_a07_a_nul_in_a_cell_is_refused(tmp_path):
    path = write(tmp_path / "file.csv", [clinician(1), clinician(2, last_name="RAX")])
    path.write_bytes(path.read_bytes().replace(b"RAX", b"RA\x00"))
    assert load(path).counts["refused"] == {"nul": 1}


def test_a01_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(CsvRefused):
        load(tmp_path / "empty.csv")
    with pytest.raises(CsvRefused):
        load(write(tmp_path / "header.csv", [], header()))


def test_text_that_copy_would_read_otherwise_arrives_as_it_is(tmp_path):
    r"""COPY takes a backslash for the start of an escape, and \N for nothing."""
    rows = [clinician(1, last_name="\\N"), clinician(2, last_name="A\\TB", line_2="STE \\.")]
    load(write(tmp_path / "file.csv", rows))
    assert set(Physician.objects.values_list("last_name", flat=True)) == {"\\N", "A\\Tb"}
