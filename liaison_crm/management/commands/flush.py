from django.core.management.commands import flush

from liaison_crm.management.refusal import RefusedInProduction


class Command(RefusedInProduction, flush.Command):
    """As Django's, except in production."""
