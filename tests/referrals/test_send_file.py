"""Sending a file from the page: who may, what is said of it, and what is left of it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog
from referrals.models import IntakeBatch
from tests import factories
from tests.referrals.files import PER_ROW, as_csv
from tests.referrals.pages import logged, read, words

pytestmark = pytest.mark.django_db

PATIENT = "MRN-7731-0042-9985"


@pytest.fixture
def source(db):
    return factories.SourceFactory()


@pytest.fixture
def send(client, source, django_capture_on_commit_callbacks):
    """Send a file as the page does; it is taken at once."""

    def sent(person, content, *, name="november.csv", **said):
        client.force_login(person)
        form = {"source": source.pk, "mode": "all_or_nothing", **said}
        if content is not None:
            form["file"] = SimpleUploadedFile(name, content, "text/csv")
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse("new-import"), form)

    return sent


def test_a_liaison_cannot_send(send, ana, good):
    assert send(ana, as_csv([good()])).status_code == 403
    assert not IntakeBatch.objects.exists()


def test_a_manager_reads_but_cannot_send(client, send, dana, good, upload_folder):
    assert send(dana, as_csv([good()])).status_code == 403
    assert not IntakeBatch.objects.exists()
    assert not upload_folder.exists()
    assert "Send a file" not in read(client, dana, "imports")
    assert "Everybody is known" in read(client, dana, "unmatched")


@pytest.mark.parametrize("token", ["", "x" * 32])
def test_a_form_without_its_token_is_refused_and_leaves_nothing(
    erin, good, source, upload_folder, token
):
    client = Client(enforce_csrf_checks=True)
    client.force_login(erin)
    client.get(reverse("imports"))

    def post(token):
        file = SimpleUploadedFile("november.csv", as_csv([good()]))
        form = {"source": source.pk, "mode": "all_or_nothing", "csrfmiddlewaretoken": token}
        return client.post(reverse("new-import"), {**form, "file": file}).status_code

    assert post(token) == 403
    assert not IntakeBatch.objects.exists()
    assert list(upload_folder.iterdir()) == []
    assert post(client.cookies["csrftoken"].value) == 302
    assert IntakeBatch.objects.count() == 1


def test_a_good_file_is_taken_and_told_of(client, send, erin, good):
    answer = send(erin, as_csv([good(external_id="A"), good(external_id="B")]))
    batch = IntakeBatch.objects.get()
    assert (batch.state, batch.uploaded_by, batch.rows_new) == (IntakeBatch.State.DONE, erin, 2)
    assert batch.file_name == "november.csv"
    assert answer.headers["Location"] == batch.get_absolute_url()
    assert "2 of 2 rows taken" in words(read(client, erin, "import", batch.pk))
    assert logged(AccessLog.Action.IMPORT) == [("Erin Admin", {"source": "ehr", "rows": 2})]


def test_what_the_form_says_is_what_the_import_does(send, erin, good):
    rows = [good(external_id="A", service_line="Sleep"), good(external_id="B", status="lost")]
    send(erin, as_csv(rows), mode="per_row", create_missing="on")
    batch = IntakeBatch.objects.get()
    assert (batch.mode, batch.create_missing) == (PER_ROW, True)
    assert (batch.rows_new, batch.rows_refused) == (1, 1)


def test_the_same_file_leads_to_the_import_that_took_it(client, send, erin, good):
    content = as_csv([good()])
    first = send(erin, content)
    second = send(erin, content, name="again.csv")
    assert second.headers["Location"] == first.headers["Location"]
    page = client.get(second.headers["Location"]).content.decode()
    assert "already imported" in page
    assert IntakeBatch.objects.count() == 1
    assert logged(AccessLog.Action.IMPORT_REFUSED) == [("Erin Admin", {"code": "already_imported"})]


@pytest.mark.parametrize(
    ("content", "status", "code", "said"),
    [
        (b"", 422, "empty_file", "empty"),
        (b"a,b\n1,2\n", 422, "columns", "Missing: external_id"),
        (b"PK\x03\x04" + b"\x00" * 200, 415, "not_csv", "Nothing was taken."),
        (b"\xff\xfe\xfd\n", 422, "encoding", "Nothing was taken."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    send, erin, content, status, code, said, upload_folder
):
    answer = send(erin, content)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not IntakeBatch.objects.exists()
    assert list(upload_folder.glob("*")) == []
    assert logged(AccessLog.Action.IMPORT_REFUSED) == [("Erin Admin", {"code": code})]


def test_a_file_too_large_by_its_own_word_is_refused_unread(send, erin, settings, good):
    settings.IMPORT_MAX_BYTES = 1000
    answer = send(erin, as_csv([good()]) + b"#" * 100_000)
    assert answer.status_code == 413
    assert "more than 1,000 bytes" in answer.content.decode()
    assert logged(AccessLog.Action.IMPORT_REFUSED) == [("Erin Admin", {"code": "too_large"})]


def test_a_file_too_large_in_truth_is_refused_too(send, erin, settings, good, upload_folder):
    settings.IMPORT_MAX_BYTES = 1000
    assert send(erin, as_csv([good()] * 30)).status_code == 413
    assert list(upload_folder.iterdir()) == []


def test_what_the_form_lacks_is_said_on_it(send, erin, good, upload_folder):
    answer = send(erin, None, source="", mode="half")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose a file of referrals." in page
    assert "Choose where the file comes from." in page
    assert send(erin, as_csv([good()]), source=987_654).status_code == 422
    assert list(upload_folder.iterdir()) == []
    assert not IntakeBatch.objects.exists()


def test_without_a_source_the_way_to_add_one_is_shown(client, erin):
    page = read(client, erin, "imports")
    assert reverse("admin:referrals_source_add") in page
    assert 'type="file"' not in page


def test_the_only_source_is_chosen_already(client, erin, source):
    assert f'<option value="{source.pk}" selected>' in read(client, erin, "imports")
    factories.SourceFactory(code="desk", name="Intake desk")
    assert f'<option value="{source.pk}" selected>' not in read(client, erin, "imports")


def test_the_sending_address_leads_back_to_the_list(client, erin):
    client.force_login(erin)
    assert client.get(reverse("new-import")).headers["Location"] == reverse("imports")


def test_a_patient_number_is_in_no_file_afterwards(
    client, send, erin, good, settings, upload_folder
):
    """Neither that of a row taken, nor that of one refused, nor that of one that waits."""
    rows = [
        good(external_id="A", patient_number=PATIENT),
        good(external_id="B", patient_number=PATIENT, status="lost"),
        good(external_id="C", patient_number=PATIENT, referring_npi=factories.npi(700_100)),
    ]
    send(erin, as_csv(rows), mode="per_row")
    batch = IntakeBatch.objects.get()
    assert (batch.rows_new, batch.rows_refused, batch.rows_waiting) == (1, 1, 1)
    folders = (settings.VAR_DIR, upload_folder)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 10
    assert [path for path in files if PATIENT.encode() in path.read_bytes()] == []
    assert PATIENT not in read(client, erin, "import", batch.pk)
    assert PATIENT.encode() not in b"".join(
        client.get(reverse("refused-rows", args=[batch.pk])).streaming_content
    )
