"""Finds patient identity in what people write, by rules that the server and the device share."""

from liaison_crm.core.screening.marking import Mark, marks_in
from liaison_crm.core.screening.refusing import PATIENT_IDENTITY, refusal_of

__all__ = ["PATIENT_IDENTITY", "Mark", "marks_in", "refusal_of"]
