"""What a person needs to see to say what a header means."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO, cast

from accounts.models import User
from liaison_crm.core import workbook
from liaison_crm.core.csv.refusals import CsvRefused
from liaison_crm.core.text import match_key
from referrals.errors import NothingToMatch
from referrals.intake import mapping
from referrals.intake.mapping.looking import Kind
from referrals.models import HeaderMap, IntakeBatch, SealedFile


@dataclass(frozen=True)
class Reading:
    """How a file is to be read before its columns can be told from each other."""

    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file that waits to be matched: its header, and what its columns hold as far as it goes."""

    kind: str
    names: tuple[str, ...]
    sheets: list[str]
    reading: Reading
    remembered: HeaderMap | None
    suggested: dict[str, str]
    cells: dict[str, Counter[str]]
    problem: str = ""

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Columns that the header has once."""
        once = [name for name in self.names if name and self.names.count(name) == 1]
        return [("", "Not in this file"), *((name, name) for name in once)]

    def samples(self, *, plain: set[str]) -> dict[str, mapping.Sample]:
        """What the columns hold; a column that may be the patient's only by its shape."""
        return {one.name: one for one in mapping.samples_of(self.cells, plain=plain)}

    @property
    def is_workbook(self) -> bool:
        return self.kind == Kind.XLSX


def sheet_of(viewer: User, batch: IntakeBatch, reading: Reading | None = None) -> Sheet:
    """The header of a sealed file, with what was said of it before or what its names suggest."""
    sealed = sealed_file(viewer, batch)
    remembered = batch.header_map
    reading = reading or _reading(sealed, remembered)
    sheets: list[str] = []
    with mapping.open_sealed_file(sealed) as opened:
        stream = cast(BinaryIO, opened)
        try:
            if sealed.kind == Kind.XLSX:
                sheets = workbook.sheet_names(stream)
            head = mapping.head_of(
                stream,
                sealed.kind,
                delimiter=reading.delimiter,
                encoding=reading.encoding,
                sheet=reading.sheet,
            )
        except CsvRefused as refusal:
            return Sheet(sealed.kind, (), sheets, reading, remembered, {}, {}, refusal.message)
        cells = _count_cells(stream, sealed, head.names, reading)
    suggested = remembered.columns if remembered else mapping.suggest(head.names)
    return Sheet(sealed.kind, head.names, sheets, reading, remembered, suggested, cells)


def _count_cells(
    stream: BinaryIO, sealed: SealedFile, names: tuple[str, ...], reading: Reading
) -> dict[str, Counter[str]]:
    sealed.sheet = reading.sheet
    try:
        return mapping.count_cells(
            stream, sealed, names, delimiter=reading.delimiter, encoding=reading.encoding
        )
    except CsvRefused:
        return {}


def words_of(sample: mapping.Sample | None) -> list[str]:
    """The different words of a column, those that differ by case alone once."""
    words = sample.words if sample else ()
    return list({match_key(word): word for word in reversed(words)}.values())[::-1]


def sealed_file(viewer: User, batch: IntakeBatch) -> SealedFile:
    visible = IntakeBatch.objects.visible_to(viewer).filter(pk=batch.pk)
    sealed = SealedFile.objects.filter(batch__in=visible).first()
    if sealed is None:
        raise NothingToMatch("The columns of this file are not to be matched any more.")
    return sealed


def _reading(sealed: SealedFile, remembered: HeaderMap | None) -> Reading:
    if remembered is None:
        return Reading(sheet=sealed.sheet)
    return Reading(remembered.delimiter, remembered.encoding, sealed.sheet)
