"""The service worker as it is served: its source, and what it keeps of this very version."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

SOURCE = Path(__file__).with_name("worker.js")
# The site's own files. The admin and the API's description are read at a desk.
KEPT = re.compile(r"(css/app\.css|js/[a-z_]+\.js|fonts/[\w-]+\.woff2|icons/mark[\w-]*\.\w+)")
AT_A_DESK = {"js/admin.js", "js/api_docs.js", "js/file_drop.js"}


def service_worker() -> str:
    """The whole script. Its version changes exactly when a file, a page or the source does."""
    return _as_it_is() if settings.DEBUG else _once()


@cache
def _once() -> str:
    return _as_it_is()


def _as_it_is() -> str:
    shell = reverse("offline")
    names = kept_files()
    source = SOURCE.read_text()
    told = {
        "SHELL": shell,
        "SHELF": [static(name) for name in names],
        "STATIC": settings.STATIC_URL,
        "SIGN_IN": reverse(settings.LOGIN_URL),
        "LOG": reverse("new-visit"),
        "DAY": reverse("offline-day"),
    }
    version = _version(source, json.dumps(told), render_to_string("offline/shell.html"), names)
    lines = [f"const {name} = {json.dumps(value)}" for name, value in told.items()]
    return "\n".join([f'const VERSION = "{version}"', *lines, source])


def kept_files() -> list[str]:
    """Names of the static files that the pages of the field are made of."""
    collected = getattr(staticfiles_storage, "hashed_files", None)
    names = collected or _in_the_source()
    return sorted(name for name in names if KEPT.fullmatch(name) and name not in AT_A_DESK)


def _in_the_source() -> list[str]:
    return [
        str(path.relative_to(folder))
        for folder in map(Path, settings.STATICFILES_DIRS)
        for path in folder.rglob("*")
        if path.is_file()
    ]


def _version(source: str, told: str, shell: str, names: list[str]) -> str:
    digest = hashlib.sha256("\n".join([source, told, shell]).encode())
    for name in names:
        # A hashed name stands for its content; elsewhere the content itself is read.
        if not getattr(staticfiles_storage, "hashed_files", None) and (path := finders.find(name)):
            digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:12]
