"""A sealed file becomes a scrubbed one: matched columns only, patient numbers hashed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, TextIO, cast

from django.conf import settings

from liaison_crm.core.csv import Batch, RowError, open_csv
from liaison_crm.core.csv.header import Layout, arranged_layout, column_key
from liaison_crm.core.csv.refusals import EmptyFile, FileTooLarge
from liaison_crm.core.workbook import Cell, as_text, sheet_rows
from referrals.intake.mapping.looking import Kind, head_of
from referrals.intake.mapping.translating import TARGETS, Refused, Translator, in_batches
from referrals.intake.scrubbing import patient_hasher, refused_line, scrub, scrubbed_lines
from referrals.intake.sealing import open_sealed
from referrals.intake.store import StoredFile
from referrals.models import HeaderMap, SealedFile

ROWS_AT_ONCE = 500

Progress = Callable[[int], None]


def open_sealed_file(sealed: SealedFile) -> io.BufferedReader:
    return open_sealed(sealed.stored_as, bytes(sealed.key))


def unseal(
    sealed: SealedFile, header_map: HeaderMap | None, *, progress: Progress
) -> tuple[str, int]:
    """Write the rows of a sealed file as ours; where they are stored, and how many they are.

    Without a map its columns are our own.
    """
    stored = StoredFile()
    try:
        with open_sealed_file(sealed) as opened:
            stream = cast(BinaryIO, opened)
            if header_map is None and sealed.kind == Kind.CSV:
                rows = scrub(
                    stream, stored.text, most_rows=settings.IMPORT_MAX_ROWS, progress=progress
                )
            else:
                translator = Translator(header_map or _ours(sealed))
                told = _told(stream, sealed, translator, _encoding(header_map))
                rows = _write(told, stored.text, progress=progress)
        return stored.finish(), rows
    except BaseException:
        stored.abandon()
        raise


def _write(told: Iterator[tuple[Batch, list[Refused]]], out: TextIO, *, progress: Progress) -> int:
    patient_key = patient_hasher()
    rows, limit = 0, settings.IMPORT_MAX_ROWS
    for batch, refused in told:
        rows += len(batch.rows) + len(batch.errors) + len(refused)
        if rows > limit:
            raise FileTooLarge(f"This file has more than {limit:,} rows.", limit=limit)
        out.writelines(scrubbed_lines(batch, patient_key))
        out.writelines(refused_line(error, kept) for error, kept in refused)
        progress(rows)
    return rows


def _told(
    stream: BinaryIO, sealed: SealedFile, translator: Translator, encoding: str
) -> Iterator[tuple[Batch, list[Refused]]]:
    if sealed.kind == Kind.CSV:
        for batch in open_csv(stream, translator.columns, encoding=encoding):
            yield translator.batch(batch)
        return
    rows = sheet_rows(stream, sealed.sheet)
    _, header = next(rows, (0, []))
    layout = arranged_layout([as_text(name).strip() for name in header], translator.columns)
    is_empty = True
    for some in in_batches(rows, ROWS_AT_ONCE):
        is_empty = False
        yield translator.rows(*_arranged(some, layout))
    if is_empty:
        raise EmptyFile("This sheet has a header and no rows.", line=1)


def _arranged(
    rows: list[tuple[int, Sequence[Cell]]], layout: Layout
) -> tuple[list[tuple[int, list[Cell]]], list[RowError]]:
    """The cells that are read, in their order; a sheet leaves empty cells at the end away."""
    good, errors = [], []
    for line, cells in rows:
        if len(cells) > layout.width:
            message = f"This row has {len(cells)} cells, the header has {layout.width}."
            errors.append(RowError(line, "ragged", message))
            continue
        full = [*cells, *[""] * (layout.width + 1 - len(cells))]
        good.append((line, [full[place] for place in layout.places]))
    return good, errors


def _ours(sealed: SealedFile) -> HeaderMap:
    """A workbook with our own columns: each is what it is called."""
    with open_sealed_file(sealed) as stream:
        names = head_of(cast(BinaryIO, stream), sealed.kind, sheet=sealed.sheet).names
    known = {column_key(name): name for name in names}
    return HeaderMap(columns={name: known[name] for name in TARGETS if name in known})


def _encoding(header_map: HeaderMap | None) -> str:
    return header_map.encoding if header_map else "utf-8"
