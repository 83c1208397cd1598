from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from liaison_crm.core.errors import DomainError
from referrals import rollups


class Command(BaseCommand):
    help = "Count all volumes from nothing and put them in the place of the live ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; print each cell that differs, and fail if any does",
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            self.check_volumes()
            return
        try:
            run = rollups.rebuild(timezone.now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{run}: {counted(run.cells_written)}.")

    def check_volumes(self) -> None:
        wrong = waiting = 0
        for difference in rollups.differences():
            if difference.is_pending:
                waiting += 1
                continue
            wrong += 1
            self.stdout.write(str(difference))
        if waiting:
            self.stdout.write(f"{counted(waiting)} wait for the next run and were not judged.")
        if wrong:
            raise CommandError(f"{counted(wrong)} differ from a count from nothing.")
        self.stdout.write("Every counted cell is what a count from nothing gives.")


def counted(cells: int) -> str:
    return f"{cells:,} cell" if cells == 1 else f"{cells:,} cells"
