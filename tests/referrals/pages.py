"""Reading the pages under test."""

from __future__ import annotations

import re

from django.urls import reverse

from accounts.models import AccessLog


def read(client, person, name, *args, status=200, **asked):
    client.force_login(person)
    response = client.get(reverse(name, args=args), asked)
    assert response.status_code == status
    return response.content.decode()


def words(html):
    """What a person reads of it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def logged(action):
    return list(AccessLog.objects.filter(action=action).values_list("user__name", "detail"))
