"""When are two addresses the same door?

Street and suite are kept apart. The street is normalised by usaddress-scourgify (USPS Publication
28); where it refuses, its own tables of abbreviations are applied word by word. The suite is
normalised by `units`. Street, suite and ZIP code make the key; the city does not, because the same
door is in Newton for one clinician and in Newton Centre for the next.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from scourgify import normalize_address_record
from scourgify.address_constants import DIRECTIONAL_REPLACEMENTS, STREET_TYPE_ABBREVIATIONS
from scourgify.exceptions import AddressNormalizationError

from contacts.registry.casing import street_name
from contacts.registry.units import UNIT_WORDS, Unit, before_first_unit, units
from contacts.registry.vocabulary import NUMBER_WORDS

DIRECTIONS: dict[str, str] = DIRECTIONAL_REPLACEMENTS
STREET_TYPES: dict[str, str] = STREET_TYPE_ABBREVIATIONS
CACHED_STREETS = 16_384
MOST_ROUNDS = 3
LONGEST_KEY = 220
LONGEST_STREET = 120
LONGEST_SUITE = 60

LEADING_NUMBER_WORD = re.compile(rf"^({'|'.join(NUMBER_WORDS)})(?= [A-Z])")
STARTS_WITH_NUMBER = re.compile(r"[NSEW]?\d")
WORD = re.compile(r"\w+")
POST_BOX = re.compile(r"P ?O ?BOX\b|BOX \d")
# The words of a place rather than a department: worth being the name of a practice.
NAME_WORDS = re.compile(
    r"\b(?:ASSOC(?:IATE)?S?|GROUP|CLINIC|HOSPITAL|(?:MEDICAL|HEALTH) (?:CENTERS?|CENTRE|CTR)|"
    r"PHYSICIANS|PARTNERS|SPECIALISTS?|PRACTICE|INC|LLC|LLP|PC|PLLC)\b"
)
LEGAL_FORM_APART = re.compile(r", (?=(?:INC|LLC|LLP|PC|PLLC|PA|LTD|MD|P C)\b)")


class Door(NamedTuple):
    """A place with a door, ready to show, with the key it is recognised by."""

    street: str
    suite: str
    key: str
    # The name the address itself gives the place, if it gives one.
    place: str


def door(line_1: str, line_2: str, city: str, state: str, zip_code: str) -> Door:
    """Normalise one US address. It never refuses: what cannot be parsed is cleaned and kept."""
    street, rest = street_and_rest(plain(line_1), plain(line_2))
    street, extra = settled_street(street, city, state, zip_code)
    found = without_repetition([*extra, *rest], city=plain(city))
    street_key = street.replace("#", "").strip()
    suite_key = " ".join(unit.key for unit in found)
    return Door(
        street=street_name(street)[:LONGEST_STREET],
        suite=", ".join(unit.shown for unit in found)[:LONGEST_SUITE].rstrip(" ,"),
        key=f"{street_key}|{suite_key}|{zip_code}"[:LONGEST_KEY],
        place=next((unit.shown for unit in found if is_name(unit)), ""),
    )


def plain(text: str) -> str:
    """Capitals, no dots, single spaces, commas only between words."""
    text = text.upper().replace(".", " ").replace("’", "'")  # noqa: RUF001  the curly one is meant
    text = re.sub(r"\s*,[\s,]*", ", ", re.sub(r"\s+", " ", text)).strip(" ,")
    text = LEGAL_FORM_APART.sub(" ", text)
    return LEADING_NUMBER_WORD.sub(lambda found: NUMBER_WORDS[found[1]], text, count=1)


def street_and_rest(line_1: str, line_2: str) -> tuple[str, list[Unit]]:
    """Which of the pieces is the street: the first that starts with a number, else the first."""
    pieces = [piece for piece in f"{line_1}, {line_2}".split(", ") if piece]
    at = next((i for i, piece in enumerate(pieces) if is_street(piece)), 0)
    before = units(", ".join(pieces[:at]))
    return pieces[at] if pieces else "", before + units(", ".join(pieces[at + 1 :]))


def is_street(piece: str) -> bool:
    return " " in piece and bool(STARTS_WITH_NUMBER.match(piece))


@lru_cache(CACHED_STREETS)
def settled_street(text: str, city: str, state: str, zip_code: str) -> tuple[str, list[Unit]]:
    """Split until nothing changes, so that a normalised street normalises to itself."""
    found: list[Unit] = []
    for _ in range(MOST_ROUNDS):
        street, extra = split_street(text, city, state, zip_code)
        found = [*extra, *found]
        if street == text:
            break
        text = street
    return text, found


def split_street(text: str, city: str, state: str, zip_code: str) -> tuple[str, list[Unit]]:
    """The street itself, and the suite that was written behind it on the same line."""
    if not is_street(text) or POST_BOX.match(text):
        return abbreviated(text), []
    record = {
        "address_line_1": text,
        "address_line_2": None,
        "city": city,
        "state": state,
        "postal_code": zip_code,
    }
    try:
        normal = normalize_address_record(record)
    except (AddressNormalizationError, ValueError, KeyError):
        return split_by_hand(text)
    street, unit = normal["address_line_1"], normal["address_line_2"] or ""
    return (
        (street, units(unit)) if keeps_every_word(text, f"{street} {unit}") else split_by_hand(text)
    )


def split_by_hand(text: str) -> tuple[str, list[Unit]]:
    """For what the library refuses: the street ends where a designated number begins."""
    street, rest = before_first_unit(text)
    return abbreviated(street), units(rest)


def keeps_every_word(text: str, normal: str) -> bool:
    """The library drops a word it has no place for, and makes 1960TH of 1960; we do not."""
    found = set(WORD.findall(normal.replace("'", "")))
    words = WORD.findall(text.replace("'", ""))
    return all(word in found or word in UNIT_WORDS or short(word) in found for word in words)


def abbreviated(text: str) -> str:
    """The standard abbreviations, word by word, for what cannot be parsed."""
    if not STARTS_WITH_NUMBER.match(text):
        return text
    return " ".join(map(short, text.split()))


def short(word: str) -> str:
    word = DIRECTIONS.get(word, word)
    return STREET_TYPES.get(word, word)


def without_repetition(found: list[Unit], *, city: str) -> list[Unit]:
    """Each piece once, and not the city again."""
    unlike: dict[str, Unit] = {}
    for unit in found:
        if unit.designator or unit.text != city:
            unlike.setdefault(unit.key, unit)
    return list(unlike.values())


def is_name(unit: Unit) -> bool:
    has_number = any(character.isdigit() for character in unit.text)
    return not unit.designator and not has_number and bool(NAME_WORDS.search(unit.text))
