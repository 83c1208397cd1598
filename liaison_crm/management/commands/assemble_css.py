"""Write static/css/app.css from the sheets beside it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from liaison_crm.core.stylesheet import assemble


class Command(BaseCommand):
    help = "Write static/css/app.css from the sheets beside it."
    requires_system_checks = ()  # it needs nothing but the files

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether it is current")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "static" / "css"
        made = folder / "app.css"
        css = assemble(folder)
        if made.exists() and made.read_text() == css:
            self.stdout.write("css/app.css is current.")
        elif check:
            raise CommandError("css/app.css is out of date: run manage.py assemble_css.")
        else:
            made.write_text(css)
            self.stdout.write(f"css/app.css written, {len(css):,} bytes.")
