"""Text as people write it: composed, visible, and free of what could deceive a reader.

Letters of every script, emoji and joiners are welcome. Refused are controls, characters that
reorder what stands around them, code points that mean nothing, and towers of accents.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

LONGEST = 100_000
SHOWN_CHARACTERS = 80
# Unicode calls text with longer runs of combining marks unsafe to stream (UAX #15, 13);
# composing them also takes time that grows with the square of the run.
MOST_MARKS = 30

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BIDI = re.compile(f"[{BIDI_CONTROLS}]")
_LINE_BREAK = re.compile("[\n\r\u2028\u2029]")
_ANY_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_SPACES = re.compile(r"\s+")
# What people leave around a text. Not str.strip(): that would also take controls away unseen.
_EDGES = " \t\r\n\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_INVISIBLE = {"Cf", "Zs", "Zl", "Zp", "Cc"}
_MEANINGLESS = {"Cn": "unassigned", "Cs": "surrogate", "Co": "private_use"}

REASONS = {
    "too_long": "This text is too long.",
    "control": "This text contains a control character.",
    "tab": "This text contains a tab.",
    "bidi": "This text contains a character that reverses the reading order.",
    "line_break": "This must fit on one line.",
    "unassigned": "This text contains a character that Unicode does not define.",
    "surrogate": "This text contains half a character.",
    "private_use": "This text contains a character only one program understands.",
    "invisible": "This text has nothing to see.",
    "marks": f"This text has more than {MOST_MARKS} accents on one letter.",
}


def line_problem(text: str) -> str | None:
    """Why this cannot be a line of text: one of `REASONS`, or None."""
    if _LINE_BREAK.search(text):
        return "line_break"
    if "\t" in text:
        return "tab"
    return prose_problem(text)


def prose_problem(text: str) -> str | None:
    """Why this cannot be text of several lines: one of `REASONS`, or None."""
    if len(text) > LONGEST:
        return "too_long"
    if _CONTROL.search(text):
        return "control"
    return None if text.isascii() else _unicode_problem(text)


def clean_line(text: str) -> str:
    """One line: composed (NFC) and trimmed, or a `ValidationError` that says what is wrong."""
    text = text.strip(_EDGES)
    _refuse(line_problem(text))
    return unicodedata.normalize("NFC", text)


def clean_prose(text: str) -> str:
    """Several lines: composed (NFC), trimmed, every line end a newline, or a `ValidationError`."""
    text = _ANY_LINE_END.sub("\n", text).strip(_EDGES)
    _refuse(prose_problem(text))
    return unicodedata.normalize("NFC", text)


def match_key(text: str) -> str:
    """What two spellings of one name share: case, composition and invisible characters gone."""
    folded = unicodedata.normalize("NFD", text).casefold()
    visible = "".join(c for c in folded if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", _SPACES.sub(" ", visible)).strip()


def shown(value: object) -> str:
    """Foreign input made safe for an error or a log: 80 characters at most, controls escaped."""
    text = value if isinstance(value, str) else _described(value)
    escaped = "".join(_visible(character) for character in text[: SHOWN_CHARACTERS + 1])
    if len(escaped) <= SHOWN_CHARACTERS:
        return escaped
    return escaped[: SHOWN_CHARACTERS - 1] + "…"


def _refuse(problem: str | None) -> None:
    if problem:
        raise ValidationError(REASONS[problem], code=problem)


def _unicode_problem(text: str) -> str | None:
    if _BIDI.search(text):
        return "bidi"
    categories = {unicodedata.category(character) for character in set(text)}
    for category, problem in _MEANINGLESS.items():
        if category in categories:
            return problem
    if categories <= _INVISIBLE:
        return "invisible"
    return "marks" if _has_a_tower_of_marks(text) else None


def _has_a_tower_of_marks(text: str) -> bool:
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MOST_MARKS:
            return True
    return False


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def _described(value: object) -> str:
    try:
        return repr(value)
    except ValueError:  # an integer of more digits than Python agrees to print
        return "a very large number"
