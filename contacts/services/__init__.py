"""Everything a person can do to the directory: its front door for pages, API, admin and demo."""

from contacts.services.affiliations import (
    edit_affiliation,
    end_affiliation,
    make_primary,
    move_physician,
    open_affiliation,
    verify_affiliation,
)
from contacts.services.facts import (
    AffiliationFacts,
    OrganizationFacts,
    PhysicianFacts,
    PracticeFacts,
    StaffFacts,
)
from contacts.services.organizations import add_organization, edit_organization
from contacts.services.physicians import (
    add_physician,
    edit_physician,
    reinstate_physician,
    retire_physician,
)
from contacts.services.practices import (
    add_practice,
    close_practice,
    describe_office,
    edit_practice,
    reopen_practice,
)
from contacts.services.removal import delete_record
from contacts.services.staff import add_staff, edit_staff, mark_staff_left
from contacts.services.territories import (
    Area,
    change_areas,
    move_areas,
    place_practices,
)

__all__ = [
    "AffiliationFacts",
    "Area",
    "OrganizationFacts",
    "PhysicianFacts",
    "PracticeFacts",
    "StaffFacts",
    "add_organization",
    "add_physician",
    "add_practice",
    "add_staff",
    "change_areas",
    "close_practice",
    "delete_record",
    "describe_office",
    "edit_affiliation",
    "edit_organization",
    "edit_physician",
    "edit_practice",
    "edit_staff",
    "end_affiliation",
    "make_primary",
    "mark_staff_left",
    "move_areas",
    "move_physician",
    "open_affiliation",
    "place_practices",
    "reinstate_physician",
    "reopen_practice",
    "retire_physician",
    "verify_affiliation",
]
