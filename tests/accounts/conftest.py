"""Sign-in without shortcuts, for tests of sign-in itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, UserFactory


@pytest.fixture(autouse=True)
def _no_limits_left_from_another_test():
    cache.clear()


@pytest.fixture
def frank(db):
    """A second admin, so that the first may lose his role."""
    return UserFactory(name="Frank Admin", role=User.Role.ADMIN)


SignIn = Callable[..., Any]


@pytest.fixture
def sign_in(db) -> SignIn:
    """Post the sign-in form: as a person or an e-mail address, from an address."""

    def post(
        who: User | str,
        password: str = PASSWORD,
        *,
        client: Client | None = None,
        address: str = "192.0.2.1",
        **data: str,
    ) -> Any:
        email = who.email if isinstance(who, User) else who
        return (client or Client()).post(
            reverse("account_login"),
            {"login": email, "password": password, **data},
            REMOTE_ADDR=address,
        )

    return post
