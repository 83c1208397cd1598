"""Who wants to know when the directory learned of new physicians or practices.

A higher app appends a function in its `AppConfig.ready`. Each is called after the commit, without
arguments, once per change or load: it looks for itself what it can now resolve.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

listeners: list[Callable[[], None]] = []


def directory_grew() -> None:
    """Tell them all, once what was learned is committed."""
    for listener in listeners:
        transaction.on_commit(listener)
