"""What colleagues and offices say is otherwise: some of it waits, some has been answered."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from contacts.corrections import services
from contacts.corrections.services import Correction
from contacts.models import ChangeRequest
from liaison_crm.demo.directory import Market, Office


def build_corrections(market: Market, *, now: datetime) -> None:
    """A suite that moved, somebody who retired, a newcomer, a number the office wrote itself."""
    moved, gone, joined, called, told, kept = _offices(market)
    day = timedelta(days=1)
    suite = {
        name: getattr(moved.practice, name) for name in ("street", "city", "state", "zip_code")
    }
    _say(moved, "address", now - 2 * day, why="The sign is up already", suite="Suite 200", **suite)
    retired = {"on": (now - 9 * day).date().isoformat()}
    _say(gone, "retired", now - 3 * day, why="Party was last week", **retired)
    _say(joined, "joined", now - day, first_name="Linh", last_name="Nguyen", credentials="DO")
    services.propose_from_office(
        called.practice,
        kind="fax",
        value={"fax": "4405550199"},
        at=now - day,
        client_key=uuid.uuid5(uuid.NAMESPACE_OID, "demo fax"),
    )
    iris = market.users["Iris Holm"]
    right = _say(told, "phone", now - 6 * day, why="New line", phone="4405550123")
    services.approve(right, by=iris, at=now - 2 * day, word="They answered. Thank you.")
    wrong = _say(kept, "hours", now - 6 * day, hours="Mon to Fri, 7 to 3")
    services.decline(wrong, by=iris, at=now - day, word="That was the summer only.")


def _say(office: Office, kind: str, at: datetime, *, why: str = "", **value: str) -> ChangeRequest:
    """Its liaison says so; of a physician where the kind is about one."""
    assert office.owner is not None  # they are Maya's
    about: Any = (
        {"physician": office.physicians[1]} if kind == "retired" else {"practice": office.practice}
    )
    said = ChangeRequest.SaidBy.OFFICE if why else ChangeRequest.SaidBy.COLLEAGUE
    correction = Correction(kind=kind, value=value, why=why, said_by=said, **about)
    return services.propose(correction, by=office.owner, at=at)


def _offices(market: Market) -> list[Office]:
    """Six of Maya's offices with more than one physician that are no story of their own."""
    maya = market.users["Maya Lindqvist"]
    told = set(map(id, market.stories.values()))
    own = [one for one in market.offices if one.owner == maya and len(one.physicians) > 1]
    return [one for one in own if id(one) not in told][:6]
