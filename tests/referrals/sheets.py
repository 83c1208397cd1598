"""Files of another system, and a short way to have them checked."""

from __future__ import annotations

import hashlib
import io

from openpyxl import Workbook

from referrals import intake
from referrals.imports.services import Match
from referrals.intake.mapping.looking import head_of, is_canonical, kind_of
from referrals.intake.sealing import Sealed, open_sealed
from referrals.models import HeaderMap, IntakeBatch, SealedFile
from tests import factories

THEIRS = ("Ref #", "Date Referred", "MRN", "Patient", "From NPI", "Specialty", "State", "Changed")
ROW = (
    "R1",
    "02/03/2026",
    "MRN-7731",
    "Smith, Anna",
    "",
    "Cardiology",
    "Booked",
    "02/03/2026 2:05 PM",
)


def match(practice_column: str = "", **said) -> Match:
    """What a person says of `THEIRS`."""
    told = {
        "columns": {
            "external_id": "Ref #",
            "referred_on": "Date Referred",
            "patient_number": "MRN",
            "referring_npi": "From NPI",
            "service_line": "Specialty",
            "status": "State",
            "status_at": "Changed",
            "practice_id": "Office",
        },
        "fixed": {"destination": "main"},
        "statuses": {"Booked": "scheduled", "New": "received"},
        "date_form": "MM/DD/YYYY",
        "clock": "12",
    }
    return Match(**{**told, **said})


def as_text(rows, delimiter=",", header=(*THEIRS, "Office")) -> bytes:
    def cell(text):
        return f'"{text}"' if delimiter in text or '"' in text else text

    lines = [delimiter.join(map(cell, row)) for row in (header, *rows)]
    return ("\n".join(lines) + "\n").encode()


def as_workbook(rows, header=(*THEIRS, "Office"), *, before=(), title="Log") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in (*before, header, *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sealed_batch(content: bytes, *, source=None, at=factories.NOON, **terms) -> IntakeBatch:
    """What an upload leaves: a sealed file and its import."""
    source = source or factories.SourceFactory()
    sealed = Sealed()
    sealed.put(content)
    name = sealed.finish()
    with open_sealed(name, sealed.key) as stream:
        kind = kind_of(stream)
        head = head_of(stream, kind)
    known = HeaderMap.objects.filter(source=source, fingerprint=head.fingerprint).first()
    is_open = known is None and not is_canonical(head)
    batch = intake.queue(
        IntakeBatch(
            source=source,
            file_name="log.csv",
            sha256=hashlib.sha256(content).hexdigest(),
            bytes_total=len(content),
            state=IntakeBatch.State.MAPPING if is_open else IntakeBatch.State.QUEUED,
            job=IntakeBatch.Job.CHECK,
            header_map=known,
            created_at=at,
            **terms,
        )
    )
    SealedFile.objects.create(batch=batch, stored_as=name, key=sealed.key, kind=kind)
    return batch
