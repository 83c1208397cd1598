"""Corrections of facts: proposed from the field, used at once as unverified, decided by admins."""
