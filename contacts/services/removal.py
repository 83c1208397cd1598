"""Deleting is for mistakes. What has a history stays."""

from __future__ import annotations

from collections import Counter

from django.db import models, transaction
from django.db.models import ProtectedError, RestrictedError

from accounts.models import User
from contacts.errors import HasHistory
from contacts.services.facts import refuse_unless_admin


@transaction.atomic
def delete_record(row: models.Model, *, by: User) -> None:
    """Delete a record nothing points at; otherwise say what does."""
    refuse_unless_admin(by)
    try:
        row.delete()
    except ProtectedError as error:
        raise HasHistory(f"{row} stays: {named(error.protected_objects)}.") from error
    except RestrictedError as error:
        raise HasHistory(f"{row} stays: {named(error.restricted_objects)}.") from error


def named(rows: set[models.Model]) -> str:
    """What points at it, most first: "3 visits and 1 affiliation belong to it"."""
    counts = Counter(type(row) for row in rows)
    parts = [
        f"{count:,} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        for model, count in counts.most_common()
    ]
    verb = "belongs" if sum(counts.values()) == 1 else "belong"
    listed = " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
    return f"{listed} {verb} to it"
