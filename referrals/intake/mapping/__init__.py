"""Columns of anyone's file, and what they mean here: said once per header by a person.

A header is known by its fingerprint. Names that look like ours are suggested, never assumed; how
dates are written, which status a word means and what separates cells is declared.
"""

from referrals.intake.mapping.looking import Head, head_of, is_canonical, kind_of, missing_from
from referrals.intake.mapping.opening import open_sealed_file, unseal
from referrals.intake.mapping.samples import Sample, count_cells, samples_of
from referrals.intake.mapping.suggesting import suggest, suggest_status
from referrals.intake.mapping.translating import FIXABLE, TARGETS, Translator

__all__ = [
    "FIXABLE",
    "TARGETS",
    "Head",
    "Sample",
    "Translator",
    "count_cells",
    "head_of",
    "is_canonical",
    "kind_of",
    "missing_from",
    "open_sealed_file",
    "samples_of",
    "suggest",
    "suggest_status",
    "unseal",
]
