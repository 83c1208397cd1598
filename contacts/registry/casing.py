"""Names and streets as people write them, from registry text that is all capitals.

Text that has a small letter already was typed with care and keeps its letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from contacts.registry.vocabulary import (
    CAPITALS,
    CREDENTIALS,
    DIRECTIONS,
    MAC_NAMES,
    ROMAN_NUMERALS,
    SMALL_IN_CITIES,
    SMALL_IN_STREETS,
    SMALL_WORDS,
    SPELLED,
    STREET_WORDS,
)

CACHED_NAMES = 65_536

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*", re.UNICODE)
ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
VOWEL = re.compile(r"[AEIOUY]")
SPACES = re.compile(r"\s+")


SPELLED_OUT = 7  # letters; a degree has fewer


def is_shouted(text: str) -> bool:
    """Whether the text has capitals and no small letter, as the registry's older entries."""
    return text.isupper()


@lru_cache(CACHED_NAMES)
def person_name(text: str) -> str:
    """A first or last name: `O'BRIEN-MCDONALD III` becomes `O'Brien-McDonald III`."""
    if len(text) == 1 and text.isalpha():
        return f"{text.upper()}."
    return recased(text, name_word) if is_shouted(text) else text


@lru_cache(CACHED_NAMES)
def name_suffix(text: str) -> str:
    """`JR.` becomes `Jr.`, `iii` becomes `III`."""
    plain = text.replace(".", "").upper()
    if plain in {"JR", "SR"}:
        return f"{plain.capitalize()}."
    return plain if plain in ROMAN_NUMERALS | {"I", "V"} else text


@lru_cache(CACHED_NAMES)
def credentials(text: str) -> str:
    """Degrees without dots: `M.D., PH.D` becomes `MD, PhD`."""
    parts = re.split(r"[,;/&]| AND ", text.upper().replace(".", ""))
    degrees = (degree(part.strip(" ->")) for part in parts)
    return ", ".join(dict.fromkeys(filter(None, degrees)))


@lru_cache(CACHED_NAMES)
def organization_name(text: str) -> str:
    """`O'BRIEN EYE ASSOC. OF NH, P. C.` becomes `O'Brien Eye Assoc. of NH, PC`."""
    text = re.sub(r"\b([A-Z])\. ?(?=[A-Z]\b)", r"\1", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(P[CA]|LL[CP]|LP|PLLC|MD|DO)\.(?=$|[ ,])", r"\1", text, flags=re.IGNORECASE)
    return recased(text, organization_word, small=SMALL_WORDS) if is_shouted(text) else text


@lru_cache(CACHED_NAMES)
def street_name(text: str) -> str:
    """`1 VAN DE GRAAFF DR` becomes `1 Van De Graaff Dr`, `207 N 1ST ST` becomes `207 N 1st St`."""
    return recased(text, street_word, small=SMALL_IN_STREETS) if is_shouted(text) else text


@lru_cache(CACHED_NAMES)
def place_name(text: str) -> str:
    """A city: `MT PLEASANT` becomes `Mt Pleasant`."""
    return recased(text, street_word, small=SMALL_IN_CITIES) if is_shouted(text) else text


def recased(text: str, word: Callable[[str], str], small: frozenset[str] = frozenset()) -> str:
    """Each word as `word` spells it, but the small ones small unless they come first."""

    def spelled(found: re.Match[str]) -> str:
        if found.start() and found[0].lower() in small:
            return found[0].lower()
        return word(found[0])

    return WORD.sub(spelled, text)


def name_word(word: str) -> str:
    """One part of a person's name, given in capitals."""
    if "'" in word:
        return after_apostrophes(word)
    if word in ROMAN_NUMERALS:
        return word
    if word.startswith("MC") and len(word) > len("MCX"):
        return f"Mc{word[2:].capitalize()}"
    if word in MAC_NAMES:
        return f"Mac{word[3:].capitalize()}"
    return word.capitalize()


def after_apostrophes(word: str) -> str:
    """`O'BRIEN` has a second capital, `CHILDREN'S` has none."""
    parts = word.split("'")
    first, rest = name_word(parts[0]), parts[1:]
    return "'".join(
        [first, *(part.lower() if len(part) == 1 else name_word(part) for part in rest)]
    )


def organization_word(word: str) -> str:
    if word in SPELLED:
        return SPELLED[word]
    if ORDINAL.fullmatch(word):
        return word.lower()
    if word in CAPITALS or not VOWEL.search(word) or any(letter.isdigit() for letter in word):
        return word
    return name_word(word)


def street_word(word: str) -> str:
    if word in STREET_WORDS:
        return word.capitalize()
    return word if word in DIRECTIONS else organization_word(word)


def degree(text: str) -> str:
    """One degree: letters set apart, as in `M D`, come together; a profession is spelled out."""
    joined = text.replace(" ", "")
    if joined in CREDENTIALS:
        return CREDENTIALS[joined]
    parts = text.split()
    if all(len(part) == 1 for part in parts):
        return joined
    return " ".join(
        part.capitalize() if len(part) >= SPELLED_OUT else CREDENTIALS.get(part, part)
        for part in parts
    )
