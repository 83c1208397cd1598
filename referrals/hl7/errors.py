"""How a message can be refused, in our words and in those of HL7."""

from __future__ import annotations

from typing import Literal

Word = Literal["AA", "AE", "AR"]

# HL7 table 0357: what kind of problem it is, for the sender's interface engine.
CONDITIONS = {
    "sequence": ("100", "Segment sequence error"),
    "missing": ("101", "Required field missing"),
    "value": ("102", "Data type error"),
    "unknown": ("103", "Table value not found"),
    "type": ("200", "Unsupported message type"),
    "version": ("203", "Unsupported version id"),
    "duplicate": ("205", "Duplicate key identifier"),
    "internal": ("207", "Application internal error"),
}


class Hl7Refused(Exception):
    """This message cannot be taken. `str()` is a sentence that quotes nothing of a patient.

    AE: what it says is wrong. AR: it cannot even be read, or is none we understand.
    """

    def __init__(
        self, code: str, reason: str, *, condition: str = "value", word: Word = "AE"
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.condition = condition
        self.word: Word = word


def unreadable(code: str, reason: str, *, condition: str = "internal") -> Hl7Refused:
    return Hl7Refused(code, reason, condition=condition, word="AR")


class NotOurs(Exception):
    """A message that is in order and tells nothing of a referral: taken, counted, forgotten."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
