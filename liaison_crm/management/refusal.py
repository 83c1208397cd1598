"""Commands that would empty the database are not for production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class RefusedInProduction(BaseCommand):
    """Put before Django's command class: the command then runs outside of production only."""

    def handle(self, *args: Any, **options: Any) -> Any:
        if settings.IS_PRODUCTION:
            raise CommandError("This empties the database of a site in use: it is switched off.")
        return super().handle(*args, **options)
