"""Sending files of referrals over the API, and reading what came of them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.models import AccessLog
from referrals.models import IntakeBatch, Referral, RefusedRow
from tests import factories
from tests.api.conftest import Api
from tests.referrals.files import as_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings.UPLOAD_DIR


@pytest.fixture
def file_of(northern_practice):
    factories.ServiceLineFactory()
    factories.FacilityFactory()
    physician = factories.PhysicianFactory()
    known = {"referring_npi": physician.npi, "practice_id": str(northern_practice.pk)}

    def build(*rows):
        return as_csv([{**known, **row} for row in rows])

    return build


@pytest.fixture
def feed(db):
    return factories.SourceFactory()


def send(client, content, feed, **fields):
    body = {"file": SimpleUploadedFile("june.csv", content), "source": str(feed.pk), **fields}
    body = {name: value for name, value in body.items() if value is not None}
    return client.post("imports/", body, format="multipart")


def kept(folder):
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_is_taken(as_erin, file_of, feed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = send(as_erin, file_of({"external_id": "R1"}, {"external_id": "R2"}), feed)
    assert response.status_code == 202, response.content
    assert response["Location"].endswith(f"/imports/{response.json()['id']}/")
    batch = as_erin.get(f"imports/{response.json()['id']}/").json()
    assert (batch["state"], batch["progress"]) == ("done", 100)
    assert (batch["rows_read"], batch["rows_new"]) == (2, 2)
    assert Referral.objects.count() == 2
    entry = AccessLog.objects.get(action="import")
    assert entry.detail == {"source": feed.code, "rows": 2}


def test_a14_the_same_file_again_is_the_same_import(as_erin, file_of, feed):
    content = file_of({"external_id": "R1"})
    first, again = (send(as_erin, content, feed) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["id"] == first.json()["id"]
    assert again["Location"] == first["Location"]
    assert IntakeBatch.objects.count() == 1


def test_refused_rows_are_listed_in_pages(
    as_dana, as_erin, file_of, feed, django_capture_on_commit_callbacks
):
    rows = [{"external_id": f"R{n}", "referred_on": "2026-02-30"} for n in range(3)]
    with django_capture_on_commit_callbacks(execute=True):
        batch = send(as_erin, file_of(*rows), feed, mode="per_row").json()
    page = as_dana.get(f"imports/{batch['id']}/refused/?page_size=2").json()
    assert [row["line"] for row in page["results"]] == [2, 3]
    assert page["next"]
    assert page["results"][0]["code"]
    assert RefusedRow.objects.count() == 3


def test_refused_rows_of_no_import(as_ana, as_dana, feed):
    batch = factories.IntakeBatchFactory(source=feed)
    assert as_dana.get(f"imports/{batch.pk}/refused/").json()["results"] == []
    other = as_ana.get(f"imports/{batch.pk}/refused/")
    absent = as_ana.get("imports/999999/refused/")
    assert (other.status_code, other.content) == (404, absent.content)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"external_id,referred_on\n", 422, "columns"),
        (b"external_id;referred_on\n1;2\n", 422, "delimiter"),
        (b"PK\x03\x04" + bytes(100), 415, "not_csv"),
        (b"<html></html>", 415, "not_csv"),
        ("external_id,referred_on\n".encode("utf-16"), 422, "encoding"),
    ],
)
def test_a01_a02_a12_a29_files_that_cannot_be_read(
    as_erin, feed, upload_folder, content, status, code
):
    response = send(as_erin, content, feed)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert AccessLog.objects.get(action="import_refused").detail == {"code": code}
    assert not IntakeBatch.objects.exists()
    assert not kept(upload_folder)


def test_a17_a_body_that_says_it_is_too_large_is_not_read(as_erin, file_of, feed, settings):
    settings.IMPORT_MAX_BYTES = 100
    content = file_of(*({"external_id": f"R{n}", "left_because": ""} for n in range(1500)))
    response = send(as_erin, content, feed)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert response.json()["limit"] == 100


@pytest.mark.parametrize("who", ["ana", "dana"])
def test_only_admins_send_files_and_no_other_bytes_are_read(
    request, api, file_of, feed, upload_folder, who
):
    response = send(api(request.getfixturevalue(who)), file_of({"external_id": "R1"}), feed)
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
    assert not kept(upload_folder)
    assert not IntakeBatch.objects.exists()


def test_a_token_sends_files_too(erin, ana, file_of, feed):
    for person, status in ((erin, 202), (ana, 403)):
        _, secret = accounts.create_token(
            person,
            by=person,
            name="Feed",
            lasting=timedelta(days=1),
            at=timezone.now(),
            origin=accounts.Origin(),
        )
        client = Api(headers={"Authorization": f"Token {secret}"})
        assert send(client, file_of({"external_id": f"R{person.pk}"}), feed).status_code == status


def test_strangers_send_none(file_of, feed, upload_folder):
    response = send(Api(), file_of({"external_id": "R1"}), feed)
    assert response.status_code == 401
    assert not kept(upload_folder)


def test_a_session_needs_the_csrf_token(erin, file_of, feed, upload_folder):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(erin)
    body = {
        "file": SimpleUploadedFile("june.csv", file_of({"external_id": "R1"})),
        "source": feed.pk,
    }
    response = client.post("/api/v1/imports/", body, format="multipart")
    assert response.status_code == 403
    assert not IntakeBatch.objects.exists()
    assert not kept(upload_folder)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"source": "999999"}, "source"),
        ({"source": "٣"}, "source"),
        ({"source": "1.5"}, "source"),
        ({"source": None}, "source"),
        ({"mode": "all"}, "mode"),
        ({"create_missing": "1"}, "create_missing"),
        ({"create_missing": "on"}, "create_missing"),
        ({"owner": "1"}, "owner"),
    ],
)
def test_the_other_fields_are_strict(as_erin, file_of, feed, upload_folder, fields, wrong):
    response = send(as_erin, file_of({"external_id": "R1"}), feed, **fields)
    assert (response.status_code, list(response.json()["fields"])) == (400, [wrong])
    assert not IntakeBatch.objects.exists()
    assert not kept(upload_folder)


def test_a_form_without_a_file(as_erin, feed):
    response = as_erin.post("imports/", {"source": str(feed.pk)}, format="multipart")
    assert (response.status_code, list(response.json()["fields"])) == (400, ["file"])


def test_a_field_there_twice_is_refused(as_erin, file_of, feed):
    response = send(as_erin, file_of({"external_id": "R1"}), feed, mode=["per_row", "per_row"])
    assert (response.status_code, response.json()["code"]) == (400, "repeated_field")


def test_json_is_no_file(as_erin, feed):
    response = as_erin.post("imports/", {"source": feed.pk}, format="json")
    assert response.status_code == 415


def test_imports_are_filtered(as_dana, feed):
    done = factories.IntakeBatchFactory(source=feed)
    other = factories.IntakeBatchFactory(
        source=factories.SourceFactory(code="desk"), state="failed"
    )
    for query, expected in ((f"source={feed.pk}", done), ("state=failed", other)):
        found = as_dana.get(f"imports/?{query}").json()["results"]
        assert [row["id"] for row in found] == [expected.pk]
