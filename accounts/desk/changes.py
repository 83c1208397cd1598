"""What happened to a record, read from the history its triggers write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import User

MOST = 200
UNTOLD = {"id", "created_at", "updated_at", "last_login", "client_key", "address_key"}
LABELS = {"insert": "Added", "update": "Changed", "delete": "Deleted"}


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One change: when, by whom, from which page, and what it did to each field."""

    at: datetime
    by: str
    kind: str
    subject: str
    page: str
    fields: tuple[FieldChange, ...]


def changes_of(record: models.Model, *, also: Sequence[str] = ()) -> tuple[Change, ...]:
    """The newest changes first: of the record, and of the rows in its relations `also`.

    A row that was deleted is told of on its own record only.
    """
    told = _told(record, [record])
    for relation in also:
        rows = list(getattr(record, relation).all()[:MOST])
        told += _told(rows[0], rows) if rows else []
    told.sort(key=lambda pair: pair[0].pgh_created_at, reverse=True)
    people = _people(event for event, _, _ in told)
    names = _names_of_related(told)
    changes = (_change(event, before, subject, people, names) for event, before, subject in told)
    return tuple(change for change in changes if change.fields or change.kind != "Changed")


def is_tracked(model: type[models.Model]) -> bool:
    """Its history hangs on it as `events`; a referral has events of another kind."""
    history = getattr(model, "events", None)
    return history is not None and hasattr(history.rel.related_model, "pgh_tracked_model")


Told = tuple[Any, Any, str]


class _Related(defaultdict[type[models.Model], dict[Any, str]]):
    pass


def _told(model: models.Model, rows: Sequence[models.Model]) -> list[Told]:
    """Each event with the one before it and the name of its row."""
    if not is_tracked(type(model)):
        return []
    events = type(model).events.rel.related_model.objects  # type: ignore[attr-defined]  # pghistory adds it
    subjects = {row.pk: f"{row._meta.verbose_name} {row}" for row in rows}
    newest = events.filter(pgh_obj_id__in=subjects).select_related("pgh_context")
    history: dict[Any, list[Any]] = defaultdict(list)
    for event in newest.order_by("-pgh_id")[: MOST + 1]:
        history[event.pgh_obj_id].append(event)
    told: list[Told] = []
    for pk, chain in history.items():
        earlier = [*chain[1:], None]
        pairs = zip(chain, earlier, strict=True)
        told += [(event, before, subjects[pk]) for event, before in pairs]
    return told


def _people(events: Iterable[Any]) -> dict[int, str]:
    ids = {_metadata(event).get("user") for event in events} - {None}
    return {pk: str(person) for pk, person in User.objects.in_bulk(list(ids)).items()}


def _metadata(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _change(
    event: Any, before: Any, subject: str, people: dict[int, str], names: _Related
) -> Change:
    metadata = _metadata(event)
    return Change(
        at=event.pgh_created_at,
        by=people.get(metadata.get("user") or 0, ""),
        kind=LABELS.get(event.pgh_label, event.pgh_label),
        subject=subject,
        page=metadata.get("url") or metadata.get("command") or "",
        fields=tuple(_field_changes(event, before, names)),
    )


def _field_changes(event: Any, before: Any, names: _Related) -> Iterable[FieldChange]:
    if event.pgh_label == "delete":
        return
    for field in _fields_told(event):
        after = getattr(event, field.attname)
        earlier = getattr(before, field.attname) if before else None
        if after == earlier or (before is None and after in (None, "", False)):
            continue
        label = str(field.verbose_name)
        yield FieldChange(
            label, _shown(before, field, earlier, names), _shown(event, field, after, names)
        )


def _fields_told(event: Any) -> list[Any]:
    return [
        field
        for field in event._meta.concrete_fields
        if not field.name.startswith("pgh_") and field.name not in UNTOLD
    ]


def _shown(event: Any, field: Any, value: Any, names: _Related) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.is_relation:
        return names[field.related_model].get(value, f"no. {value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def _names_of_related(told: Sequence[Told]) -> _Related:
    """The names of all rows that the events point at, one query for each model."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for event, _, _ in told:
        for field in _fields_told(event):
            if field.is_relation and getattr(event, field.attname) is not None:
                wanted[field.related_model].add(getattr(event, field.attname))
    names = _Related(dict)
    for model, ids in wanted.items():
        rows = model._default_manager.in_bulk(list(ids))
        names[model] = {pk: str(row) for pk, row in rows.items()}
    return names
