"""The directory over HTTP: everyone reads it, admins keep it, liaisons keep what they see."""

from contacts.api.views.affiliations import Affiliations
from contacts.api.views.corrections import Corrections
from contacts.api.views.organizations import Organizations, Specialties
from contacts.api.views.physicians import Physicians
from contacts.api.views.practices import Practices
from contacts.api.views.staff import Staff
from contacts.api.views.territories import Territories

__all__ = [
    "Affiliations",
    "Corrections",
    "Organizations",
    "Physicians",
    "Practices",
    "Specialties",
    "Staff",
    "Territories",
]
