"""What a decision wrote, row by row, so that it can be put back exactly as it was.

The rows that may be touched are read, locked, before and after; the difference is the effect:
`changed` rows with both values, `made` rows, and rows that are `gone`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, QuerySet

from contacts.corrections.errors import ChangedSince
from contacts.models import Practice
from contacts.services.territories import hold_areas, territory_at
from liaison_crm.core.errors import is_unique_violation

Scene = Callable[[], list[QuerySet[Any]]]
Values = dict[str, Any]
Effect = dict[str, list[dict[str, Any]]]
Seen = dict[tuple[str, int], Values]

UNSAID = frozenset({"updated_at", "search"})
# The areas decide it, at the time of an undo as at any other.
FOLLOWS = "territory"


def recorded(scene: Scene, act: Callable[[], Any]) -> Effect:
    """Do it, and say what it did to the rows of the scene."""
    before = _seen(scene())
    act()
    after = _seen(scene())
    after |= {key: values for key in before.keys() - after.keys() if (values := _read(key))}
    return {
        "changed": [
            _change(key, values, after[key])
            for key, values in before.items()
            if key in after and values != after[key]
        ],
        "made": [_named(key, values=after[key]) for key in after if key not in before],
        "gone": [_named(key, values=before[key]) for key in before if key not in after],
    }


def put_back(effect: Mapping[str, Any]) -> None:
    """Make every row what it was. Refuses, in a sentence, if one has been changed since."""
    try:
        with transaction.atomic():
            for made in reversed(effect.get("made", [])):
                _unmake(made)
            for gone in effect.get("gone", []):
                _make_again(gone)
            # A row that gives a place up goes before the one that takes it again.
            for change in sorted(effect.get("changed", []), key=_takes_a_place):
                _restore(change)
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        raise ChangedSince("Something else stands in its place by now. Correct it anew.") from error


def _seen(querysets: Iterable[QuerySet[Any]]) -> Seen:
    seen: Seen = {}
    for rows in querysets:
        for row in rows.order_by("pk").select_for_update(of=("self",)):
            seen[row._meta.label_lower, row.pk] = values_of(row)
    return seen


def _read(key: tuple[str, int]) -> Values | None:
    """A row that left the scene without being gone."""
    row = apps.get_model(key[0])._base_manager.filter(pk=key[1]).first()
    return values_of(row) if row else None


def values_of(row: models.Model) -> Values:
    return {
        field.name: _plain(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in UNSAID
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _named(key: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {"model": key[0], "pk": key[1], **more}


def _change(key: tuple[str, int], was: Values, now: Values) -> dict[str, Any]:
    names = [name for name in now if was[name] != now[name]]
    return _named(
        key, was={name: was[name] for name in names}, now={name: now[name] for name in names}
    )


def _takes_a_place(change: Mapping[str, Any]) -> bool:
    was = change["was"]
    return was.get("is_primary") is True or ("ends_on" in was and was["ends_on"] is None)


def _restore(change: Mapping[str, Any]) -> None:
    row = _locked(change)
    stands = values_of(row)
    now = {name: value for name, value in change["now"].items() if name != FOLLOWS}
    if any(stands[name] != value for name, value in now.items()):
        raise ChangedSince(f"{row} has been changed since. Correct it anew.")
    was = {name: value for name, value in change["was"].items() if name != FOLLOWS}
    _put(row, was)
    if isinstance(row, Practice) and "zip_code" in was:
        hold_areas()
        row.territory = territory_at(row.zip_code, row.county_fips)
        was[FOLLOWS] = row.territory_id
    row.save(update_fields=[*was, *_stamp(row)])


def _unmake(made: Mapping[str, Any]) -> None:
    row = _locked(made)
    if values_of(row) != made["values"]:
        raise ChangedSince(f"{row} has been changed since. Correct it anew.")
    try:
        row.delete()
    except ProtectedError as error:
        raise ChangedSince(f"{row} is in use by now, so it stays.") from error


def _make_again(gone: Mapping[str, Any]) -> None:
    row = apps.get_model(gone["model"])(pk=gone["pk"])
    _put(row, gone["values"])
    row.save(force_insert=True)


def _put(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        field: Any = row._meta.get_field(name)
        setattr(row, field.attname, field.to_python(value))


def _locked(change: Mapping[str, Any]) -> Any:
    rows = apps.get_model(change["model"])._base_manager.select_for_update(of=("self",))
    row = rows.filter(pk=change["pk"]).first()
    if row is None:
        raise ChangedSince("A row it touched is gone by now. Correct it anew.")
    return row


def _stamp(row: models.Model) -> list[str]:
    return ["updated_at"] if any(f.name == "updated_at" for f in row._meta.fields) else []
