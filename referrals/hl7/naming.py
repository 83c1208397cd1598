"""Who and what a message names: providers, places, codes, and the number of the patient."""

from __future__ import annotations

import re

from liaison_crm.core.npi import REASONS, npi_problem
from referrals.hl7.errors import Hl7Refused
from referrals.hl7.parsing import Composite, Message, Segment
from referrals.hl7.told import Code, Provider, is_npi

NPI_AUTHORITY = "2.16.840.1.113883.4.6"
MEDICAL_RECORD = ("MR", "MRN", "PI", "PT")
_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")


def identified_provider(prd: Segment) -> Provider:
    """Of a PRD: its name in PRD-2, its identifiers in PRD-7 with the kind of each."""
    name = person_name(prd.first(2), 1, 2)
    return _provider([(each.part(1), each.part(2)) for each in prd.repeats(7)], name, "PRD-7")


def written_provider(segment: Segment, number: int) -> Provider:
    """Of an XCN: the same person, repeated once for each identifier."""
    found = list(segment.repeats(number))
    name = person_name(found[0], 2, 3) if found else ""
    numbers = [(each.part(1), _kind_of(each)) for each in found]
    return _provider(numbers, name, f"{segment.name}-{number}")


def person_name(written: Composite, family: int, given: int) -> str:
    return ", ".join(filter(None, (written.part(family), written.part(given))))


def _kind_of(xcn: Composite) -> str:
    """XCN-13, else what the assigning authority in XCN-9 is known for."""
    authority = {xcn.part(9, sub).upper() for sub in (1, 2)}
    if NPI_AUTHORITY in authority or any(part.startswith("NPI") for part in authority):
        return "NPI"
    return xcn.part(13) or xcn.part(9)


def _provider(numbers: list[tuple[str, str]], name: str, where: str) -> Provider:
    """An NPI is one that is called so, or a number of no kind whose check digit is right."""
    npi, local = "", Code()
    for number, kind in numbers:
        if kind.upper() == "NPI":
            if problem := npi_problem(number):
                raise Hl7Refused(problem, f"{where}: {REASONS[problem]}")
            npi = npi or number
        elif not kind and is_npi(number):
            npi = npi or number
        elif number and not local.code:
            local = Code.of(f"{number}^{kind}" if kind else number, name or number, where)
    if not npi and not local.code and name:
        local = Code.of(name, name, where)
    return Provider(npi, local)


def organization(segment: Segment, number: int) -> Code:
    """Of an XON: its number where it has one, and its name."""
    xon = segment.first(number)
    return Code.of(xon.part(10) or xon.part(3), xon.part(1), f"{segment.name}-{number}")


def coded(segment: Segment, number: int) -> Code:
    element = segment.first(number)
    return Code.of(element.part(1), element.part(2), f"{segment.name}-{number}")


def zip_of(segment: Segment, number: int, component: int) -> str:
    found = _ZIP.fullmatch(segment.text(number, component))
    return found[1] if found else ""


def patient_number(message: Message) -> str:
    """The medical record number of PID-3, else the first number there, else that of PID-2."""
    pid = message.one("PID")
    numbers = list(pid.repeats(3)) or list(pid.repeats(2))
    records = [each for each in numbers if each.part(5).upper() in MEDICAL_RECORD]
    return (records or numbers)[0].part(1) if numbers else ""
