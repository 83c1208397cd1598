"""One row of the registry file becomes one row of the staging table, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from django.core.exceptions import ValidationError

from contacts.registry.casing import credentials, name_suffix, organization_name, person_name
from contacts.registry.layout import FACTS_WIDTH, MOST_TAXONOMIES, Facts
from contacts.registry.vocabulary import STATE_CODES, STATES
from liaison_crm.core.npi import REASONS as NPI_REASONS
from liaison_crm.core.npi import npi_problem
from liaison_crm.core.text import REASONS as TEXT_REASONS
from liaison_crm.core.text import clean_line

NULL = "\\N"
UNAVAILABLE = "<UNAVAIL>"
PERSON, ORGANIZATION, BLANK = "1", "2", "0"
DOING_BUSINESS_AS = "3"
PRIMARY = "Y"
LONGEST_NAME = 60
LONGEST_CELL = 120
SWITCHES_START = FACTS_WIDTH + MOST_TAXONOMIES
LONGEST_CREDENTIALS = 60
PHONE_DIGITS = 10
NORTH_AMERICAN_NUMBER = re.compile(r"[2-9]\d\d[2-9]\d{6}", re.ASCII)
ZIP_DIGITS = 5
TAXONOMY_LENGTH = 10
CACHED = 65_536

# Organisations that clinicians work for: groups, clinics, and those filed under a clinician's own
# taxonomy. They make a practice of their address; the others only name one that clinicians share.
VISITED = ("193", "261Q", "10", "11", "12", "13", "15", "16", "17", "20", "21", "22", "23", "36")
# Plans, laboratories, suppliers, transport and respite share buildings with offices, no more.
NEVER_NAMES = ("29", "30", "33", "34", "38")


REASONS = {
    "date": "A date is not MM/DD/YYYY, or not a day.",
    "taxonomy": "A taxonomy code has ten letters and digits.",
    "too_long": f"A name is longer than {LONGEST_NAME} characters, or a cell than {LONGEST_CELL}.",
    "replaced_by": "The replacement NPI is not an NPI.",
}


class Skipped(StrEnum):
    """Rows that are right but not for us."""

    FILTERED = "outside the filters"
    NO_NAME = "without a name"
    OTHER_TYPE = "of another entity type"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be right: a code and a sentence."""

    code: str
    message: str


class Address(NamedTuple):
    """Where somebody practises, as filed; empty when it is not a US street address."""

    line_1: str = ""
    line_2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""


NOWHERE = Address()


class Row(NamedTuple):
    """A cleaned row: what the filters ask about, and what is staged."""

    facts: Facts
    kind: str
    address: Address
    taxonomies: tuple[str, ...]
    primary: str
    is_assumed: bool

    @property
    def is_active(self) -> bool:
        """Deactivated and reactivated since is active."""
        facts = self.facts
        return not facts.deactivated_on or facts.reactivated_on >= facts.deactivated_on > ""


def read_row(cells: Sequence[str]) -> Row | Refused | Skipped:
    """Clean and check one row, in the order of the declared columns."""
    if problem := npi_problem(cells[0]):
        return Refused(problem, NPI_REASONS[problem])
    try:
        cells = cleaned(cells)
        refuse_what_does_not_fit(cells)
        facts = dated(Facts._make(cells[:FACTS_WIDTH]))
    except ValueError as error:
        return refusal(str(error))
    kind = kind_of(facts)
    if isinstance(kind, Skipped):
        return kind
    codes = cells[FACTS_WIDTH:SWITCHES_START]
    switches = cells[SWITCHES_START:]
    taxonomies = tuple(dict.fromkeys(filter(None, codes)))
    marked = codes[switches.index(PRIMARY)] if PRIMARY in switches else ""
    primary = marked or (taxonomies[0] if taxonomies else "")
    return Row(facts, kind, address_of(facts), taxonomies, primary, bool(primary and not marked))


def refusal(code: str) -> Refused:
    return Refused(code, REASONS.get(code) or TEXT_REASONS[code])


def cleaned(cells: Sequence[str]) -> Sequence[str]:
    """Trimmed cells of plain text. Most rows are plain ASCII and pass at once."""
    joined = "|".join(cells)
    is_plain = joined.isascii() and joined.isprintable() and UNAVAILABLE not in joined
    if is_plain and "  " not in joined and " |" not in joined and "| " not in joined:
        return cells
    return [thoroughly_cleaned(cell) for cell in cells]


def thoroughly_cleaned(cell: str) -> str:
    try:
        text = " ".join(clean_line(cell).split())
    except ValidationError as mistake:
        raise ValueError(mistake.code) from mistake
    return "" if text == UNAVAILABLE else text


def refuse_what_does_not_fit(cells: Sequence[str]) -> None:
    """Nothing is cut short in silence. Real cells are far shorter than what fits."""
    if len(max(cells, key=len)) > LONGEST_NAME:
        people = cells[Facts._fields.index("last_name") : Facts._fields.index("other_name")]
        if len(max(cells, key=len)) > LONGEST_CELL or len(max(people, key=len)) > LONGEST_NAME:
            raise ValueError("too_long")
    for code in filter(None, cells[FACTS_WIDTH:SWITCHES_START]):
        if len(code) != TAXONOMY_LENGTH or not code.isalnum():
            raise ValueError("taxonomy")


def dated(facts: Facts) -> Facts:
    """With ISO dates in place of American ones."""
    if facts.replaced_by and npi_problem(facts.replaced_by):
        raise ValueError("replaced_by")
    if not (facts.deactivated_on or facts.reactivated_on):
        return facts._replace(changed_on=iso_date(facts.changed_on))
    return facts._replace(
        changed_on=iso_date(facts.changed_on),
        deactivated_on=iso_date(facts.deactivated_on),
        reactivated_on=iso_date(facts.reactivated_on),
    )


@lru_cache(CACHED)
def iso_date(text: str) -> str:
    """`05/23/2005` as `2005-05-23`; a ValueError for anything else but nothing."""
    if not text:
        return ""
    if len(text) != len("MM/DD/YYYY"):
        raise ValueError("date")
    try:
        return datetime.strptime(text, "%m/%d/%Y").date().isoformat()  # noqa: DTZ007  a plain day
    except ValueError as error:
        raise ValueError("date") from error


def kind_of(facts: Facts) -> str | Skipped:
    """A person or an organisation with a name, or the blank row of a deactivated NPI."""
    if facts.entity_type == PERSON and facts.last_name and facts.first_name:
        return PERSON
    if facts.entity_type == ORGANIZATION and facts.organization:
        return ORGANIZATION
    if not facts.entity_type and facts.deactivated_on:
        return BLANK
    return Skipped.NO_NAME if facts.entity_type in {PERSON, ORGANIZATION} else Skipped.OTHER_TYPE


def address_of(facts: Facts) -> Address:
    """The practice address if it is in the United States."""
    state = facts.state.upper()
    state = STATES.get(state, state)
    zip_code = facts.postal_code[:ZIP_DIGITS]
    is_here = (
        facts.country in {"US", ""}
        and state in STATE_CODES
        and len(zip_code) == ZIP_DIGITS
        and zip_code.isdecimal()
        and (facts.line_1 or facts.line_2)
    )
    if not is_here:
        return NOWHERE
    return Address(facts.line_1, facts.line_2, facts.city, state, zip_code)


def staged(row: Row) -> str:
    """The line that COPY takes for this row, in the order of `staging.COLUMNS`."""
    facts, address = row.facts, row.address
    texts = names_of_person(facts) if row.kind == PERSON else names_of_organization(facts)
    text = "\t".join(
        (*texts, *address, phone_number(facts.phone), phone_number(facts.fax), facts.replaced_by)
    )
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    names = (*facts[3:11], facts.is_subpart, facts.parent_name)
    numbers = (
        row.kind,
        facts.npi,
        facts.changed_on or facts.deactivated_on or NULL,
        facts.deactivated_on or NULL,
        facts.reactivated_on or NULL,
        "t" if row.is_active else "f",
        f"{{{','.join(row.taxonomies)}}}",
        row.primary,
        "t" if row.is_assumed else "f",
        place_rank(row),
        NULL if row.kind == BLANK else fingerprint("\x1f".join(names)),
        NULL if row.kind == BLANK else cached_fingerprint(f"{row.primary} {row.taxonomies}"),
        cached_fingerprint("\x1f".join(address)) if address.zip_code and row.is_active else NULL,
        status_print(facts),
    )
    return f"{text}\t{chr(9).join(numbers)}\n"


def names_of_person(facts: Facts) -> tuple[str, ...]:
    return (
        person_name(facts.first_name),
        person_name(facts.middle_name),
        person_name(facts.last_name),
        name_suffix(facts.suffix),
        credentials(facts.credentials)[:LONGEST_CREDENTIALS],
        "",
        "",
        "",
    )


def names_of_organization(facts: Facts) -> tuple[str, ...]:
    """Its legal name, the name at the door, and whose part it is."""
    legal = organization_name(facts.organization)
    at_the_door = facts.other_name_kind == DOING_BUSINESS_AS and facts.other_name
    parent = organization_name(facts.parent_name) if facts.is_subpart == "Y" else ""
    return ("", "", "", "", "", legal, organization_name(at_the_door or facts.organization), parent)


def phone_number(text: str) -> str:
    """Ten digits that can be dialled, or nothing."""
    if NORTH_AMERICAN_NUMBER.fullmatch(text):
        return text
    digits = "".join(filter(str.isdecimal, text))
    if len(digits) == PHONE_DIGITS + 1:
        digits = digits.removeprefix("1")
    return digits if NORTH_AMERICAN_NUMBER.fullmatch(digits) else ""


def place_rank(row: Row) -> str:
    """1 makes a practice of its address, 2 names one that clinicians share, else null."""
    if row.kind != ORGANIZATION or row.primary.startswith(NEVER_NAMES):
        return NULL
    return "1" if row.primary.startswith(VISITED) else "2"


def status_print(facts: Facts) -> str:
    if not (facts.deactivated_on or facts.reactivated_on or facts.replaced_by):
        return "0"
    return fingerprint(f"{facts.deactivated_on} {facts.reactivated_on} {facts.replaced_by}")


def fingerprint(text: str) -> str:
    """64 bits that stand for a group of facts, the same however the text was capitalised."""
    digest = blake2b(text.upper().encode(), digest_size=8).digest()
    return str(int.from_bytes(digest, signed=True))


cached_fingerprint = lru_cache(CACHED)(fingerprint)
