"""Excel workbooks: read as they are shown, refused before anything of a trap is unpacked."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from liaison_crm.core import workbook
from liaison_crm.core.csv.refusals import CsvRefused
from referrals import intake
from referrals.imports import services as imports
from referrals.models import IntakeBatch, Referral
from tests.referrals.files import GOOD, counts, refusals
from tests.referrals.sheets import ROW, THEIRS, as_workbook, match, sealed_batch

pytestmark = pytest.mark.django_db

State = IntakeBatch.State


@pytest.fixture
def theirs(physician, practice, catalogue):
    def row(**cells):
        told: dict[str, object] = dict(zip(THEIRS, ROW, strict=True))
        # As Excel keeps them: numbers and dates.
        told |= {"From NPI": int(physician.npi), "Date Referred": date(2026, 2, 3)}
        told |= {"Changed": datetime(2026, 2, 3, 14, 5), "Office": practice.pk}  # noqa: DTZ001  a cell has no zone
        return tuple((told | cells).values())

    return row


@pytest.fixture
def checked(erin):
    def check(content, **said):
        batch = sealed_batch(content)
        imports.match_columns(batch, by=erin, match=match(**said))
        intake.take(batch.pk)
        batch.refresh_from_db()
        return batch

    return check


def test_a_workbook_is_checked_and_taken(checked, theirs, erin):
    batch = checked(as_workbook([theirs(), (), theirs(**{"Ref #": "R2"})], before=[()]))
    assert (batch.state, counts(batch)) == (State.CHECKED, {"new": 2})
    imports.confirm(batch, by=erin, mode=batch.mode)
    intake.take(batch.pk)
    first = Referral.objects.get(external_id="R1")
    assert first.referred_on == date(2026, 2, 3)
    assert first.status_at == datetime(2026, 2, 3, 19, 5, tzinfo=UTC)


def test_a_workbook_with_our_own_columns_needs_no_match(good):
    cells = good()
    batch = sealed_batch(as_workbook([tuple(cells.values())], header=tuple(GOOD)))
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, counts(batch)) == (State.CHECKED, {"new": 1})


def test_a20_a_serial_number_is_no_date_and_an_error_no_cell(checked, theirs):
    rows = [
        theirs(**{"Date Referred": 46_000}),
        theirs(**{"Ref #": "#N/A"}),
        (*theirs(), "more"),
        theirs(Changed="02/03/2026 2:05 PM"),
    ]
    batch = checked(as_workbook(rows))
    assert refusals(batch) == {2: "date_form", 3: "excel_error", 4: "ragged"}
    assert counts(batch) == {"new": 1, "refused": 3}


def test_a_sheet_is_chosen_by_name(checked, theirs):
    assert checked(as_workbook([theirs()], title="Log"), sheet="Log").state == State.CHECKED
    with pytest.raises(workbook.NoSuchSheet):
        checked(as_workbook([theirs(**{"Ref #": "R8"})], title="Log"), sheet="Other")


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return out.getvalue()


SHELL = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
GOOD_BOOK = as_workbook([("1",)], header=("Ref",))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (archive(**{"a.txt": b"x"}), "not_workbook"),
        (archive(**SHELL, **{"../x": b"x"}), "not_workbook"),
        (archive(**SHELL, **{"xl/worksheets/sheet1.xml": b"0" * 40_000_000}), "too_large"),
        (archive(**SHELL, **{f"m{n}": b"" for n in range(1_001)}), "too_large"),
        (archive(**SHELL), "not_workbook"),
        (GOOD_BOOK[:-300], "not_workbook"),
        (b"PK\x03\x04" + b"\x00" * 200, "not_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "not_csv"),
        (b"%PDF-1.7 x", "not_csv"),
        (as_workbook([], header=()), "empty_file"),
    ],
)
def test_a29_a30_what_is_no_workbook_is_refused_unopened(content, code):
    with pytest.raises(CsvRefused) as refused:
        sealed_batch(content)
    assert refused.value.code == code
    assert not IntakeBatch.objects.exists()


def test_a_large_number_keeps_what_excel_kept(checked, theirs):
    batch = checked(as_workbook([theirs(**{"Ref #": 123_456_789_012.0})]))
    assert counts(batch) == {"new": 1}


def test_a01_a_sheet_without_rows_is_empty(erin):
    batch = sealed_batch(as_workbook([]))
    imports.match_columns(batch, by=erin, match=match())
    intake.take(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.error_code) == (State.MAPPING, "empty_file")
