"""Everything a person, an office or a load can do about corrections: their front door."""

from contacts.corrections.deciding import (
    Batch,
    approve,
    approve_all,
    confirm,
    decline,
    undo,
    undo_all,
)
from contacts.corrections.matching import give_npi, undo_match
from contacts.corrections.proposing import Correction, propose, propose_from_office, withdraw

__all__ = [
    "Batch",
    "Correction",
    "approve",
    "approve_all",
    "confirm",
    "decline",
    "give_npi",
    "propose",
    "propose_from_office",
    "undo",
    "undo_all",
    "undo_match",
    "withdraw",
]
