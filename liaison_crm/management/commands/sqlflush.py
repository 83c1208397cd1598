from django.core.management.commands import sqlflush

from liaison_crm.management.refusal import RefusedInProduction


class Command(RefusedInProduction, sqlflush.Command):
    """As Django's, except in production."""
