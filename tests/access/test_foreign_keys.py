"""Every id a body or a form takes, tried with a row that is out of scope and with none at all."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.db import transaction

from liaison_crm.core.api.fields import RowField, RowListField
from tests.access.actors import ask
from tests.access.routes import addresses
from tests.access.table import ACCESS, Case
from tests.access.test_matrix import path_to, version_for, words
from tests.access.unchanged import fingerprint
from tests.access.world import NOBODY, World

pytestmark = pytest.mark.django_db

ACTIONS = {"POST": "post", "PATCH": "patch"}


def row_fields() -> list[tuple[str, str, str, Any]]:
    """(route, method, field, the field itself) for all views of the API, read off their bodies."""
    found = []
    for address in addresses():
        actions = getattr(address.callback, "actions", None) or {}
        view = getattr(address.callback, "cls", None)
        for method, verb in ACTIONS.items():
            taken = getattr(view, "takes", {}).get(actions.get(verb, ""))
            if taken is None or address.name in {"api-imports-list", "api-imports-check"}:
                continue  # a file comes as a form, and its source is everybody's
            found += [
                (address.name, method, name, field)
                for name, field in taken().fields.items()
                if isinstance(field, RowField | RowListField)
            ]
    return found


FIELDS = row_fields()


def rows_for(field: Any, world: World, actor: str) -> Any:
    return field.rows(world.people[actor])


def out_of_scope(field: Any, world: World, actor: str) -> Any:
    """The id of a row that exists and that the actor must not name."""
    seen = rows_for(field, world, actor)
    others = seen.model._base_manager.exclude(pk__in=seen.values("pk"))
    return others.values_list("pk", flat=True).first()


def answer_with(world: World, name: str, method: str, field: str, value: Any) -> Any:
    case = ACCESS[name][method]
    path = path_to(name, world, case)
    body = {**(case.body(world) if case.body else {}), field: value}
    actor = actor_for(case)
    version = version_for(world, actor, path) if case.versioned else ""
    return ask(world, actor, method, path, body=body, version=version)


def actor_for(case: Case) -> str:
    """The least of those who may do it at all."""
    allowed = ("owner", "manager", "admin")
    return next(a for a in allowed if case.who.status(a) != HTTPStatus.FORBIDDEN)


def test_there_are_fields_to_try():
    assert {"practice", "physicians", "staff", "plan", "to_staff", "person", "territory"} <= {
        name for _, _, name, _ in FIELDS
    } | {"to_staff"}


@pytest.mark.parametrize(
    ("name", "method", "field", "kind"), FIELDS, ids=[f"{n}-{m}-{f}" for n, m, f, _ in FIELDS]
)
def test_an_id_out_of_scope_reads_like_one_that_never_was(world, name, method, field, kind):
    actor = actor_for(ACCESS[name][method])
    many = isinstance(kind, RowListField)

    def given(pk: int) -> Any:
        return [pk] if many else pk

    absent = answer_with(world, name, method, field, given(NOBODY))
    assert absent.status_code == HTTPStatus.BAD_REQUEST
    assert field in absent.content.decode()
    strange = out_of_scope(kind, world, actor)
    if strange is not None:
        assert words(answer_with(world, name, method, field, given(strange))) == words(absent)
    assert fingerprint() == world.unchanged


# route, what it is sent as, the field, and the row of elsewhere it is tried with
FORM_FIELDS = [
    ("new-visit", "owner", "practice", "south_practice"),
    ("new-visit", "owner", "plan", "south_plan"),
    ("plan-visit", "owner", "practice", "south_practice"),
    ("plan-visit", "owner", "physician", "south_physician"),
    ("plan-visit", "manager", "liaison", "stranger"),
    ("new-follow-up", "owner", "practice", "south_practice"),
    ("reassign-follow-up", "manager", "to", "stranger"),
    ("promises-by-owner", "manager", "to", "stranger"),
    ("new-issue", "owner", "practice", "south_practice"),
    ("new-issue", "owner", "visit", "south_visit"),
    ("new-referral", "owner", "practice", "south_practice"),
    ("accept-suggestion", "owner", "practice", "south_practice"),
    ("dismiss-suggestion", "owner", "practice", "south_practice"),
]
# Facts of the directory are everybody's to correct, wherever the practice is.
OF_THE_DIRECTORY = {"new-correction"}
# People at an office are named with a letter: p for a physician, s for staff.
PEOPLE_FIELDS = [
    ("new-visit", "people", "s", "south_staff"),
    ("new-visit", "people", "p", "unassigned_physician"),
    ("edit-visit", "people", "s", "south_staff"),
    ("new-follow-up", "to", "s", "south_staff"),
    ("new-issue", "by", "s", "south_staff"),
]


def form_answer(world: World, name: str, actor: str, field: str, value: Any) -> Any:
    case = ACCESS[name]["POST"]
    body = {**(case.body(world) if case.body else {}), field: value}
    return ask(world, actor, "POST", path_to(name, world, case), body=body)


def said(answer: Any, value: Any) -> tuple[Any, ...]:
    """The words of an answer, but for the value itself, which a form gives back as typed."""
    status, headers, body = words(answer)
    return status, headers, body.replace(str(value).encode(), b"?")


@pytest.mark.parametrize(("name", "actor", "field", "row"), FORM_FIELDS)
def test_a_form_takes_no_row_of_elsewhere(world, name, actor, field, row):
    strange = world.pk(row)
    with transaction.atomic():
        there = form_answer(world, name, actor, field, strange)
        nowhere = form_answer(world, name, actor, field, NOBODY)
    assert there.status_code == nowhere.status_code
    assert there.status_code != HTTPStatus.FOUND or name == "reassign-follow-up"
    assert world.unchanged == fingerprint()


@pytest.mark.parametrize(("name", "field", "letter", "row"), PEOPLE_FIELDS)
def test_a_form_takes_nobody_of_elsewhere(world, name, field, letter, row):
    strange, absent = f"{letter}{world.pk(row)}", f"{letter}{NOBODY}"
    there = form_answer(world, name, "owner", field, strange)
    nowhere = form_answer(world, name, "owner", field, absent)
    assert there.status_code == nowhere.status_code == HTTPStatus.OK
    assert said(there, strange) == said(nowhere, absent)
    assert fingerprint() == world.unchanged


def test_managers_assign_people_they_may_assign(world):
    for field, value in (("person", NOBODY), ("person", "x"), ("part", "boss")):
        answer = form_answer(world, "assign", "manager", field, value)
        assert answer.status_code == HTTPStatus.OK
    assert fingerprint() == world.unchanged


def test_every_form_with_a_row_in_it_is_tried():
    """A page that takes a row by id and is not tried here would go unseen."""
    tried = {name for name, *_ in (*FORM_FIELDS, *PEOPLE_FIELDS)} | {"assign"}
    taking = {
        name
        for name, cases in ACCESS.items()
        if not name.startswith("api-") and "POST" in cases and takes_a_row(name, cases["POST"])
    }
    assert taking <= tried | OF_THE_DIRECTORY | {"new-import"}


def takes_a_row(name: str, case: Case) -> bool:
    keys = {"practice", "plan", "physician", "person", "liaison", "to", "owner", "territory"}
    world = _Anything()
    body = case.body(world) if case.body else {}  # type: ignore[arg-type]  # a body takes the world
    return bool(keys & {key for key, value in body.items() if isinstance(value, _Anything)})


class _Anything:
    """Stands in for the world where only the names of a body matter."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __getitem__(self, name: str) -> Any:
        return self
