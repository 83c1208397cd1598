"""The directory and the territories, as admins keep them."""

from contacts.admin import corrections, directory, reference, territories

__all__ = ["corrections", "directory", "reference", "territories"]
