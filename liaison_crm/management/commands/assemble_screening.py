"""Write static/js/screening_rules.js: the rules of `core.screening` and what reads them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from liaison_crm.core.screening.rules import device_module


class Command(BaseCommand):
    help = "Write static/js/screening_rules.js from liaison_crm/core/screening."
    requires_system_checks = ()  # it needs nothing but the files

    def handle(self, *args: Any, **options: Any) -> None:
        made = Path(settings.BASE_DIR) / "static" / "js" / "screening_rules.js"
        text = device_module()
        made.write_text(text)
        self.stdout.write(f"js/screening_rules.js written, {len(text.encode()):,} bytes.")
