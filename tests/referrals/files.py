"""Small files of referrals, and a short way to import them."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import datetime

from referrals import intake
from referrals.intake.scrubbing import scrub
from referrals.intake.store import StoredFile
from referrals.models import IntakeBatch, Source
from tests import factories

PER_ROW = IntakeBatch.Mode.PER_ROW

GOOD = {
    "external_id": "R1",
    "referred_on": "2026-02-03",
    "referring_npi": "",
    "practice_id": "",
    "practice_name": "",
    "practice_zip": "",
    "service_line": "cardiology",
    "destination": "main",
    "status": "received",
    "status_at": "2026-02-03T10:00:00-05:00",
    "patient_number": "",
    "left_because": "",
    "receiving_npi": "",
}


def as_csv(rows: list[dict[str, str]], columns: list[str] | None = None) -> bytes:
    """Rows as a file; what a row does not say is what `GOOD` says."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns or list(GOOD), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: {**GOOD, **row}[name] for name in writer.fieldnames} for row in rows)
    return text.getvalue().encode()


def import_bytes(
    content: bytes,
    *,
    at: datetime = factories.NOON,
    mode: IntakeBatch.Mode = IntakeBatch.Mode.ALL_OR_NOTHING,
    create_missing: bool = False,
    source: Source | None = None,
    encoding: str = "utf-8",
) -> IntakeBatch:
    """Scrub, store, queue and take, as a worker would."""
    batch = queued(
        content,
        at=at,
        mode=mode,
        create_missing=create_missing,
        source=source,
        encoding=encoding,
    )
    intake.take(batch.pk)
    batch.refresh_from_db()
    return batch


def queued(
    content: bytes, *, at=factories.NOON, source=None, encoding="utf-8", **terms
) -> IntakeBatch:
    source = source or factories.SourceFactory()
    sha256 = hashlib.sha256(content).hexdigest()
    intake.refuse_twice(source, sha256)
    stored = StoredFile()
    try:
        rows = scrub(io.BytesIO(content), stored.text, encoding=encoding)
    except BaseException:
        stored.abandon()
        raise
    return intake.queue(
        IntakeBatch(
            source=source,
            file_name="referrals.csv",
            sha256=sha256,
            stored_as=stored.finish(),
            rows_read=rows,
            bytes_total=len(content),
            created_at=at,
            **terms,
        )
    )


def counts(batch: IntakeBatch) -> dict[str, int]:
    """What became of the rows, without the zeros; they must add up to the rows read."""
    names = ("new", "changed", "same", "repeated", "refused", "waiting", "held_back")
    told = {name: getattr(batch, f"rows_{name}") for name in names}
    assert sum(told.values()) == batch.rows_read
    return {name: count for name, count in told.items() if count}


def refusals(batch: IntakeBatch) -> dict[int, str]:
    return dict(batch.refused.values_list("line", "code"))
