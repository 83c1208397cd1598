"""Somebody who joined a practice is there at once, not checked, so that a visit can name him."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet

from contacts.corrections.kinds import specialty_of
from contacts.corrections.models import ChangeRequest
from contacts.corrections.rows import recorded
from contacts.errors import AlreadyThere
from contacts.models import Affiliation, Evidence, Physician, PhysicianSpecialty
from contacts.services.affiliations import end_all, lock_open, record_opened
from contacts.services.physicians import set_specialties
from liaison_crm.core.text import match_key


def step_in(request: ChangeRequest) -> None:
    """Open the affiliation, and enter the physician if nobody knows him. Nobody verified it."""
    practice = request.practice
    assert practice is not None  # whoever joined, joined a practice
    if request.physician is None:
        refuse_namesake(request)
        request.physician = newcomer(request.proposed)
    is_alone = not lock_open(request.physician)
    request.affiliation = record_opened(
        Affiliation(physician=request.physician, practice=practice, source=Evidence.COLLEAGUE),
        is_primary=is_alone,
    )


def newcomer(value: dict[str, str]) -> Physician:
    """A physician without an NPI."""
    specialty = specialty_of(value["specialty"]) if value["specialty"] else None
    physician = Physician(
        first_name=value["first_name"],
        last_name=value["last_name"],
        credentials=value["credentials"],
        primary_specialty=specialty,
        source=Evidence.COLLEAGUE,
    )
    physician.full_clean()
    physician.save()
    if specialty:
        set_specialties(physician, [specialty])
    return physician


def refuse_namesake(request: ChangeRequest) -> None:
    """Somebody of that name at this practice is the same person."""
    said = request.proposed
    wanted = match_key(f"{said['first_name']} {said['last_name']}")
    here = Affiliation.objects.filter(practice=request.practice, ends_on=None)
    for one in here.select_related("physician"):
        if match_key(f"{one.physician.first_name} {one.physician.last_name}") == wanted:
            raise AlreadyThere(f"{one.physician} works here already.", field="last_name")


def leave_again(request: ChangeRequest, *, on: date) -> dict[str, Any]:
    """Take out who had joined for the time being; who was met by then stays, without the place."""
    affiliation, physician = request.affiliation, request.physician
    if affiliation is None or physician is None:
        return {}
    links = {"physician": physician.pk, "affiliation": affiliation.pk}

    def act() -> None:
        if affiliation.ends_on is None:
            _take_out(request, affiliation, physician, on=on)

    effect: dict[str, Any] = {**recorded(lambda: scene(physician.pk), act), "links": links}
    return effect


def _take_out(
    request: ChangeRequest, affiliation: Affiliation, physician: Physician, *, on: date
) -> None:
    is_unknown = physician.npi is None and bool(request.proposed)
    request.affiliation = None
    request.physician = None if is_unknown else physician
    ChangeRequest.objects.filter(pk=request.pk).update(
        affiliation=None, physician=request.physician
    )
    try:
        with transaction.atomic():
            Affiliation.objects.filter(pk=affiliation.pk).delete()
            if is_unknown:
                Physician.objects.filter(pk=physician.pk).delete()
    except ProtectedError:
        request.affiliation, request.physician = affiliation, physician
        ChangeRequest.objects.filter(pk=request.pk).update(
            affiliation=affiliation.pk, physician=physician
        )
        end_all([affiliation], on=on)


def scene(physician_pk: int) -> list[QuerySet[Any]]:
    """A physician and everything of his that a correction can change, parents first."""
    return [
        Physician.objects.filter(pk=physician_pk),
        PhysicianSpecialty.objects.filter(physician=physician_pk),
        Affiliation.objects.filter(Q(physician=physician_pk)),
    ]
