"""Where in a text a patient could be known by. `device.js` does the same on the device."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from liaison_crm.core.screening.rules import LISTS, RULES, Rule

WINDOW = 60  # characters on each side that a rule may look at
UNDECOMPOSED = dict(zip("ßøØłŁæÆœŒđĐðÐþÞı−", "soOlLaAoOdDdDtTi-", strict=True))
UNKNOWN = "¤"
SHORTEST_SLIP = 5  # letters of a name that may be misspelt
PLACED = {"M": "", "Cf": "", "Ll": "x", "L": "X", "Pd": "-", "Zs": " ", "Pi": "'", "Pf": "'"}


@dataclass(frozen=True, order=True)
class Mark:
    """The words from `start` to `end` look like something a patient is known by."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Plain:
    """A text in ASCII, and where in the original each of its characters stood."""

    text: str
    places: list[int]


def marks_in(text: str) -> list[Mark]:
    """Every place that identifies a patient, in order, none over another."""
    plain = plain_of(text)
    found = sorted(span for rule in RULES for span in _spans(rule, plain.text))
    marks: list[Mark] = []
    for start, end, kind in found:
        if marks and start < marks[-1].end:
            last = marks.pop()
            marks.append(Mark(last.start, max(last.end, end), last.kind))
        else:
            marks.append(Mark(start, end, kind))
    return [Mark(plain.places[m.start], plain.places[m.end - 1] + 1, m.kind) for m in marks]


def plain_of(text: str) -> Plain:
    """Accents, exotic digits, dashes and quotes as ASCII; what cannot be seen is left out."""
    if text.isascii():
        return Plain(text, list(range(len(text))))
    letters, places = [], []
    for place, character in enumerate(text):
        if letter := _letter(character):
            letters.append(letter)
            places.append(place)
    return Plain("".join(letters), places)


def _letter(character: str) -> str:
    if character.isascii():
        return character
    simple = UNDECOMPOSED.get(character) or unicodedata.normalize("NFKD", character)[0]
    if simple.isascii():
        return simple
    return _by_category(simple)


def _by_category(character: str) -> str:
    """One ASCII character for what has no ASCII form: a letter stays a letter of its case."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return PLACED.get(category, PLACED.get(category[0], UNKNOWN))


def _spans(rule: Rule, text: str) -> Iterator[tuple[int, int, str]]:
    place = 0
    while match := rule.pattern.search(text, place):
        start, end = match.end(1), match.end()
        if _holds(rule, match, text):
            yield start, end, rule.kind
            place = end
        else:
            place = match.start() + 1


def _holds(rule: Rule, match: re.Match[str], text: str) -> bool:
    start, end = match.end(1), match.end()
    before, after = text[max(0, start - WINDOW) : start], text[end : end + WINDOW]
    return (
        _listed(rule, match)
        and not _says(rule.unless, text[start:end])
        and not _says(rule.not_between, match[1])
        and not _says(rule.not_after, before)
        and not _says(rule.not_before, after)
        and (rule.near is None or _says(rule.near, before) or _says(rule.near, after))
    )


def _listed(rule: Rule, match: re.Match[str]) -> bool:
    """The groups named by the rule are, or are not, words of its lists."""
    known = all(_in(name, match[group], almost=True) for name, group in rule.known)
    return known and not any(_in(name, match[group]) for name, group in rule.unknown)


def _in(name: str, word: str | None, *, almost: bool = False) -> bool:
    if word is None:
        return False
    if name.startswith("small_"):
        return word in LISTS[name]
    small = word.lower()
    may_slip = almost and (word[0].isupper() or name.startswith("slip_"))
    return small in LISTS[name] or (may_slip and _is_almost(small, name))


def _is_almost(word: str, name: str) -> bool:
    """One letter more, less, other or swapped: what is left without one letter is the same."""
    if len(word) < SHORTEST_SLIP:
        return False
    known = _with_a_letter_less(name)
    return word in known or not known.isdisjoint(_less_a_letter(word))


@cache
def _with_a_letter_less(name: str) -> frozenset[str]:
    long = [word for word in LISTS[name] if len(word) >= SHORTEST_SLIP]
    return frozenset(long).union(*map(_less_a_letter, long))


def _less_a_letter(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _says(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None
