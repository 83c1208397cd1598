"""Every route and method, every actor, and rows that are one's own, a stranger's, and nobody's."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode

from tests.access.actors import ACTORS, SIGNED_IN, TOKENS, ask
from tests.access.routes import METHODS, Address, addresses
from tests.access.table import ACCESS, Case
from tests.access.unchanged import fingerprint
from tests.access.world import NOBODY, World

pytestmark = pytest.mark.django_db

ROUTES = {address.name: address for address in addresses() if not address.is_admin}
ADMIN = {address.name: address for address in addresses() if address.is_admin}
CASES = [(name, method) for name, cases in ACCESS.items() for method in cases]
UUID = "00000000-0000-4000-8000-000000000000"
# A preview of a method that is not there, and a body of the wrong kind, change nothing either.
CLOSED = {302, 400, 401, 403, 404, 405, 415, 429}


def test_the_table_names_every_route():
    assert set(ACCESS) == set(ROUTES)


def path_to(name: str, world: World, case: Case | None, *, row: Any = None) -> str:
    """The address of a route for a row; a route that takes other parts gets plausible ones."""
    kwargs: dict[str, Any] = {}
    pattern = ROUTES[name].pattern
    if "uidb36" in pattern:
        kwargs = {"uidb36": "1", "key": "abc-def"}
    elif match := re.search(r"<(?:\w+:)?(\w+)>", pattern.replace("?P<", "<")):
        if row is None:
            row = world.pk(case.row) if case and case.row else NOBODY
        kwargs = {match[1]: row}
    path = reverse(name, kwargs=kwargs)
    query = case.query(world) if case and case.query else {}
    return f"{path}?{urlencode(query)}" if query else path


def nobodys(name: str) -> Any:
    """An id of the right kind that no row has."""
    is_uuid = "uuid" in ROUTES[name].pattern or "[0-9a-f]{8}" in ROUTES[name].pattern
    return UUID if is_uuid else NOBODY


def is_api(name: str) -> bool:
    return ROUTES[name].pattern.startswith("api/v1/")


def expected(name: str, case: Case, actor: str) -> int:
    if actor in SIGNED_IN:
        return case.who.status(actor)
    if actor == "token" and is_api(name):
        return case.who.status(TOKENS[actor])
    return case.who.anonymous or (401 if is_api(name) else 302)


def version_for(world: World, actor: str, path: str) -> str:
    answer = ask(world, actor, "GET", path)
    return str(answer.headers.get("ETag", '"0"'))


def answer_to(world: World, actor: str, method: str, path: str, case: Case) -> Any:
    version = version_for(world, actor, path) if case.versioned else ""
    body = case.body(world) if case.body else None
    return ask(world, actor, method, path, body=body, version=version)


def is_sign_in(answer: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize(("name", "method"), CASES)
def test_everyone_gets_what_the_table_says(world, name, method):
    """The status for each; and whoever is refused, or only reads, has changed nothing."""
    case = ACCESS[name][method]
    path = path_to(name, world, case)
    got, should = {}, {}
    for actor in ACTORS:
        should[actor] = expected(name, case, actor)
        if name == "api-tokens-list" and (method, actor) == ("POST", "token"):
            should[actor] = 403  # a token that leaked must not make others
        with transaction.atomic():
            answer = answer_to(world, actor, method, path, case)
            got[actor] = answer.status_code
            if changes_something(method, actor, should[actor]):
                transaction.set_rollback(True)
    assert got == should
    assert fingerprint() == world.unchanged


def changes_something(method: str, actor: str, status: int) -> bool:
    """Whether the table lets this actor write."""
    if method in {"GET", "HEAD"} or actor not in {*SIGNED_IN, "token"}:
        return False
    return status < HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(("name", "method"), [c for c in CASES if ACCESS[c[0]][c[1]].row])
def test_what_nobody_has_is_not_there(world, name, method):
    """Not there for everyone; whoever may not see a row hears the same words about it."""
    case = ACCESS[name][method]
    absent = path_to(name, world, case, row=nobodys(name))
    present = path_to(name, world, case)
    for actor in SIGNED_IN:
        nothing = answer_to(world, actor, method, absent, case)
        status = case.who.status(actor)
        assert nothing.status_code in ({403, 404} if status == HTTPStatus.FORBIDDEN else {404})
        if status == HTTPStatus.NOT_FOUND:
            strangers = answer_to(world, actor, method, present, case)
            assert words(strangers) == words(nothing)
    assert fingerprint() == world.unchanged


def words(answer: Any) -> tuple[Any, ...]:
    """Status, headers and body, without what differs between any two requests."""
    once = {"X-Request-ID", "Set-Cookie", "Server-Timing", "Content-Length"}
    headers = {name: value for name, value in answer.headers.items() if name not in once}
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content)
    body = re.sub(rb'data-made-at="[^"]+"', b"", body)
    return answer.status_code, headers, body


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_method_that_is_not_in_the_table_does_nothing(world, name):
    row = next((case.row for case in ACCESS[name].values() if case.row), "")
    path = path_to(name, world, Case(next(iter(ACCESS[name].values())).who, row))
    for method in METHODS:
        if method in ACCESS[name]:
            continue
        for actor in ("anonymous", "owner", "admin"):
            with transaction.atomic():
                answer = ask(world, actor, method, path)
            if name.startswith(("account_", "mfa_")):
                continue  # Django's form views take a PUT for a POST; it changes nothing either
            assert answer.status_code in CLOSED, (method, actor)
            if actor != "anonymous":
                assert answer.status_code == 405 or is_sign_in(answer), (method, actor)
    assert fingerprint() == world.unchanged


@pytest.mark.parametrize("name", sorted(ADMIN))
def test_the_admin_is_for_admins(world, name):
    """By rule instead of by table: every screen. What a screen does, `tests/admin` asks."""
    path = admin_path(ADMIN[name])
    for method in ("GET", "POST"):
        refused = ask(world, "manager", method, path)
        assert refused.status_code == 403, method
    stranger = ask(world, "anonymous", "GET", path)
    assert (stranger.status_code, "/login/" in stranger["Location"]) == (302, True)


@pytest.mark.parametrize("method", METHODS)
def test_nobody_but_admins_gets_past_the_admins_door(world, method):
    for path in ("/admin/", "/admin/contacts/physician/", "/admin/autocomplete/"):
        for actor in ("anonymous", "deactivated", "token", "dead token"):
            answer = ask(world, actor, method, path)
            assert (answer.status_code, "/login/" in answer["Location"]) == (302, True), actor
        for actor in ("owner", "cover", "outsider", "manager"):
            assert ask(world, actor, method, path).status_code == 403, actor
    assert fingerprint() == world.unchanged


def admin_path(address: Address) -> str:
    return "/" + re.sub(r"\(\?P<\w+>[^)]*\)\)?|<(?:\w+:)?\w+>", "1", address.pattern).replace(
        "^", ""
    ).replace("$", "").replace("\\Z", "")
