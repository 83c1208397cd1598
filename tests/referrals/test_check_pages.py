"""Checking a file on the pages and over HTTP: sent, matched, looked at, taken, undone."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AccessLog
from referrals.models import HeaderMap, IntakeBatch, Referral, SealedFile
from tests import factories
from tests.referrals.files import as_csv
from tests.referrals.pages import logged, read, words
from tests.referrals.sheets import ROW, THEIRS, as_text, as_workbook

pytestmark = pytest.mark.django_db

State = IntakeBatch.State


@pytest.fixture
def source(db):
    return factories.SourceFactory()


@pytest.fixture
def row(physician, practice, catalogue):
    return (*ROW[:4], physician.npi, *ROW[5:], str(practice.pk))


@pytest.fixture
def post(client, erin, source, django_capture_on_commit_callbacks):
    """Post as the admin does; workers do at once what they are told."""

    def posted(name, *args, **said):
        client.force_login(erin)
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse(name, args=args), said)

    return posted


@pytest.fixture
def send(post, source):
    def sent(content, *, name="log.csv"):
        file = SimpleUploadedFile(name, content)
        return post("check-import", file=file, source=source.pk, mode="all_or_nothing")

    return sent


def said(**more):
    return {
        "column_external_id": "Ref #",
        "column_referred_on": "Date Referred",
        "column_referring_npi": "From NPI",
        "column_service_line": "Specialty",
        "fixed_destination": "main",
        "column_status": "State",
        "column_status_at": "Changed",
        "column_practice_id": "Office",
        "column_patient_number": "MRN",
        "date_form": "MM/DD/YYYY",
        "clock": "12",
        "delimiter": ",",
        "encoding": "utf-8",
        **more,
    }


def test_a_file_is_matched_checked_imported_and_undone(client, erin, send, post, row):
    answer = send(as_text([row]))
    batch = IntakeBatch.objects.get()
    columns = reverse("match-columns", args=[batch.pk])
    assert answer.headers["Location"] == columns
    page = read(client, erin, "match-columns", batch.pk)
    assert "Smith" not in page, "nobody said that this column is ours"
    assert "MRN-7731" not in page
    assert "Aaaa, Aaaa" in words(page)
    assert 'value="Ref #" selected' in page
    first = post("match-columns", batch.pk, **said())
    assert first.status_code == 200, "a word nobody has seen is shown before it means anything"
    assert "Booked" in words(first.content.decode())
    answer = post("match-columns", batch.pk, **said(word_0="scheduled"))
    assert answer.headers["Location"] == batch.get_absolute_url()
    page = words(read(client, erin, "import", batch.pk))
    assert "1 of 1 row would be taken" in page
    assert "Nothing is written yet" in page
    assert not Referral.objects.exists()
    post("confirm-import", batch.pk, mode="all_or_nothing")
    assert "1 of 1 row taken" in words(read(client, erin, "import", batch.pk))
    assert "Only this file told of them 1" in words(read(client, erin, "undo-import", batch.pk))
    post("undo-import", batch.pk)
    assert "1 referral removed" in words(read(client, erin, "import", batch.pk))
    assert not Referral.objects.exists()


def test_who_sent_a_file_to_be_checked_is_noted(send, row):
    send(as_text([row]))
    assert logged(AccessLog.Action.IMPORT) == [("Erin Admin", {"source": "ehr", "job": "check"})]


def test_a_date_form_is_never_assumed(send, post, row):
    send(as_text([row]))
    batch = IntakeBatch.objects.get()
    answer = post("match-columns", batch.pk, **said(word_0="scheduled", date_form=""))
    assert answer.status_code == 422
    assert "it is never guessed" in answer.content.decode()
    assert not HeaderMap.objects.exists()


def test_the_sheet_that_was_chosen_is_the_one_that_is_shown(client, erin, send, post, row):
    """Of a workbook whose first sheet is another one, and whose header has a date in it."""
    book = as_workbook([(*row, "x")], header=(*THEIRS, "Office", date(2026, 2, 1)), title="Log")
    send(with_a_first_sheet(book), name="log.xlsx")
    batch = IntakeBatch.objects.get()
    answer = post("match-columns", batch.pk, **said(sheet="Log", word_0="scheduled"))
    assert answer.headers["Location"] == batch.get_absolute_url()
    page = read(client, erin, "match-columns", batch.pk)
    assert 'value="Log" selected' in page
    assert "Booked" in words(page)
    assert "2026-02-01" in words(page)
    client.force_login(erin)
    told = client.get(f"/api/v1/imports/{batch.pk}/columns/").json()
    assert next(one["shown"] for one in told["samples"] if one["name"] == "Ref #") == ["R1"]


def with_a_first_sheet(content):
    book = load_workbook(io.BytesIO(content))
    book.create_sheet("Read me", 0).append(["What this is"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_look_saves_nothing(send, post, row):
    send(as_text([row], delimiter=";"))
    batch = IntakeBatch.objects.get()
    answer = post("match-columns", batch.pk, **said(look="1", delimiter=";"))
    assert answer.status_code == 200
    assert "Booked" in answer.content.decode()
    assert (HeaderMap.objects.exists(), SealedFile.objects.count()) == (False, 1)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"PK\x03\x04" + b"\x00" * 200, 415, "not_workbook"),
        (b"<html></html>", 415, "not_csv"),
        (b"\xff\xfea\x00", 422, "encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    send, upload_folder, content, status, code
):
    assert send(content).status_code == status
    assert not IntakeBatch.objects.exists()
    assert list(upload_folder.iterdir()) == []
    assert logged(AccessLog.Action.IMPORT_REFUSED) == [("Erin Admin", {"code": code})]


def test_a17_too_many_bytes_or_rows_are_refused_with_the_upload(send, settings, row):
    settings.IMPORT_MAX_ROWS = 2
    assert send(as_text([row] * 3)).status_code == 413
    settings.IMPORT_MAX_ROWS, settings.IMPORT_MAX_BYTES = 1_000, 200
    assert send(as_text([row] * 3)).status_code == 413
    assert not IntakeBatch.objects.exists()


def test_over_http_a_workbook_goes_the_same_way(
    client, erin, source, row, django_capture_on_commit_callbacks
):
    client.force_login(erin)
    file = SimpleUploadedFile("log.xlsx", as_workbook([row]))
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post("/api/v1/imports/check/", {"file": file, "source": source.pk})
        assert sent.status_code == 202
        address = f"/api/v1/imports/{sent.json()['id']}"
        sheet = client.get(f"{address}/columns/").json()
        assert sheet["suggested"]["patient_number"] == "MRN"
        assert "Smith" not in str(sheet)
        theirs = {ours: name for ours, name in zip(
            ("external_id", "referred_on", "patient_number", "", "referring_npi", "service_line",
             "status", "status_at"), THEIRS, strict=True) if ours}  # fmt: skip
        told = {
            "columns": {**theirs, "practice_id": "Office"},
            "fixed": {"destination": "main"},
            "statuses": {"Booked": "scheduled"},
            "date_form": "MM/DD/YYYY",
            "clock": "12",
        }
        put = client.put(f"{address}/columns/", told, content_type="application/json")
        assert put.status_code == 202, put.json()
    assert client.get(f"{address}/").json()["rows_new"] == 1
    with django_capture_on_commit_callbacks(execute=True):
        confirmed = client.post(
            f"{address}/confirm/", {"mode": "per_row"}, content_type="application/json"
        )
        assert confirmed.status_code == 202
    assert client.get(f"{address}/undo/").json()["removed"] == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{address}/undo/", content_type="application/json").status_code == 202
    assert client.get(f"{address}/").json()["state"] == State.UNDONE
    assert not Referral.objects.exists()


def test_a_manager_reads_of_a_check_and_decides_nothing(client, dana, send, good):
    send(as_csv([good()]))
    batch = IntakeBatch.objects.get()
    page = read(client, dana, "import", batch.pk)
    assert "would be taken" in page
    assert '<form method="post" action="/import/' not in page
