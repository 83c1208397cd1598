"""The directory and the territories, as admins keep them."""

from contacts.admin import directory, reference, territories

__all__ = ["directory", "reference", "territories"]
