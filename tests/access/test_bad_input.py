"""Bad input at every door of the table: the API's bodies and keys, the pages' forms and addresses.

A59-A65, A67, A69, A70, A74, A76-A78, A89 and A90 of the bar for robustness. What each kind of
mistake is answered with in full stands in `tests/api` and beside the page; here it is that no
route is without it.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from tests.access.actors import ask, browser
from tests.access.routes import addresses
from tests.access.table import ACCESS, Case
from tests.access.test_foreign_keys import ACTIONS, actor_for
from tests.access.test_matrix import path_to, version_for
from tests.access.unchanged import fingerprint

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
OVERFLOW, ARABIC = "9223372036854775808", "٣"
# A file comes as a form; a mail program's button has no form token (RFC 8058).
NOT_JSON = {"api-imports-list", "api-imports-check"}
WITHOUT_FORM_TOKEN = {"stop-digest"}


def taking_bodies() -> list[tuple[str, str, Any]]:
    """(route, method, view) of everything in the API that reads a body."""
    found = []
    for address in addresses():
        actions = getattr(address.callback, "actions", None) or {}
        view = getattr(address.callback, "cls", None)
        for method, verb in ACTIONS.items():
            taken = getattr(view, "takes", {}).get(actions.get(verb, ""))
            if taken is not None and taken().fields and address.name not in NOT_JSON:
                found.append((address.name, method, (view, actions[verb])))
    return found


def somebody_may(case: Case) -> bool:
    return any(case.who.status(who) < HTTPStatus.BAD_REQUEST for who in ("owner", "admin"))


BODIES = taking_bodies()
KEYED = [
    (name, method)
    for name, method, (view, action) in BODIES
    if method == "POST" and action in view.keyed
]
VERSIONED = [
    (name, method)
    for name, cases in ACCESS.items()
    for method, case in cases.items()
    if case.versioned
]
PAGES = [name for name in ACCESS if not name.startswith("api-")]
READ = [name for name in PAGES if "GET" in ACCESS[name]]
WRITTEN = [
    name
    for name in PAGES
    if "POST" in ACCESS[name]
    and somebody_may(ACCESS[name]["POST"])
    and not name.startswith(("account_", "mfa_"))
]


def body_of(world: Any, case: Case) -> dict[str, Any]:
    return dict(case.body(world)) if case.body else {}


def send(world: Any, name: str, method: str, raw: bytes, kind: str = "application/json") -> Any:
    """The bytes as they are, from somebody who may write there."""
    case = ACCESS[name][method]
    actor = actor_for(case)
    path = path_to(name, world, case)
    headers = {"If-Match": version_for(world, actor, path)} if case.versioned else {}
    with transaction.atomic():
        answer = browser(world, actor).generic(method, path, raw, kind, headers=headers)
        transaction.set_rollback(True)
    return answer


# Every route gets one of them in turn: they share one parser, and here it is that none has another.
NO_BODIES = [
    (b"{", "application/json", 400, "json"),  # A59
    (b"[]", "application/json", 400, "object_expected"),  # A59
    (b'{"a":' * 40, "application/json", 400, "depth"),  # A60
    (b'{"a": "\\u0000"}', "application/json", 400, "unstorable_text"),  # A62
    (b'{"a": NaN}', "application/json", 400, "number"),  # A63
    (b"a=1", FORM, 415, "media_type"),  # A67
]


def test_a59_to_a67_a_body_that_is_none_is_refused_by_every_route(world):
    assert len(BODIES) > 40
    for (name, method, _), (raw, kind, status, code) in zip(BODIES, cycle(NO_BODIES), strict=False):
        answer = send(world, name, method, raw, kind)
        assert (answer.status_code, answer.json()["code"]) == (status, code), name


def test_a64_no_route_takes_a_name_it_does_not_know(world):
    for name, method, _ in BODIES:
        body = {**body_of(world, ACCESS[name][method]), "approved": 1}
        answer = send(world, name, method, json.dumps(body, default=str).encode())
        assert answer.status_code == HTTPStatus.BAD_REQUEST, name
        assert answer.json()["fields"]["approved"][0]["code"] == "unknown_field", name


def test_a69_a_key_is_done_once_by_every_route_that_takes_one(world):
    assert len(KEYED) > 8
    for name, method in KEYED:
        case = ACCESS[name][method]
        client, path = browser(world, actor_for(case)), path_to(name, world, case)
        body = json.dumps(body_of(world, case), default=str)
        other = json.dumps({**body_of(world, case), "unknown": 1}, default=str)

        def once(raw: str, client: Client = client, path: str = path) -> Any:
            headers = {"Idempotency-Key": "the-same"}
            return client.generic("POST", path, raw, "application/json", headers=headers)

        with transaction.atomic():
            first, again, reused = once(body), once(body), once(other)
            transaction.set_rollback(True)
        assert again.headers.get("Idempotent-Replayed") == "true", name
        assert (again.status_code, again.json()) == (first.status_code, first.json()), name
        assert (reused.status_code, reused.json()["code"]) == (422, "key_reused"), name


def test_a70_no_route_changes_what_the_client_has_not_read(world):
    assert len(VERSIONED) > 5
    for name, method in VERSIONED:
        case = ACCESS[name][method]
        path, actor = path_to(name, world, case), actor_for(case)
        for version, status in (("", 428), ('"another"', 412)):
            answer = ask(world, actor, method, path, body=body_of(world, case), version=version)
            assert answer.status_code == status, name
    assert fingerprint() == world.unchanged


def test_a62_a77_no_form_stumbles_over_what_cannot_be(world):
    """Every value of a form but the practice, which opens it: refused in words or not there."""
    odd = cycle([OVERFLOW, ARABIC, "a\x00b", "\ud800"])
    for name in WRITTEN:
        case = ACCESS[name]["POST"]
        body, path = body_of(world, case), path_to(name, world, case)
        wrong = {field: next(odd) for field in body or ("next",) if field != "practice"}
        raw = urlencode({**body, **wrong}, doseq=True, errors="surrogatepass")
        with transaction.atomic():
            answer = browser(world, actor_for(case)).generic("POST", path, raw, FORM)
            transaction.set_rollback(True)
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, name


def test_a74_a76_a77_a78_no_page_stumbles_over_its_address(world):
    asked = cycle(
        [
            f"practice={OVERFLOW}&page=1e20&after={ARABIC}",
            "q=%00&q=%FF&from=9999-12-31&to=0001-01-01&month=2026-13",
            f"page=-1&liaison={OVERFLOW}&territory=%ED%A0%80&physician=1.5",
        ]
    )
    for name in READ:
        path = path_to(name, world, ACCESS[name]["GET"])
        joint = "&" if "?" in path else "?"
        answer = browser(world, "manager").get(f"{path}{joint}{next(asked)}")
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, name


def test_a89_no_form_leads_away_from_the_site(world):
    places = cycle(["//evil.example", "https://evil.example", "javascript:alert(1)"])
    for name in WRITTEN:
        case = ACCESS[name]["POST"]
        path = path_to(name, world, case)
        body = {**body_of(world, case), "next": next(places)}
        with transaction.atomic():
            answer = ask(world, actor_for(case), "POST", path, body=body)
            transaction.set_rollback(True)
        where = answer.headers.get("Location", "/")
        assert where.startswith(("/", "?")), (name, where)
        assert not where.startswith("//"), (name, where)


def test_a90_no_form_is_taken_without_its_token(world):
    origins = cycle([{}, {"origin": "null"}, {"origin": "https://sub.testserver"}])
    for name in WRITTEN:
        if name in WITHOUT_FORM_TOKEN:
            continue
        case = ACCESS[name]["POST"]
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies["sessionid"] = world.sessions[actor_for(case)]
        path, body = path_to(name, world, case), body_of(world, case)
        answer = client.post(path, body, headers=next(origins))
        assert answer.status_code == HTTPStatus.FORBIDDEN, name
    assert fingerprint() == world.unchanged
