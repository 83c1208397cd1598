"""`manage.py mllp` that is killed before its first commit or, after it, before its first answer."""

from __future__ import annotations

import os
import signal
import sys

import django


def main(point: str, *options: str) -> None:
    django.setup()
    from django.core.management import call_command

    from referrals.hl7 import answering, storing

    if point == "commit":
        storing.note_outcomes = die  # type: ignore[assignment]  # dies instead
    else:
        answering.answers = die  # type: ignore[assignment]  # dies instead
    call_command("mllp", *options)


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
