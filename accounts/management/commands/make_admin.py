"""Make the first admin, or get back in when nobody can."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import services
from accounts.models import User


class Command(BaseCommand):
    help = "Make somebody an admin. The password is asked for, or read from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="How colleagues call this person")

    def handle(self, *args: Any, **options: Any) -> None:
        password = _password()
        try:
            validate_password(password, User(email=options["email"], name=options["name"]))
            person = services.make_admin(options["email"], name=options["name"], password=password)
        except ValidationError as mistake:
            raise CommandError(" ".join(mistake.messages)) from mistake
        self.stdout.write(f"{person} signs in as {person.email}, as an admin.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass("Password: ")
    if getpass("Again: ") != first:
        raise CommandError("These are two different passwords.")
    return first
