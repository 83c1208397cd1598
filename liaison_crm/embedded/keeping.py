"""Values made once and kept in a private file."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def kept(path: Path, make: Callable[[], str]) -> str:
    """The value in this file; made, and readable by nobody else, if it is not there yet."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as fresh:
            fresh.write(make())
            fresh.flush()
            # Linking fails if another process was first, and then its value is the one to keep.
            with suppress(FileExistsError):
                os.link(fresh.name, path)
    return path.read_text().strip()


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
