"""A registry load that says the same as an open correction settles it.

It happens before the load merges anything: a practice that moved is then at its new door already,
and the load finds it there instead of making another. Only records the registry has changed since
the last load count: what it said before, the correction knew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from contacts.corrections.deciding import confirm
from contacts.corrections.kinds import Kind
from contacts.corrections.models import ChangeRequest
from contacts.models import Affiliation, RegistryLoad
from contacts.registry.addresses import door
from liaison_crm.core.errors import DomainError
from liaison_crm.core.text import match_key

SAID_ANEW = """
    SELECT s.npi, s.first_name, s.middle_name, s.last_name, s.door_name, s.line_1, s.line_2,
           s.city, s.state, s.zip_code, s.phone, s.fax, s.is_active, s.primary_code
    FROM registry_staged s
    LEFT JOIN contacts_registryrecord r ON r.npi = s.npi::bigint
    WHERE s.npi = ANY(%(npis)s)
      AND (r.npi IS NULL OR s.changed_on > r.changed_on
           OR (s.status_print IS DISTINCT FROM r.status_print AND %(observed_on)s >= r.observed_on))
"""


@dataclass(frozen=True)
class Said:
    """What the registry says anew about one NPI."""

    npi: str
    first_name: str
    middle_name: str
    last_name: str
    door_name: str
    line_1: str
    line_2: str
    city: str
    state: str
    zip_code: str
    phone: str
    fax: str
    is_active: bool
    primary_code: str

    @cached_property
    def door_key(self) -> str:
        if not self.zip_code:
            return ""
        return door(self.line_1, self.line_2, self.city, self.state, self.zip_code).key


def settle_confirmed(load: RegistryLoad, *, observed_on: date, at: datetime) -> int:
    """Approve what the staged rows confirm; how many. What they contradict stays open."""
    waiting = list(ChangeRequest.objects.open().filter(kind__in=AGREES).for_list().oldest_first())
    speakers = {request.pk: _speakers(request) for request in waiting}
    said = _said_anew(set().union(*speakers.values()) if speakers else set(), observed_on)
    settled = 0
    for request in waiting:
        heard = [said[npi] for npi in speakers[request.pk] if npi in said]
        if not any(AGREES[Kind(request.kind)](request, one) for one in heard):
            continue
        try:
            with transaction.atomic():
                confirm(request, load=load, at=at)
        except (DomainError, ValidationError):
            continue  # an admin decides what cannot be done by itself
        settled += 1
    return settled


def _speakers(request: ChangeRequest) -> set[str]:
    """Whose records speak of it: the physician's own, or those of the people at the practice."""
    if request.physician:
        return {request.physician.npi} if request.physician.npi else set()
    practice = request.practice
    assert practice is not None  # the other kinds are about a practice
    here = Affiliation.objects.filter(practice=practice, ends_on=None, source="nppes")
    found = set(here.exclude(physician__npi=None).values_list("physician__npi", flat=True))
    if practice.organization and practice.organization.npi:
        found.add(practice.organization.npi)
    return {npi for npi in found if npi}


def _said_anew(npis: Iterable[str], observed_on: date) -> dict[str, Said]:
    if not npis:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SAID_ANEW, {"npis": sorted(npis), "observed_on": observed_on})
        return {row[0]: Said(*row) for row in cursor.fetchall()}


def _files(name: str) -> Callable[[ChangeRequest, Said], bool]:
    return lambda request, said: getattr(said, name) == request.proposed[name]


def _moved_there(request: ChangeRequest, said: Said) -> bool:
    value = request.proposed
    there = door(value["street"], value["suite"], value["city"], value["state"], value["zip_code"])
    return said.door_key == there.key


def _is_called(request: ChangeRequest, said: Said) -> bool:
    value = request.proposed
    return match_key(f"{said.first_name} {said.last_name}") == match_key(
        f"{value['first_name']} {value['last_name']}"
    )


def _is_elsewhere(request: ChangeRequest, said: Said) -> bool:
    practice = request.practice
    return not said.is_active or bool(
        practice and said.door_key and said.door_key != practice.address_key
    )


def _is_here(request: ChangeRequest, said: Said) -> bool:
    practice = request.practice
    return bool(said.is_active and practice and said.door_key == practice.address_key)


AGREES: dict[Kind, Callable[[ChangeRequest, Said], bool]] = {
    Kind.PHONE: _files("phone"),
    Kind.FAX: _files("fax"),
    Kind.ADDRESS: _moved_there,
    Kind.PRACTICE_NAME: lambda request, said: (
        match_key(said.door_name) == match_key(request.proposed["name"])
    ),
    Kind.PHYSICIAN_NAME: _is_called,
    Kind.SPECIALTY: lambda request, said: said.primary_code == request.proposed["specialty"],
    Kind.RETIRED: lambda request, said: not said.is_active,
    Kind.LEFT: _is_elsewhere,
    Kind.JOINED: _is_here,
}
