"""What a source's words mean here: a person's answer first, then the directory and the catalogue.

Words nobody can place yet are written down to be answered once; what a message itself gives away,
the NPI beside a local number, is learned without asking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from contacts.models import Affiliation, Physician, Practice
from liaison_crm.core.text import match_key
from referrals.hl7.models import SourceCode, ToldReferral
from referrals.hl7.told import NOT_SAID
from referrals.intake.matching import Catalogue
from referrals.models import Facility, ServiceLine, Source

Kind, Missing = SourceCode.Kind, ToldReferral.Missing
Word = tuple[str, str]


class Meanings:
    """Everything needed to place these rows, fetched in a handful of queries."""

    def __init__(self, source: Source, rows: Iterable[ToldReferral]) -> None:
        self.source = source
        self.rows = [row for row in rows if row.is_described]
        self.codes = self._answers()
        self.physicians = self._physicians()
        self.practices = self._practices()
        self.lines, self.facilities = Catalogue(ServiceLine), Catalogue(Facility)
        self.asked: dict[Word, str] = {}

    def place(self) -> None:
        """Give each row what its words mean, or say what is missing; write down new words."""
        for row in self.rows:
            row.physician_id = self.physician(row.physician_npi, row.physician_code)
            self._place_receiver(row)
            row.service_line_id = self._catalogued(
                Kind.SERVICE_LINE, self.lines, row.service_line_code, row.service_line_name
            )
            row.destination_id = self._catalogued(
                Kind.DESTINATION, self.facilities, row.destination_code, row.destination_name
            )
        self._place_practices()
        for row in self.rows:
            self._judge(row)
        self._write_down()

    def physician(self, npi: str, code: str, *, asks: bool = True) -> int | None:
        answered = self._answer(Kind.PHYSICIAN, code) if code else None
        found = answered or self.physicians.get(npi)
        if found is None and code and not npi and asks:
            self.asked.setdefault((Kind.PHYSICIAN, code), "")
        return found

    def _place_receiver(self, row: ToldReferral) -> None:
        """Nobody is asked for him; known by his local number, he gets his NPI from here."""
        row.receiver_id = self.physician(row.receiving_npi, row.receiving_code, asks=False)
        answer = self.codes.get((Kind.PHYSICIAN, row.receiving_code))
        if answer and answer.physician:
            row.receiving_npi = answer.physician.npi or ""

    def _catalogued(
        self, kind: SourceCode.Kind, catalogue: Catalogue, code: str, name: str
    ) -> int | None:
        word = code or NOT_SAID
        if answered := self._answer(kind, word):
            return answered
        for given in filter(None, (code, name)):
            if len(found := catalogue.named(given)) == 1:
                return found[0]
        self.asked.setdefault((kind, word), name)
        return None

    def _place_practices(self) -> None:
        """By its name and ZIP code; where the message names none, where the physician works."""
        nameless = [row for row in self.rows if not row.practice_code and row.physician_id]
        homes = homes_of(nameless)
        for row in self.rows:
            word = practice_word(row)
            row.practice_id = self._answer(Kind.PRACTICE, word) or self._practice(row, homes)
            if row.practice_id is None and word:
                self.asked.setdefault((Kind.PRACTICE, word), row.practice_name)

    def _practice(self, row: ToldReferral, homes: dict[int, int | None]) -> int | None:
        if not row.practice_code:
            return homes.get(row.physician_id) if row.physician_id else None
        found = self.practices.get((match_key(row.practice_name), row.practice_zip), [])
        return found[0] if len(found) == 1 else None

    def _judge(self, row: ToldReferral) -> None:
        if self._is_set_aside(row):
            row.state = ToldReferral.State.SET_ASIDE
            return
        missing = (
            (row.physician_id, Missing.PHYSICIAN),
            (row.practice_id, Missing.PRACTICE),
            (row.service_line_id, Missing.SERVICE_LINE),
            (row.destination_id, Missing.DESTINATION),
        )
        row.missing = next((what for known, what in missing if not known), Missing.NOTHING)

    def _is_set_aside(self, row: ToldReferral) -> bool:
        words: tuple[Word, ...] = (
            (Kind.PHYSICIAN, row.physician_code),
            (Kind.PRACTICE, practice_word(row)),
            (Kind.SERVICE_LINE, row.service_line_code or NOT_SAID),
            (Kind.DESTINATION, row.destination_code or NOT_SAID),
        )
        return any(word in self.codes and self.codes[word].is_set_aside for word in words)

    def _answer(self, kind: SourceCode.Kind, code: str) -> int | None:
        found = self.codes.get((kind, code))
        return found.meaning_id if found else None

    def _write_down(self) -> None:
        """New words for people to answer, and local numbers whose NPI a message gave away."""
        names = {row.physician_code: row.physician_name for row in self.rows}
        new = [
            SourceCode(source=self.source, kind=kind, code=code, name=name or names.get(code, ""))
            for (kind, code), name in self.asked.items()
            if (kind, code) not in self.codes
        ]
        learned = {
            code: self.physicians[npi]
            for row in self.rows
            for code, npi in (
                (row.physician_code, row.physician_npi),
                (row.receiving_code, row.receiving_npi),
            )
            if code and npi in self.physicians and (Kind.PHYSICIAN, code) not in self.codes
        }
        new += [
            SourceCode(
                source=self.source,
                kind=Kind.PHYSICIAN,
                code=code,
                name=names.get(code, ""),
                physician_id=pk,
            )
            for code, pk in learned.items()
        ]
        SourceCode.objects.bulk_create(new, ignore_conflicts=True)

    def _answers(self) -> dict[Word, SourceCode]:
        words: set[str] = {NOT_SAID}
        for row in self.rows:
            words |= {row.physician_code, row.receiving_code, practice_word(row)}
            words |= {row.service_line_code, row.destination_code}
        known = SourceCode.objects.filter(source=self.source, code__in=words)
        known = known.select_related("physician")
        return {(code.kind, code.code): code for code in known}

    def _physicians(self) -> dict[str, int]:
        npis = {npi for row in self.rows for npi in (row.physician_npi, row.receiving_npi) if npi}
        found = Physician.objects.filter(npi__in=npis).values_list("npi", "pk")
        return {npi: pk for npi, pk in found if npi}

    def _practices(self) -> dict[Word, list[int]]:
        """Unlike codes these are looked up afresh each time: the directory may know more by now."""
        zips = {row.practice_zip for row in self.rows if row.practice_zip}
        known: defaultdict[Word, list[int]] = defaultdict(list)
        found = Practice.objects.filter(zip_code__in=zips).values_list("pk", "name", "zip_code")
        for pk, name, zip_code in found:
            known[match_key(name), zip_code].append(pk)
        return known


def practice_word(row: ToldReferral) -> str:
    """What this practice is known by at the source, if the message says so at all."""
    if row.practice_code:
        return row.practice_code
    return f"of {row.physician_npi or row.physician_code}"[:80]


def homes_of(rows: list[ToldReferral]) -> dict[int, int | None]:
    """The one practice each physician works at, or his primary one; None where nobody can tell."""
    homes: dict[int, int | None] = {}
    days: defaultdict[date, set[int]] = defaultdict(set)
    for row in rows:
        if row.physician_id:
            days[row.referred_on or row.made_at.date()].add(row.physician_id)
    for on, physicians in days.items():
        places: defaultdict[int, list[tuple[bool, int]]] = defaultdict(list)
        current = Affiliation.objects.current(on).filter(physician__in=physicians)
        for physician, is_primary, practice in current.values_list(
            "physician", "is_primary", "practice"
        ):
            places[physician].append((is_primary, practice))
        for physician, found in places.items():
            primary = [practice for is_primary, practice in found if is_primary]
            choice = primary if len(primary) == 1 else [practice for _, practice in found]
            homes[physician] = choice[0] if len(choice) == 1 else None
    return homes
