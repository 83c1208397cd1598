"""Every address the site answers, read from the resolver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Address:
    name: str
    pattern: str
    callback: Any

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:") or self.pattern.startswith("admin/")


def addresses(
    resolver: URLResolver | None = None, before: str = "", space: str = ""
) -> Iterator[Address]:
    resolver = resolver or get_resolver()
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Address(f"{space}{entry.name or pattern}", pattern, entry.callback)
        else:
            inner = f"{entry.namespace}:" if entry.namespace else ""
            yield from addresses(entry, pattern, space + inner)
