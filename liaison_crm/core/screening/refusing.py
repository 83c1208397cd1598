"""The sentence that asks the author, and nobody else, to take a patient out of a text."""

from __future__ import annotations

from liaison_crm.core.screening.marking import marks_in
from liaison_crm.core.screening.rules import KINDS
from liaison_crm.core.text import SHOWN_CHARACTERS

PATIENT_IDENTITY = "patient_identity"


def refusal_of(text: str) -> str | None:
    """What to tell the author of this text, with the words found; None where it may stand."""
    marks = marks_in(text)
    if not marks:
        return None
    kinds = list(dict.fromkeys(KINDS[mark.kind] for mark in marks))
    words = quoted([text[mark.start : mark.end] for mark in marks])
    return (
        f"This looks like {joined(kinds)}: {words}. Please take it out: no patient is named here."
    )


def quoted(found: list[str]) -> str:
    """The words found, each in its marks, together as long as an error may echo."""
    left, shown = SHOWN_CHARACTERS, []
    for words in dict.fromkeys(" ".join(one.split()) for one in found):
        if left <= 1:
            break
        shown.append(words if len(words) <= left else f"{words[: left - 1]}…")
        left -= len(shown[-1])
    return ", ".join(f"“{words}”" for words in shown)


def joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
