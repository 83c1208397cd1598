#!/usr/bin/env python
"""Run a management command, with the embedded PostgreSQL held for as long as it needs it."""

import os
import signal
import sys
from types import FrameType

DATABASE_FREE_COMMANDS = {"help", "version", "--help", "--version", "check", "collectstatic"}


def leave(number: int, _frame: FrameType | None) -> None:
    """Terminated is a way to end, not to vanish: exit handlers run and the database is left."""
    sys.exit(128 + number)


def main(arguments: list[str]) -> None:
    command = arguments[1] if len(arguments) > 1 else "help"
    chosen = "demo" if command == "demo" else "dev"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"liaison_crm.settings.{chosen}")
    os.environ.setdefault("LIAISON_ROLE", "web" if command == "runserver" else "command")

    signal.signal(signal.SIGTERM, leave)

    from django.core.management import execute_from_command_line

    from liaison_crm import embedded

    if command not in DATABASE_FREE_COMMANDS:
        embedded.hold_database()
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
