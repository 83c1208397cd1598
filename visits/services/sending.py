"""A write that a device may send twice: what it said, as one short fingerprint."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models


def fingerprint(**said: Any) -> str:
    """The same words for the same content, in whatever order people and topics were given."""
    plain = {name: _plain(value) for name, value in said.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (list, tuple)):
        return sorted(_plain(one) for one in value)
    return str(value)
