"""Rows of the table that belong to corrections: one open, one decided, somebody without an NPI."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from contacts.corrections import services
from contacts.corrections.services import Correction
from tests import factories


def correction_rows(world: Any, now: Any) -> None:
    owner, admin, practice = world.people["owner"], world.people["admin"], world.north_practice

    def ask(kind: str, why: str = "", **value: str) -> Any:
        said = Correction(kind=kind, value=value, practice=practice, why=why)
        return services.propose(said, by=owner, at=now)

    decided = ask("fax", fax="2165550145")
    services.approve(decided, by=admin, at=now)
    found, newcomer = (
        ask("joined", first_name=name, last_name="Newcomer").physician for name in ("Ada", "Bea")
    )
    together = services.approve_all([ask("hours", hours="8 to 5")], by=admin, at=now)
    world.rows |= {
        "together": SimpleNamespace(public_id=together.key, pk=0),
        "correction": ask("phone", why="A secret of the north", phone="2165550144"),
        "decided_correction": decided,
        "newcomer": newcomer,
        "match": services.give_npi(found, factories.npi(600_001), by=admin, at=now),
    }
