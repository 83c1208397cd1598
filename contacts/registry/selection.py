"""Which rows a load takes: everybody in the chosen places, and whoever we know already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contacts.registry.rows import BLANK, ORGANIZATION, Row

FIRST_NPI = 1_000_000_000
NPIS_WITHOUT_CHECK_DIGIT = 200_000_000


@dataclass(frozen=True)
class Selection:
    """The filters of one load. Without any, every row is taken.

    State and county are those of the practice address. Taxonomies choose among clinicians alone;
    organisations of the place are kept, because they name the practices.
    """

    states: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()
    taxonomies: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.states or self.counties or self.taxonomies)

    def as_json(self) -> dict[str, list[str]]:
        """For the ledger."""
        return {
            "states": sorted(self.states),
            "counties": sorted(self.counties),
            "taxonomies": list(self.taxonomies),
        }


class KnownNpis:
    """A bit for every NPI there can be, 25 MB however many are known."""

    def __init__(self) -> None:
        self._bits = bytearray(NPIS_WITHOUT_CHECK_DIGIT // 8)

    def add(self, npi: int) -> None:
        place = (npi - FIRST_NPI) // 10
        self._bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, npi: int) -> bool:
        place = (npi - FIRST_NPI) // 10
        return bool(self._bits[place >> 3] & (1 << (place & 7)))


@dataclass(frozen=True)
class Filter:
    """Decides row by row. Somebody we know is followed wherever he goes."""

    selection: Selection
    known: KnownNpis
    county_of: Mapping[str, str] = field(default_factory=dict)

    def takes(self, row: Row) -> bool:
        return self.is_chosen(row) or int(row.facts.npi) in self.known

    def is_chosen(self, row: Row) -> bool:
        chosen = self.selection
        if row.kind == BLANK:
            return False
        if chosen.states and row.address.state not in chosen.states:
            return False
        if chosen.counties and self.county_of.get(row.address.zip_code) not in chosen.counties:
            return False
        return (
            not chosen.taxonomies
            or row.kind == ORGANIZATION
            or any(code.startswith(chosen.taxonomies) for code in row.taxonomies)
        )
