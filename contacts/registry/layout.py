"""The columns we read of the official full file, whichever vintage it is.

Columns are matched by name. Both layouts, of 329 columns (to 2019) and of 330, have all of these;
others come and go, change places, or are renamed, and do not matter to us.
"""

from __future__ import annotations

from typing import NamedTuple

from liaison_crm.core.csv import Columns

PLACE = "Provider Business Practice Location Address"
MOST_TAXONOMIES = 15


class Facts(NamedTuple):
    """The single cells of a row, in the order in which they are read."""

    npi: str
    entity_type: str
    replaced_by: str
    organization: str
    last_name: str
    first_name: str
    middle_name: str
    suffix: str
    credentials: str
    other_name: str
    other_name_kind: str
    line_1: str
    line_2: str
    city: str
    state: str
    postal_code: str
    country: str
    phone: str
    fax: str
    changed_on: str
    deactivated_on: str
    reactivated_on: str
    is_subpart: str
    parent_name: str


NAMES = Facts(
    npi="NPI",
    entity_type="Entity Type Code",
    replaced_by="Replacement NPI",
    organization="Provider Organization Name (Legal Business Name)",
    last_name="Provider Last Name (Legal Name)",
    first_name="Provider First Name",
    middle_name="Provider Middle Name",
    suffix="Provider Name Suffix Text",
    credentials="Provider Credential Text",
    other_name="Provider Other Organization Name",
    other_name_kind="Provider Other Organization Name Type Code",
    line_1="Provider First Line Business Practice Location Address",
    line_2="Provider Second Line Business Practice Location Address",
    city=f"{PLACE} City Name",
    state=f"{PLACE} State Name",
    postal_code=f"{PLACE} Postal Code",
    country=f"{PLACE} Country Code (If outside U.S.)",
    phone=f"{PLACE} Telephone Number",
    fax=f"{PLACE} Fax Number",
    changed_on="Last Update Date",
    deactivated_on="NPI Deactivation Date",
    reactivated_on="NPI Reactivation Date",
    is_subpart="Is Organization Subpart",
    parent_name="Parent Organization LBN",
)
TAXONOMIES = tuple(
    f"Healthcare Provider Taxonomy Code_{slot}" for slot in range(1, MOST_TAXONOMIES + 1)
)
SWITCHES = tuple(
    f"Healthcare Provider Primary Taxonomy Switch_{slot}" for slot in range(1, MOST_TAXONOMIES + 1)
)

COLUMNS = Columns(required=(*NAMES, *TAXONOMIES, *SWITCHES), ignores_others=True)
FACTS_WIDTH = len(NAMES)
