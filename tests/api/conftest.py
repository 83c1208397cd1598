"""Clients that speak JSON as each of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User


class Api(APIClient):
    """Signed in with a session; a path is what follows /api/v1/."""

    def generic(self, method, path, *args, **kwargs):
        return super().generic(method, f"/api/v1/{path}", *args, **kwargs)

    def raw(self, path: str, body: bytes, content_type: str | None = "application/json"):
        return self.generic("POST", path, body, content_type=content_type or "")


@pytest.fixture
def api(db) -> Callable[[User], Api]:
    def signed_in(person: User) -> Api:
        client = Api(raise_request_exception=False)
        client.force_login(person)
        return client

    return signed_in


@pytest.fixture
def as_ana(api, ana):
    return api(ana)


@pytest.fixture
def as_cleo(api, cleo):
    return api(cleo)


@pytest.fixture
def as_dana(api, dana):
    return api(dana)


@pytest.fixture
def as_erin(api, erin):
    return api(erin)
