"""A file sent through the web: read while it arrives, its raw bytes never written anywhere.

What reaches the disk is the scrubbed file alone, or the sealed one where nobody knows yet which
column is the patient's. A file that cannot be read at all is refused with the request that brings
it, and one that is cut off leaves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser

from liaison_crm.core.errors import DomainError
from liaison_crm.core.text import clean_line
from referrals.errors import UploadIncomplete
from referrals.intake.arrival import Arrival, Arriving, too_large
from referrals.intake.store import remove

FIELD = "file"
CHUNK_BYTES = 256 * 1024
# What a form adds to the file: boundaries, headers and its other fields.
FORM_BYTES = 64 * 1024
LONGEST_NAME = 200


def accept(request: HttpRequest, arrives: type[Arriving] = Arrival) -> None:
    """Let this request bring a file of referrals. Call it before anything reads the body.

    A body that is too large by its own word is refused before a byte of it is read.
    """
    limit = settings.IMPORT_MAX_BYTES
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit + FORM_BYTES:
        raise too_large()
    request.upload_handlers = [WholeOrRefused(request, arrives)]


class ScrubbedUpload(UploadedFile[Any]):
    """A file that was scrubbed or sealed on arrival, or `refusal` says why it could not be."""

    def __init__(self, name: str, arrival: Arriving) -> None:
        super().__init__(name=name, content_type="text/csv", size=arrival.size)
        self.sha256 = arrival.sha256
        self.rows = arrival.rows
        self.refusal: DomainError | None = arrival.refusal
        self.stored_as = arrival.stored_as
        self.key = arrival.key
        self._is_kept = False

    def keep(self) -> str:
        """Leave the stored file to an import; where it is."""
        self._is_kept = True
        return self.stored_as

    def close(self) -> None:
        """Django closes uploads with their request; what no import kept goes then."""
        if not self._is_kept:
            remove(self.stored_as)


class WholeOrRefused(FileUploadHandler):
    """Parses the form itself and counts: a connection that broke looks like the end of a file."""

    def __init__(self, request: HttpRequest, arrives: type[Arriving]) -> None:
        super().__init__(request)
        self.arrives = arrives

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],  # noqa: N803  Django's name
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> Any:
        body: Any = CountedBody(input_data)
        scrubbing = Scrubbing(self.request, self.arrives)
        try:
            parsed = MultiPartParser(META, body, [scrubbing], encoding).parse()
        except BaseException:
            scrubbing.give_up()
            raise
        if body.bytes_read < content_length:
            scrubbing.give_up(UploadIncomplete("The upload was cut off. Send the file again."))
        return parsed


class CountedBody:
    def __init__(self, body: Any) -> None:
        self.body = body
        self.bytes_read = 0

    def read(self, size: int) -> bytes:
        chunk: bytes = self.body.read(size)
        self.bytes_read += len(chunk)
        return chunk


class Scrubbing(FileUploadHandler):
    """Sends the bytes of the one expected file on their way; other files are not read."""

    chunk_size = CHUNK_BYTES

    def __init__(self, request: HttpRequest | None, arrives: type[Arriving]) -> None:
        super().__init__(request)
        self.arrives = arrives
        self.arrival: Arriving | None = None
        self.upload: ScrubbedUpload | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.field_name != FIELD or self.arrival is not None:
            raise SkipFile
        self.arrival = self.arrives()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.arrival is not None, "Django announces each file before its bytes."
        self.arrival.put(raw_data)

    def file_complete(self, file_size: int) -> ScrubbedUpload:
        assert self.arrival is not None, "Django announces each file before its end."
        self.arrival.end()
        self.upload = ScrubbedUpload(plain_name(self.file_name), self.arrival)
        return self.upload

    def give_up(self, refusal: DomainError | None = None) -> None:
        """Leave nothing of what came so far."""
        if self.arrival is not None:
            self.arrival.discard(refusal)
        if self.upload is not None:
            self.upload.refusal = refusal or self.upload.refusal
            self.upload.stored_as = ""


def plain_name(name: str | None) -> str:
    """The file's own name for a list of imports, where it can be shown."""
    try:
        return clean_line(name or "")[-LONGEST_NAME:] or "referrals.csv"
    except ValidationError:
        return "referrals.csv"
