"""A physician entered without an NPI gets one, or turns out to be somebody known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import DO_NOTHING, ProtectedError

from accounts.models import User
from contacts import hooks
from contacts.corrections.errors import ChangedSince, NpiGiven
from contacts.corrections.models import NpiMatch
from contacts.corrections.rows import Effect, put_back, recorded, values_of
from contacts.models import Affiliation, Physician, PhysicianSpecialty
from contacts.services.affiliations import lock_open
from contacts.services.facts import put_on, refuse_unless_admin, save_changes
from liaison_crm.core.errors import is_unique_violation
from liaison_crm.core.npi import REASONS, npi_problem

Moved = list[dict[str, Any]]


@transaction.atomic
def give_npi(physician: Physician, npi: str, *, by: User, at: datetime) -> NpiMatch:
    """Say whose NPI it is. If somebody here has it already, the two are joined: visits, promises,
    referrals and affiliations go to the known one, who is found from then on under both names."""
    refuse_unless_admin(by)
    if problem := npi_problem(npi):
        raise ValidationError({"npi": REASONS[problem]})
    known = Physician.objects.filter(npi=npi).first()
    both = [physician.pk, known.pk] if known else [physician.pk]
    rows = {row.pk: row for row in _held(both)}
    unknown = rows[physician.pk]
    if unknown.npi or unknown.joined_into_id:
        raise NpiGiven(f"{unknown} has an NPI already.")
    match = NpiMatch(physician=unknown, npi=npi, made_by=by, made_at=at)
    if known:
        match.into = rows[known.pk]
        match.moved, match.effect = _join(unknown, into=match.into)
    else:
        match.effect = recorded(lambda: [_one(unknown)], lambda: _write_npi(unknown, npi))
    match.save()
    hooks.directory_grew()
    return match


@transaction.atomic
def undo_match(match: NpiMatch, *, by: User, at: datetime) -> None:
    """Take the NPI back, or part the two again. What was written about the known one since then
    stays with him."""
    refuse_unless_admin(by)
    match = NpiMatch.objects.select_for_update(of=("self",)).get(pk=match.pk)
    if match.undone_at:
        raise ChangedSince("This match was undone already.")
    list(_held([match.physician_id, *([match.into_id] if match.into_id else [])]))
    for moved in match.moved:
        _move_back(moved, match)
    put_back(match.effect)
    match.undone_at = at
    match.save(update_fields=["undone_at", "updated_at"])


def _held(pks: list[int]) -> models.QuerySet[Physician]:
    """Both rows, always in the same order, so that two joins never wait in a circle."""
    return Physician.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")


def _one(physician: Physician) -> models.QuerySet[Physician]:
    return Physician.objects.filter(pk=physician.pk)


def _write_npi(physician: Physician, npi: str) -> None:
    save_changes(physician, put_on(physician, {"npi": npi}))


def _join(unknown: Physician, *, into: Physician) -> tuple[Moved, Effect]:
    """Point at the known one whatever points at the unknown one, in every app above."""
    moved: Moved = []

    def act() -> None:
        _give_up_first_place(unknown, into)
        for relation in pointing_at_physicians():
            moved.extend(_move(relation, unknown, into))
        save_changes(unknown, put_on(unknown, {"joined_into": into}))

    doubles: list[dict[str, Any]] = []
    for relation in pointing_at_physicians():
        doubles.extend(_drop_doubles(relation, unknown, into))
    affiliations = Affiliation.objects.filter(physician__in=[unknown.pk, into.pk])
    kept = set(affiliations.values_list("pk", flat=True))
    effect = recorded(lambda: [_one(unknown), Affiliation.objects.filter(pk__in=kept)], act)
    # Where an affiliation points is in `moved`; everything else about it is here.
    for change in effect["changed"]:
        for side in ("was", "now"):
            change[side].pop("physician", None)
    effect["changed"] = [change for change in effect["changed"] if change["now"]]
    effect["gone"] = doubles
    return moved, effect


def pointing_at_physicians() -> list[Any]:
    """Foreign keys of people's rows. Counts are counted again, specialties stay with the row."""
    ours = (PhysicianSpecialty, NpiMatch)
    return [
        relation.field
        for relation in Physician._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.on_delete is not DO_NOTHING
        and relation.related_model not in ours
    ]


def _give_up_first_place(unknown: Physician, into: Physician) -> None:
    """Of two primary practices the known physician's stays."""
    if any(one.is_primary for one in lock_open(into)):
        for one in lock_open(unknown):
            save_changes(one, put_on(one, {"is_primary": False}))


def _drop_doubles(field: Any, unknown: Physician, into: Physician) -> list[dict[str, Any]]:
    """Rows that would say twice what a row of the known one says: met at the same visit, works at
    the same practice. They are kept in the match, so that parting brings them back."""
    dropped = []
    for row in _rows(field).filter(**{field.name: unknown.pk}).order_by("pk"):
        if _would_double(row, field, into):
            dropped.append({"model": row._meta.label_lower, "pk": row.pk, "values": values_of(row)})
            _delete(row)
    return dropped


def _would_double(row: models.Model, field: Any, into: Physician) -> bool:
    """Is there a row of the known one that a unique rule would not let this one stand beside?"""
    for constraint in row._meta.constraints:
        names = getattr(constraint, "fields", ())
        if field.name not in names or names == (field.name,):
            continue
        same = {name: getattr(row, name) for name in names if name != field.name}
        beside = _rows(field).filter(**same, **{field.name: into.pk})
        condition = getattr(constraint, "condition", None)
        if condition is not None:
            if not _rows(field).filter(condition, pk=row.pk).exists():
                continue
            beside = beside.filter(condition)
        if beside.exists():
            return True
    return False


def _delete(row: models.Model) -> None:
    try:
        row.delete()
    except ProtectedError as error:
        raise ChangedSince(
            f"Two rows say the same and both are in use: {row}. Decide them first."
        ) from error


def _move(field: Any, unknown: Physician, into: Physician) -> Moved:
    rows = _rows(field).filter(**{field.name: unknown.pk})
    pks = sorted(rows.values_list("pk", flat=True))
    if not pks:
        return []
    rows.update(**{field.name: into.pk})
    return [{"model": field.model._meta.label_lower, "field": field.name, "pks": pks}]


def _move_back(moved: dict[str, Any], match: NpiMatch) -> None:
    """What still points at the known one goes back; what was put elsewhere since stays there."""
    field = next(
        one
        for one in pointing_at_physicians()
        if (one.model._meta.label_lower, one.name) == (moved["model"], moved["field"])
    )
    still = _rows(field).filter(pk__in=moved["pks"], **{field.name: match.into_id})
    try:
        with transaction.atomic():
            still.update(**{field.name: match.physician_id})
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        raise ChangedSince("Rows of the two can no longer be told apart.") from error


def _rows(field: Any) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = field.model._base_manager.all()
    return rows
