"""Take a file of HL7 v2 messages: `manage.py import_hl7 messages.hl7 --source ehr`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from liaison_crm.core.errors import DomainError
from liaison_crm.core.wording import count_of
from referrals.hl7 import receiving, services
from referrals.hl7.errors import Hl7Refused
from referrals.hl7.storing import Door, Read
from referrals.management.commands.import_referrals import named_source


class Command(BaseCommand):
    help = (
        "Take files of HL7 v2 messages, with or without a batch envelope (docs/hl7.md). A message "
        "is taken once, so a file may be taken again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", type=Path, metavar="FILE", nargs="+")
        parser.add_argument("--source", required=True, metavar="CODE", help="the feed it is from")
        parser.add_argument(
            "--encoding", default="", help="of messages whose MSH-18 is empty, if it is not UTF-8"
        )
        parser.add_argument(
            "--create-missing", action="store_true", help="make the source if it is not there yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = named_source(options["source"], create=options["create_missing"])
        counts: Counter[str] = Counter()
        for path in options["files"]:
            try:
                reads = services.receive(
                    path.read_bytes(),
                    source=source,
                    door=Door.FILE,
                    at=timezone.now(),
                    encoding=options["encoding"],
                )
            except (DomainError, Hl7Refused, OSError) as refusal:
                raise CommandError(f"{path.name}: {refusal}") from refusal
            for number, read in enumerate(reads, 1):
                self.tell_refused(path, number, read)
            counts += receiving.counted(reads)
        self.stdout.write(f"{count_of(counts.total(), 'message')}:")
        for what, messages in sorted(counts.items()):
            self.stdout.write(f"{messages:>8,}  {what}")

    def tell_refused(self, path: Path, number: int, read: Read) -> None:
        """Which one and why, and nothing of what it says."""
        if read.refusal and not read.repeats:
            place = f"{path.name}, message {number}"
            self.stderr.write(f"{place}: {read.refusal.reason} ({read.refusal.code})")
