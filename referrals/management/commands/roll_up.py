from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from liaison_crm.core.errors import DomainError
from liaison_crm.core.periods import parse_iso_date
from referrals import rollups
from referrals.models import RollupRun


class Command(BaseCommand):
    help = "Count every referral that changed since the last run, in this process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of",
            metavar="DATE",
            help="be the nightly run of that date (YYYY-MM-DD); each night runs once",
        )

    def handle(self, *args: Any, as_of: str | None, **options: Any) -> None:
        night = asked_night(as_of)
        try:
            run = rollups.roll_up(timezone.now(), night=night)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if run.state != RollupRun.State.DONE:
            raise CommandError(f"{run}: {run.error}")
        self.stdout.write(
            f"{run}: {run.marks_claimed:,} cells counted, {run.cells_written:,} written, "
            f"{run.cells_removed:,} removed."
        )


def asked_night(text: str | None) -> date | None:
    try:
        return parse_iso_date(text) if text else None
    except ValidationError as mistake:
        raise CommandError(mistake.messages[0]) from mistake
