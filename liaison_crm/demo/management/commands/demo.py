from __future__ import annotations

import shutil
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from liaison_crm import processes
from liaison_crm.demo import market
from liaison_crm.demo.people import BUTTONS, PASSWORD
from liaison_crm.tasks import tick
from referrals.reports import last_rollup_finished_at

LONGEST_ROLLUP_SECONDS = 300
LONGEST_START_SECONDS = 60


class Command(BaseCommand):
    help = "Build a synthetic market where there is none yet, and serve it until Ctrl C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="else the first free from 8000")
        parser.add_argument(
            "--fresh", action="store_true", help="throw the market away and build it for today"
        )

    def handle(self, *args: Any, port: int | None, fresh: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has settings of its own: liaison_crm.settings.demo.")
        self.console = Console()
        if fresh:
            self.throw_away()
        with self.console.status("Preparing the database"):
            call_command("migrate", verbosity=0)
        self.build_market()
        address = f"127.0.0.1:{port or self.usual_port()}"
        with processes.Supervisor(settings.VAR_DIR / "log", self.console.print) as supervisor:
            supervisor.start(processes.worker(concurrency=1))
            supervisor.start(processes.web(address))
            self.count_volumes()
            supervisor.start(processes.beat())
            host, _, number = address.partition(":")
            if not processes.answers_within(LONGEST_START_SECONDS, host, int(number)):
                raise CommandError(f"The web server does not answer; see {supervisor.logs}.")
            self.invite(address)
            supervisor.watch()
        self.console.print("Stopped.")

    def throw_away(self) -> None:
        """Drop the demo's own database, never another."""
        if settings.EMBEDDED_POSTGRES is None:
            raise CommandError("--fresh drops the demo's own database; DATABASE_URL names another.")
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        shutil.rmtree(settings.QUEUE_DIR / "messages", ignore_errors=True)
        (settings.QUEUE_DIR / "messages").mkdir(parents=True)

    def build_market(self) -> None:
        if market.is_built():
            self.console.print("The market is there already (--fresh builds it anew).")
            return
        with self.bars() as bars:
            rows: dict[str, Any] = {}

            def show(step: str, share: float) -> None:
                if step not in rows:
                    rows[step] = bars.add_task(step, total=1.0)
                bars.update(rows[step], completed=share)

            built = market.build(now=timezone.now(), progress=show)
        self.console.print(
            f"{built.practices:,} practices, {built.physicians:,} clinicians, "
            f"{built.referrals:,} referrals, {built.visits:,} visits. Nobody in it exists."
        )

    def count_volumes(self) -> None:
        """Have the worker do what every night does, and wait for it."""
        if last_rollup_finished_at() is not None:
            return
        with self.bars() as bars:
            row = bars.add_task("Counting volumes in the worker", total=None)
            tick.delay()
            deadline = time.monotonic() + LONGEST_ROLLUP_SECONDS
            while last_rollup_finished_at() is None:
                if time.monotonic() > deadline:
                    raise CommandError("The worker did not finish the rollup; see its log.")
                time.sleep(0.2)
            bars.update(row, total=1, completed=1)

    def bars(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=self.console,
        )

    def usual_port(self) -> int:
        port = processes.free_port()
        if port != processes.USUAL_PORT:
            self.console.print(f"Port {processes.USUAL_PORT} is taken, so this is port {port}.")
        return port

    def invite(self, address: str) -> None:
        self.console.print(f"\n  http://{address}/\n", style="bold")
        for person in BUTTONS:
            self.console.print(f"  {person.says:28} {person.email:26} {PASSWORD}")
        self.console.print("\n  One tap signs in, too. Ctrl C stops everything.")
