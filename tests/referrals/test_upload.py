"""A file sent through the web is read while it arrives; its raw bytes reach no disk."""

from __future__ import annotations

import threading
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from liaison_crm.core.csv import CsvRefused
from liaison_crm.core.csv.refusals import FileTooLarge
from liaison_crm.core.errors import DomainError
from referrals import intake, services
from referrals.errors import AlreadyImported, NoFile, UploadIncomplete, UploadNotStored
from referrals.intake.arrival import Pipe
from referrals.models import IntakeBatch, Referral
from tests import factories
from tests.referrals.files import as_csv, counts

pytestmark = pytest.mark.django_db


def request_with(content, *, name="referrals.csv", **fields):
    """A POST with the file, as a browser sends it, that accepts files of referrals."""
    files = {"file": SimpleUploadedFile(name, content)}
    request = RequestFactory().post("/import/new/", {"mode": "per_row", **files, **fields})
    intake.accept(request)
    return request


def cut(content, *, keep):
    """The same, but the connection broke after that share of the body."""
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("r.csv", content)})
    request = RequestFactory().generic(
        "POST",
        "/import/new/",
        body[: int(len(body) * keep)],
        content_type=MULTIPART_CONTENT,
        CONTENT_LENGTH=str(len(body)),
    )
    request.META["wsgi.input"] = request._stream = BytesIO(body[: int(len(body) * keep)])
    intake.accept(request)
    return request


def queue(request, by, *, source=None, mode=IntakeBatch.Mode.ALL_OR_NOTHING):
    return services.queue_import(
        request.FILES.get("file"),
        source=source or factories.SourceFactory(),
        mode=mode,
        create_missing=False,
        by=by,
        at=factories.NOON,
    )


def many(good, rows):
    return as_csv([good(external_id=f"R{n}", patient_number=f"MRN-{n:07d}") for n in range(rows)])


def test_an_upload_becomes_an_import_that_a_worker_takes(
    good, erin, upload_folder, django_capture_on_commit_callbacks
):
    content = many(good, 3)
    request = request_with(content)
    with django_capture_on_commit_callbacks(execute=True):
        batch = queue(request, erin)
    assert (batch.bytes_total, batch.rows_read) == (len(content), 3)
    assert (batch.file_name, batch.uploaded_by) == ("referrals.csv", erin)
    batch.refresh_from_db()
    assert counts(batch) == {"new": 3}
    assert Referral.objects.count() == 3
    request.close()
    assert not list(upload_folder.iterdir())


def test_other_fields_of_the_form_are_read_as_ever(good):
    request = request_with(many(good, 1), note="x")
    assert request.POST.dict() == {"mode": "per_row", "note": "x"}


def test_the_raw_bytes_reach_no_disk(good, upload_folder):
    request = request_with(many(good, 3000))
    upload = request.FILES["file"]
    assert upload.rows == 3000
    (stored,) = upload_folder.iterdir()
    assert stored.stat().st_mode & 0o777 == 0o600
    assert upload_folder.stat().st_mode & 0o777 == 0o700
    assert b"MRN-" not in stored.read_bytes()


def test_a_file_no_import_kept_goes_with_its_request(good, upload_folder):
    request = request_with(many(good, 3))
    assert request.FILES["file"].rows == 3
    assert list(upload_folder.iterdir())
    request.close()
    assert not list(upload_folder.iterdir())


def test_only_admins_import(good, ana, dana):
    request = request_with(many(good, 1))
    for person in (ana, dana):
        with pytest.raises(PermissionDenied):
            queue(request, person)
    assert not IntakeBatch.objects.exists()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"external_id\n", 422),
        (b"a;b\n1;2\n", 422),
        (b"PK\x03\x04" + b"\0" * 5000, 415),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_request(
    content, status, erin, upload_folder
):
    request = request_with(content)
    with pytest.raises(CsvRefused) as refusal:
        queue(request, erin)
    assert refusal.value.http_status == status
    request.close()
    assert not IntakeBatch.objects.exists()
    assert not list(upload_folder.iterdir())


def test_a_file_that_turns_unreadable_far_down_is_refused(good, erin, upload_folder):
    request = request_with(many(good, 20_000) + b"\xff\xfe broken\n")
    with pytest.raises(CsvRefused) as refusal:
        queue(request, erin)
    assert refusal.value.code == "encoding"
    assert not list(upload_folder.iterdir())


def test_a14_the_same_file_again_names_the_import_that_took_it(good, erin, upload_folder):
    content = many(good, 2)
    first = queue(request_with(content), erin)
    again = request_with(content)
    with pytest.raises(AlreadyImported) as refusal:
        queue(again, erin)
    assert refusal.value.batch == first
    again.close()
    assert [path.name for path in upload_folder.iterdir()] == [first.stored_as]


def test_a17_more_bytes_than_allowed_are_refused_before_they_are_read(good, settings):
    settings.IMPORT_MAX_BYTES = 1000
    with pytest.raises(FileTooLarge) as refusal:
        request_with(b"x" * 100_000)
    assert refusal.value.http_status == 413
    assert refusal.value.details == {"limit": 1000}


def test_a17_a_file_just_over_the_limit_is_refused_and_one_at_it_is_not(good, erin, settings):
    content = many(good, 3)
    settings.IMPORT_MAX_BYTES = len(content)
    assert queue(request_with(content), erin).rows_read == 3
    with pytest.raises(FileTooLarge):
        queue(request_with(content + b"\n"), erin)


def test_a17_more_rows_than_allowed_are_refused_and_as_many_are_not(
    good, erin, settings, upload_folder
):
    settings.IMPORT_MAX_ROWS = 3
    assert queue(request_with(many(good, 3)), erin).rows_read == 3
    request = request_with(many(good, 4))
    with pytest.raises(FileTooLarge, match="more than 3 rows"):
        queue(request, erin)
    request.close()
    assert len(list(upload_folder.iterdir())) == 1


@pytest.mark.parametrize("keep", [0.5, 0.999])
def test_a18_an_upload_that_was_cut_off_leaves_nothing_and_may_come_again(
    good, erin, upload_folder, keep
):
    content = many(good, 5000)
    request = cut(content, keep=keep)
    with pytest.raises((UploadIncomplete, NoFile)):
        queue(request, erin)
    request.close()
    assert not list(upload_folder.iterdir())
    assert queue(request_with(content), erin).rows_read == 5000


def test_a_form_without_a_file_is_refused(erin):
    request = RequestFactory().post("/import/new/", {"mode": "per_row"})
    intake.accept(request)
    with pytest.raises(NoFile):
        queue(request, erin)


def test_a_second_file_in_the_form_is_not_read(good, upload_folder):
    other = SimpleUploadedFile("other.csv", b"MRN-77")
    request = request_with(many(good, 1), other=other)
    assert list(request.FILES) == ["file"]
    assert len(list(upload_folder.iterdir())) == 1


def test_a_disk_that_takes_no_file_is_told(good, erin, settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "file"
    settings.UPLOAD_DIR.write_text("in the way")
    with pytest.raises(UploadNotStored) as refusal:
        queue(request_with(many(good, 1)), erin)
    assert refusal.value.http_status == 503


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\u202ecsv.exe", "x" * 300, "\x07.csv"])
def test_a_name_that_cannot_be_shown_is_replaced(good, erin, name):
    batch = queue(request_with(many(good, 1), name=name), erin)
    assert 0 < len(batch.file_name) <= 200
    assert "/" not in batch.file_name
    assert batch.file_name.isprintable()


def test_no_thread_outlives_its_upload(good, erin):
    for content in (many(good, 10), b"", b"a;b\n1;2\n" * 100_000):
        request = request_with(content)
        with suppress(DomainError):
            queue(request, erin)
    assert "upload" not in {thread.name for thread in threading.enumerate()}


# --- The pipe between the request and the reader ---


def piped(*chunks):
    pipe = Pipe()
    threading.Thread(target=feed, args=(pipe, *chunks, b"")).start()
    return pipe


def feed(pipe, *chunks):
    for chunk in chunks:
        pipe.put(chunk)


def test_the_pipe_gives_as_much_as_is_asked_for_until_the_end():
    pipe = piped(b"abc", b"def", b"g")
    assert [pipe.read(5), pipe.read(5), pipe.read(5)] == [b"abcde", b"fg", b""]
    assert pipe.tell() == 7


def test_the_pipe_goes_back_to_the_start_while_it_remembers_it():
    pipe = piped(b"abc", b"def")
    assert pipe.read(4) == b"abcd"
    pipe.seek(0)
    assert (pipe.tell(), pipe.read(9)) == (0, b"abcdef")


def test_the_pipe_does_not_pretend_to_remember_more():
    pipe = piped(b"x" * (Pipe.REMEMBERED + 1))
    pipe.read(Pipe.REMEMBERED + 1)
    with pytest.raises(OSError, match="came and went"):
        pipe.seek(0)


def test_draining_lets_the_other_side_finish():
    pipe = Pipe()
    feeder = threading.Thread(target=feed, args=(pipe, *[b"x"] * 50, b""))
    feeder.start()
    pipe.drain()
    feeder.join(5)
    assert not feeder.is_alive()
