"""Columns are matched by name, and an unknown layout is refused before a row is read."""

import csv

import pytest

from accounts.models import AccessLog
from contacts.models import Physician, RegistryLoad
from contacts.registry.layout import NAMES
from liaison_crm.core.csv import CsvRefused
from tests.contacts.registry.files import (
    SHIPPED,
    clinician,
    directory,
    header,
    load,
    organization,
    write,
)

pytestmark = pytest.mark.django_db


def test_a34_both_vintages_say_the_same(tmp_path):
    old, new = header("practitioner.csv"), header()
    assert (len(old), len(new)) == (329, 330)
    assert "Provider Gender Code" in old
    assert "Provider Sex Code" in new
    rows = [clinician(1), clinician(2, line_2="STE 5"), organization(3, "HEART GROUP PC")]
    load(write(tmp_path / "new.csv", rows, new))
    counts = load(write(tmp_path / "old.csv", rows, old)).counts
    assert (counts["read"], counts["same"]) == (3, 3)


def test_a34_reordered_extra_and_recapitalised_columns_are_accepted(tmp_path):
    rows = [clinician(1, suffix="JR."), clinician(2, ("208D00000X", "207R00000X"))]
    load(write(tmp_path / "official.csv", rows))
    before = directory()
    columns = ["Extra Column", *reversed(header())]
    strange = [{**row, "Extra Column": "anything"} for row in rows]
    path = write(tmp_path / "strange.csv", strange, columns)
    text = path.read_text().split("\n", 1)
    path.write_text(f"{text[0].upper()}\n{text[1]}")
    assert load(path).counts["same"] == 2
    assert directory() == before


def test_a34_an_unknown_layout_is_refused_before_row_one(tmp_path):
    good = write(tmp_path / "good.csv", [clinician(1)])
    columns = [name for name in header() if name != NAMES.line_1]
    bad = write(tmp_path / "bad.csv", [clinician(2)], columns)
    with pytest.raises(CsvRefused, match="Provider First Line Business Practice Location Address"):
        load(good, bad)
    assert not Physician.objects.exists()
    assert not RegistryLoad.objects.exists()
    log = AccessLog.objects.get()
    assert (log.action, log.detail["code"]) == (AccessLog.Action.IMPORT_REFUSED, "columns")


def test_a34_a_column_twice_is_refused(tmp_path):
    path = write(tmp_path / "twice.csv", [clinician(1)], [*header(), "NPI"])
    with pytest.raises(CsvRefused, match="twice"):
        load(path)


def test_a30_archives_are_refused(tmp_path):
    path = tmp_path / "NPPES.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(500))
    with pytest.raises(CsvRefused, match="ZIP"):
        load(path)


def test_the_shipped_extract_has_the_layout_it_claims():
    for name in ("practitioner.csv", "organization.csv"):
        with (SHIPPED / name).open(newline="") as stream:
            assert {len(row) for row in csv.reader(stream)} == {329}
