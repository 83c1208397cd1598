"""What comes after the street: a suite, a floor, a department, the name of a place.

`SUITE 204`, `STE. 204`, `#204` and a bare `204` are one door, so the key forgets which word was
used. A floor, a room or a building is another thing than a suite of the same number.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from contacts.registry.casing import organization_name
from contacts.registry.vocabulary import ORDINAL_WORDS

DESIGNATORS = {
    "STE": "STE SUITE SUIT SUITTE SUTIE SUITES STES SUIET SITE",
    "UNIT": "UNIT UNITS",
    "#": "# NO NUMBER",
    "OFC": "OFC OFFICE",
    "APT": "APT APARTMENT",
    "RM": "RM ROOM",
    "FL": "FL FLOOR FLR FLS",
    "BLDG": "BLDG BUILDING BLD BLGD BDG",
    "LOT": "LOT",
    "SPC": "SPC SPACE",
    "TRLR": "TRLR TRAILER",
    "PH": "PH PENTHOUSE",
    "LVL": "LVL LEVEL",
    "PMB": "PMB",
    "BOX": "BOX",
}
CANONICAL = {word: name for name, words in DESIGNATORS.items() for word in words.split()}
# These say no more than "the door with this number".
SAME_DOOR = frozenset({"STE", "UNIT", "#", "OFC"})
WITHOUT_NUMBER = {
    "LOWER LEVEL": "LOWR",
    "LOWR LEVEL": "LOWR",
    "LL": "LOWR",
    "LOWR": "LOWR",
    "LOWER": "LOWR",
    "GROUND FLOOR": "FL G",
    "GARDEN LEVEL": "LVL GARDEN",
    "BASEMENT": "BSMT",
    "BSMT": "BSMT",
    "FRONT": "FRNT",
    "FRNT": "FRNT",
    "REAR": "REAR",
    "UPPER": "UPPR",
    "UPPR": "UPPR",
    "PENTHOUSE": "PH",
    "PH": "PH",
}
FILLER = re.compile(
    r"\b(?:THE|(?:DEPARTMENT|DEPT|DIVISION|DIV)(?: OF)?|C/O|INC|LLC|LLP|PLLC|PC|PA|LTD|CORP)\b"
)
POST_BOX = re.compile(r"^(?:P ?O ?BOX|POB)\b")
NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)

_WORDS = "|".join(sorted((re.escape(word) for word in CANONICAL), key=len, reverse=True))
_NUMBER = r"[A-Z]{0,2}\d[A-Z0-9]*(?:(?:[-/&]| & )[A-Z0-9]+)*|[A-Z](?:[-/&]?\d+)?|[A-Z]-[A-Z]"
_ORDINAL = "|".join([r"\d+(?:ST|ND|RD|TH)?", *ORDINAL_WORDS])
UNIT_WORDS = frozenset({*CANONICAL, *ORDINAL_WORDS})
DESIGNATED = re.compile(rf"(?P<word>{_WORDS})(?:\s*#\s*|\s+|(?=\d))(?P<number>{_NUMBER})(?=\s|$)")
HASH = re.compile(rf"#\s*(?P<number>{_NUMBER})(?=\s|$)")
FLOOR = re.compile(rf"(?P<ordinal>{_ORDINAL})\s*(?:FLOOR|FLR|FL)(?=\s|$)")
FLOOR_WORD = re.compile(rf"FL (?P<ordinal>{'|'.join(ORDINAL_WORDS)})(?=\s|$)")
FLOOR_NUMBER = re.compile(r"^(\d+)(?:ST|ND|RD|TH)$")
BARE = re.compile(r"(?=.{1,7}$)(?:[A-Z]{0,2}\d+[A-Z]{0,2}(?:-[A-Z0-9]+)?|[A-Z])")


class Unit(NamedTuple):
    """One piece: its designator (empty for a department or a name) and what it says."""

    designator: str
    text: str

    @property
    def key(self) -> str:
        if not self.designator:
            return NOT_WORD.sub(" ", FILLER.sub(" ", self.text)).strip() or self.text
        word = "#" if self.designator in SAME_DOOR else self.designator
        return f"{word} {self.text}".strip()

    @property
    def shown(self) -> str:
        """`Ste 204`, `#4320`, `Fl 3`, `Cardiology`."""
        if not self.designator:
            return organization_name(self.text)
        if self.designator == "#":
            return f"#{self.text}"
        word = self.designator if self.designator in {"PH", "PMB"} else self.designator.capitalize()
        return f"{word} {organization_name(self.text)}".strip()


def units(text: str) -> list[Unit]:
    """The pieces of a second address line, given in capitals without dots, in their order."""
    pieces = (piece.strip(" -") for piece in re.split(r"[,;()]| - ", text))
    return [unit for piece in pieces if piece for unit in units_of_piece(piece)]


def units_of_piece(piece: str) -> list[Unit]:
    """What stands between two commas: one designated number after the other, then any text."""
    piece = POST_BOX.sub("BOX", piece)
    piece = piece.removeprefix("UNIT ") if piece.removeprefix("UNIT ") in WITHOUT_NUMBER else piece
    if piece in WITHOUT_NUMBER:
        word, _, number = WITHOUT_NUMBER[piece].partition(" ")
        return [Unit(word, number)]
    if BARE.fullmatch(piece):
        return [Unit("#", piece)]
    found: list[Unit] = []
    rest = piece
    while rest:
        unit, length = first_unit(rest)
        if unit is None:
            return [*found, Unit("#" if found and BARE.fullmatch(rest) else "", rest)]
        found.append(unit)
        rest = rest[length:].strip(" -")
    return found


def before_first_unit(text: str) -> tuple[str, str]:
    """A street line cut where its first designated number begins."""
    starts = [
        match.start()
        for pattern in (DESIGNATED, HASH, FLOOR)
        if (match := re.compile(rf"(?<=\s)(?:{pattern.pattern})").search(text))
    ]
    at = min(starts, default=len(text))
    return text[:at].strip(), text[at:]


def first_unit(text: str) -> tuple[Unit | None, int]:
    """The designated number a text starts with, and how long it is."""
    if match := FLOOR.match(text) or FLOOR_WORD.match(text):
        ordinal = match["ordinal"]
        return Unit("FL", ORDINAL_WORDS.get(ordinal) or ordinal.rstrip("STNDRH")), match.end()
    if match := DESIGNATED.match(text):
        number = match["number"]
        designator = CANONICAL[match["word"]]
        if designator == "FL":
            number = FLOOR_NUMBER.sub(r"\1", number)
        return Unit(designator, number), match.end()
    if match := HASH.match(text):
        return Unit("#", match["number"]), match.end()
    return None, 0
