"""An office with two physicians and somebody at the desk, and the whole directory to compare."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from contacts.corrections.rows import values_of
from contacts.corrections.services import Correction, propose
from contacts.models import (
    Affiliation,
    ChangeRequest,
    Physician,
    PhysicianSpecialty,
    Practice,
    StaffMember,
)
from liaison_crm.core.errors import DomainError
from tests import factories


@dataclass
class Office:
    practice: Practice
    neighbour: Practice
    doctor: Physician
    partner: Physician
    here: Affiliation
    desk: StaffMember

    def about(self, kind: str, value: dict[str, Any] | None = None, **more: Any) -> Correction:
        """A correction of one of the office's rows; which one, the kind says."""
        subject: dict[str, Any] = {"practice": self.practice}
        if kind in ("physician_name", "specialty", "retired"):
            subject = {"physician": self.doctor}
        elif kind == "left":
            subject = {"affiliation": self.here}
        elif kind.startswith("staff"):
            subject = {"staff_member": self.desk}
        elif kind == "merged":
            subject["other_practice"] = self.neighbour
        standing = VALUES[kind] if value is None else value
        return Correction(kind=kind, value=standing, **{**subject, **more})


VALUES: dict[str, dict[str, str]] = {
    "phone": {"phone": "2165550100"},
    "fax": {"fax": "2165550101"},
    "address": {
        "street": "7001 Pearl Rd",
        "suite": "Suite 200",
        "city": "Parma",
        "state": "OH",
        "zip_code": "44130",
    },
    "practice_name": {"name": "Parma Family Medicine"},
    "hours": {"hours": "Mon to Thu, 8 to 5"},
    "access_rule": {"access_rule": "Tuesday lunch only"},
    "joined": {"first_name": "Linh", "last_name": "Nguyen", "credentials": "DO"},
    "closed": {"on": "2026-03-01"},
    "merged": {"on": "2026-03-01"},
    "physician_name": {"first_name": "Maya", "last_name": "Raman-Cole", "credentials": "MD"},
    "specialty": {"specialty": "999Z77777X"},
    "retired": {"on": "2026-03-01"},
    "left": {"on": "2026-03-01"},
    "staff_name": {"name": "Rosa Delgado"},
    "staff_phone": {"phone": "2165550199"},
    "staff_left": {"on": "2026-03-01"},
}


@pytest.fixture
def office(north, south) -> Office:
    """Two areas, so that a move may change the territory."""
    factories.AreaFactory(territory=north, code="44129")
    factories.AreaFactory(territory=south, code="44130")
    factories.SpecialtyFactory(taxonomy_code="999Z77777X", name="Sleep medicine")
    practice = factories.PracticeFactory(name="Pearl Road Medical", territory=north)
    neighbour = factories.PracticeFactory(name="Ridge Road Medical", territory=north)
    doctor, partner = factories.PhysicianFactory(), factories.PhysicianFactory()
    here = factories.AffiliationFactory(physician=doctor, practice=practice)
    factories.AffiliationFactory(physician=doctor, practice=neighbour, is_primary=False)
    factories.AffiliationFactory(physician=partner, practice=practice)
    desk = factories.StaffMemberFactory(practice=practice, name="Rosa D")
    return Office(practice, neighbour, doctor, partner, here, desk)


@pytest.fixture
def ask(office, ana, now) -> Callable[..., ChangeRequest]:
    """Ana, or who else is named, proposes a correction of the office."""

    def propose_it(kind: str, value: Any = None, by: Any = None, **more: Any) -> ChangeRequest:
        return propose(office.about(kind, value, **more), by=by or ana, at=now)

    return propose_it


def directory() -> dict[str, list[Any]]:
    """Every fact of the directory, but for when it was written."""
    models: tuple[Any, ...] = (Practice, Physician, PhysicianSpecialty, Affiliation, StaffMember)
    return {
        model.__name__: [{**values_of(row), "pk": row.pk} for row in model.objects.order_by("pk")]
        for model in models
    }


def all_at_once(*actions: Callable[[], object]) -> list[object]:
    """What each action gave, or the refusal it met, all started at the same moment."""
    start = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            start.wait()
            return action()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))
