"""Bad files of referrals. Each test names the rows of the table of bad inputs that it holds."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_crm.core.csv import Batch, CsvRefused, RowError
from referrals import services
from referrals.intake.columns import COLUMNS, KEPT
from referrals.intake.scrubbing import StoredRow, patient_hasher, scrubbed_lines, stored_rows
from referrals.models import IntakeBatch, Referral, RefusedRow, UnmatchedRow
from tests import factories
from tests.referrals.files import GOOD, PER_ROW, as_csv, counts, import_bytes, queued, refusals

pytestmark = pytest.mark.django_db

HEADER = ",".join(GOOD)


def refused_with(row, *, mode=PER_ROW, **terms):
    """The one refusal of a file that holds this row beside a good one."""
    batch = import_bytes(as_csv([row, {**row, **GOOD_AGAIN}]), mode=mode, **terms)
    return refusals(batch).get(2)


GOOD_AGAIN = {"external_id": "other"}


def refuse_file(content, **terms):
    with pytest.raises(CsvRefused) as refusal:
        queued(content, **terms)
    assert not IntakeBatch.objects.exists()
    return refusal.value


# --- The file as a whole ---


@pytest.mark.parametrize("content", [b"", b"\n", f"{HEADER}\n".encode()])
def test_a01_an_empty_file_is_refused(content, upload_folder):
    refusal = refuse_file(content)
    assert (refusal.code, refusal.http_status) == ("empty_file", 422)
    assert not list(upload_folder.iterdir()), "nothing is left of it"


def test_a02_columns_that_are_missing_or_not_known_are_named(good):
    columns = [name for name in GOOD if name != "status"]
    assert "status" in str(refuse_file(as_csv([good()], columns)))
    content = as_csv([good()]).replace(b"destination", b"destinatoin")
    assert "did you mean destination?" in str(refuse_file(content))


def test_a02_optional_columns_may_be_absent(good):
    columns = [
        "external_id",
        "referred_on",
        "referring_npi",
        "practice_id",
        "service_line",
        "destination",
        "status",
        "status_at",
    ]
    assert counts(import_bytes(as_csv([good()], columns))) == {"new": 1}


def test_a02_columns_may_stand_in_any_order(good):
    assert counts(import_bytes(as_csv([good()], sorted(GOOD)))) == {"new": 1}


def test_a03_a_column_twice_is_refused(good):
    content = as_csv([good()]).replace(b"left_because", b"status")
    assert refuse_file(content).http_status == 422


def test_a04_a_byte_order_mark_is_taken_off(good):
    assert counts(import_bytes(b"\xef\xbb\xbf" + as_csv([good()]))) == {"new": 1}


def test_a06_another_encoding_is_refused_with_the_line_unless_declared(good):
    row = good(practice_id="", practice_name="O\x92Brien Office", practice_zip="44129")
    content = as_csv([good(external_id="R0"), row]).decode().encode("latin-1")
    assert "Line 3" in str(refuse_file(content))
    factories.PracticeFactory(name="O\u2019Brien Office", zip_code="44129")
    assert counts(import_bytes(content, encoding="windows-1252")) == {"new": 2}


def test_a12_another_delimiter_is_refused(good):
    refusal = refuse_file(as_csv([good()]).replace(b",", b";"))
    assert (refusal.code, refusal.http_status) == ("delimiter", 422)


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", b"%PDF-1.7", b"<html><body>"])
def test_a29_a_file_of_another_kind_is_refused(content):
    assert refuse_file(content).http_status == 415


# --- Rows ---


def test_a07_a_nul_is_a_row_error(good):
    content = as_csv([good(), good(external_id="R2")]).replace(b"R1", b"R\x001")
    batch = import_bytes(content, mode=PER_ROW)
    assert (refusals(batch), counts(batch)) == ({2: "nul"}, {"new": 1, "refused": 1})


def test_a10_ragged_rows_are_refused_and_nothing_is_kept_of_them(good):
    """With a cell too many nobody knows which one is the patient number."""
    lines = as_csv([good(patient_number="MRN-77"), good(external_id="R2")]).splitlines()
    lines[1] += b",more"
    batch = import_bytes(b"\n".join(lines), mode=PER_ROW)
    assert refusals(batch) == {2: "ragged"}
    assert RefusedRow.objects.get().cells == []


def test_a11_line_numbers_are_those_of_the_file(good):
    factories.PracticeFactory(name="Two", zip_code="44129")
    rows = [
        good(practice_id="", practice_name="Two\nlines", practice_zip="44129"),
        good(external_id="R2"),
        good(external_id="R3", status="lost"),
    ]
    content = as_csv(rows).replace(b"R2,", b"R2,").replace(b"\nR3", b"\r\nR3")
    batch = import_bytes(content, mode=PER_ROW)
    assert refusals(batch) == {2: "line_break", 5: "status"}


def test_a13_formula_cells_are_stored_as_given_and_written_out_safely(good):
    formula = "=cmd|'/c calc'!A1"
    batch = import_bytes(as_csv([good(external_id=formula, status="lost")]))
    assert RefusedRow.objects.get().cells[0] == formula
    written = "".join(services.refused_csv(batch))
    assert f'"\'{formula}"' in written
    import_bytes(as_csv([good(external_id=formula)]))
    assert Referral.objects.get().external_id == formula


def test_a_file_of_refused_rows_can_be_corrected_and_imported(good):
    """The wrong cells are put right, and the rest reads back as it was."""
    rows = [
        good(external_id="-1+2", status="lost"),
        good(external_id="R2", status_at="2020-01-01T08:30:15.25-05:00"),
    ]
    batch = import_bytes(as_csv(rows))
    assert refusals(batch) == {2: "status", 3: "before_referral"}
    refused = "".join(services.refused_csv(batch))
    corrected = refused.replace("lost", "accepted").replace("2020-01-01", "2026-02-04")
    assert counts(import_bytes(corrected.encode())) == {"new": 2}
    moved = Referral.objects.get(external_id="R2")
    assert moved.status_at == datetime(2026, 2, 4, 13, 30, 15, 250000, tzinfo=UTC)
    assert Referral.objects.filter(external_id="-1+2", status="accepted").exists()


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-02-30", "date"),
        ("02/29/2025", "date_form"),
        ("0000-00-00", "date"),
        ("2026-W01", "date_form"),
        ("20260101", "date_form"),
        ("1/2/26", "date_form"),
        ("46000", "date_form"),
        ("\uff12\uff10\uff12\uff16-01-01", "date_form"),
        ("", "date_form"),
    ],
)
def test_a20_dates_are_days_of_the_calendar_in_the_declared_form(good, day, code):
    assert refused_with(good(referred_on=day)) == code
    assert refused_with(good(external_id="S", status_at=day)) == code


def test_a20_a_leap_day_is_a_day(good):
    row = good(referred_on="2024-02-29", status_at="2024-02-29")
    assert counts(import_bytes(as_csv([row]))) == {"new": 1}


@pytest.mark.parametrize("day", ["2026-03-03", "1989-12-31", "9999-12-31"])
def test_a21_days_to_come_and_of_long_ago_are_refused(good, day):
    assert refused_with(good(referred_on=day)) == "date_range"


def test_a21_today_is_the_day_at_the_source(good):
    """At 04:00 UTC it is still 2 March in New York, and already the 3rd in Berlin."""
    at = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
    row = good(referred_on="2026-03-03", status_at="2026-03-03")
    assert refused_with(row, at=at) == "date_range"
    berlin = factories.SourceFactory(code="berlin", time_zone="Europe/Berlin")
    assert refused_with(row, at=at, source=berlin) is None


def test_a21_a_status_that_has_not_happened_yet_is_refused(good):
    assert refused_with(good(status_at="2026-03-02T12:00:01-05:00")) == "in_future"
    assert refused_with(good(status_at="2026-03-02T17:00:00Z", external_id="A")) is None


def test_a21_a_moment_in_a_zone_where_tomorrow_has_begun_is_not_in_the_future(good):
    at = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
    assert refused_with(good(status_at="2026-03-03T02:59:00Z"), at=at) is None


def test_a_status_before_the_referral_is_refused(good):
    assert refused_with(good(status_at="2026-02-02T23:59:00-05:00")) == "before_referral"
    assert refused_with(good(status_at="2026-02-03", external_id="A")) is None


@pytest.mark.parametrize("at", ["2026-02-03T24:00", "2026-02-03T10", "2026-02-03 10:00 EST"])
def test_a20_a_time_is_written_as_declared(good, at):
    assert refused_with(good(status_at=at)) == "time"


@pytest.mark.parametrize(
    ("npi", "code"),
    [
        ("123456789", "npi_length"),
        ("12345678AB", "npi_digits"),
        (" 1234567893", "npi_digits"),
        ("1234567890", "npi_check_digit"),
        ("3234567893", "npi_first_digit"),
        ("\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff13", "npi_digits"),
        ("", "npi_digits"),
    ],
)
def test_a22_an_npi_that_is_none_is_refused_with_the_reason(good, npi, code):
    assert refused_with(good(referring_npi=npi)) == code
    if npi:
        assert refused_with(good(receiving_npi=npi, external_id="A")) == code


def test_a22_a_good_npi_waits_for_its_physician(good):
    batch = import_bytes(as_csv([good(referring_npi="1234567893")]))
    assert counts(batch) == {"waiting": 1}


def test_a23_unknown_lines_and_places_are_row_errors(good):
    assert refused_with(good(service_line="podiatry")) == "unknown_service_line"
    assert refused_with(good(destination="nowhere", external_id="A")) == "unknown_destination"


def test_a23_an_unknown_practice_number_waits(good):
    batch = import_bytes(as_csv([good(practice_id="999999999")]))
    assert counts(batch) == {"waiting": 1}
    assert UnmatchedRow.objects.get().practice_id_given == 999999999


def test_a_name_that_means_several_is_refused_rather_than_guessed(good):
    for street in ("A", "B"):
        factories.PracticeFactory(name="Twin Office", zip_code="44129", street=street)
        factories.ServiceLineFactory(code=street.lower(), name="Twin Line")
        factories.FacilityFactory(code=street.lower(), name="Twin Place")
    twin = {"practice_id": "", "practice_name": "twin office", "practice_zip": "44129"}
    assert refused_with(good(**twin)) == "ambiguous_practice"
    assert refused_with(good(service_line="Twin Line", external_id="A")) == "ambiguous_service_line"
    assert refused_with(good(destination="Twin Place", external_id="B")) == "ambiguous_destination"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"external_id": " "}, "missing"),
        ({"external_id": "R" * 81}, "too_long"),
        ({"service_line": ""}, "missing"),
        ({"destination": ""}, "missing"),
        ({"status": "Completed"}, "status"),
        ({"status": ""}, "status"),
        ({"left_because": "bored"}, "left_because"),
        ({"practice_id": "x"}, "practice_id"),
        ({"practice_id": "-1"}, "practice_id"),
        ({"practice_id": "1" * 19}, "practice_id"),
        ({"practice_id": ""}, "practice_missing"),
        ({"practice_id": "", "practice_name": "Office"}, "practice_missing"),
        ({"practice_zip": "4412"}, "zip"),
    ],
)
def test_other_cells_that_cannot_be(good, cells, code):
    assert refused_with(good(**cells)) == code


def test_a25_text_is_stored_composed_and_deceives_nobody(good):
    import_bytes(as_csv([good(external_id="Nun\u0303ez")]))
    assert Referral.objects.get().external_id == "Nuñez"
    assert refused_with(good(external_id="R\u202e1")) == "bidi"
    assert refused_with(good(external_id="R\x071")) == "control"
    assert refused_with(good(external_id="R\u0378")) == "unassigned"
    assert refused_with(good(external_id="e" + "\u0301" * 3000)) == "marks"


@pytest.mark.parametrize(
    "text",
    ["<script>", "{{7*7}}", "${jndi:x}", "' OR 1=1--", "%s%n", "../../", "a\\nb", "\\N", "a\\"],
)
def test_a26_text_that_means_something_elsewhere_is_stored_as_it_is(good, text):
    factories.PracticeFactory(name=text, zip_code="44129")
    row = good(
        external_id=text, practice_id="", practice_name=text, practice_zip="44129", destination=text
    )
    import_bytes(as_csv([row]), create_missing=True)
    referral = Referral.objects.get()
    assert referral.external_id == referral.practice.name == referral.destination.name == text


def test_g4_reasons_say_little_of_the_cell_and_logs_nothing(good, caplog):
    long = "secret" * 500
    batch = import_bytes(as_csv([good(referred_on=long, patient_number="MRN-77")]))
    row = RefusedRow.objects.get()
    assert row.reason.startswith("referred_on: ")
    assert len(row.reason) <= 200
    assert len(row.cells[1]) == 200
    assert "secret" not in caplog.text
    assert "MRN-77" not in "".join(services.refused_csv(batch))
    assert "MRN-77" not in batch.error


WIDTH = len(COLUMNS.names)
NO_NUL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)


@given(
    rows=st.lists(st.lists(NO_NUL, min_size=WIDTH, max_size=WIDTH), max_size=4),
    reason=NO_NUL,
)
def test_whatever_cells_hold_comes_back_from_the_stored_file(rows, reason):
    """All cells but the last, the patient number, of which a hash comes back or nothing."""
    error = RowError(line=7, code="quote", message=reason, cells=["MRN-77"])
    batch = Batch(range(2, 2 + len(rows)), rows, [error])
    text = "".join(scrubbed_lines(batch, patient_hasher()))
    *stored, unreadable = stored_rows(io.StringIO(text, newline="\n"))
    assert [row.cells for row in stored] == [row[: len(KEPT)] for row in rows]
    assert [bool(row.patient_key) for row in stored] == [bool(row[-1].strip()) for row in rows]
    assert unreadable == StoredRow(7, "", [], "quote", reason)
