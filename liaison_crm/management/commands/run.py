from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from liaison_crm import processes

APPS = ("liaison_crm", "accounts", "contacts", "referrals", "visits")


class Command(BaseCommand):
    help = "Migrate, then serve for development with a worker and beat, until Ctrl C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", nargs="?", help="host:port; else the first free from 8000")

    def handle(self, *args: Any, address: str | None, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        logs = settings.VAR_DIR / "log"
        address = address or self.usual_address()
        code = [settings.BASE_DIR / app for app in APPS]
        with processes.Supervisor(logs, self.stdout.write, code) as supervisor:
            supervisor.start(processes.development_web(address))
            supervisor.start(processes.worker(concurrency=1, restarts_on_change=True))
            supervisor.start(processes.beat(restarts_on_change=True))
            self.stdout.write(f"http://{address}/   logs in {logs}   Ctrl C ends it")
            supervisor.watch()
        self.stdout.write("Stopped.")

    def usual_address(self) -> str:
        port = processes.free_port()
        if port != processes.USUAL_PORT:
            self.stdout.write(f"Port {processes.USUAL_PORT} is taken, so this is port {port}.")
        return f"127.0.0.1:{port}"
