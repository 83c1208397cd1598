"""How a correction reads: what is said, who says so, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from contacts.corrections.kinds import PERSON, Kind
from contacts.corrections.models import ChangeRequest
from liaison_crm.core.wording import phone_number, short_day

SINCE = {
    Kind.CLOSED: "Closed since {day}",
    Kind.RETIRED: "Retired since {day}",
    Kind.LEFT: "Gone since {day}",
    Kind.STAFF_LEFT: "Gone since {day}",
}


def words(request: ChangeRequest, value: Mapping[str, str], names: Mapping[str, str]) -> str:
    """A value as a line; `names` are those of specialties by their codes."""
    if request.kind == Kind.JOINED:
        return _newcomer(request, value, names)
    if not any(value.values()):
        return ""
    if "on" in value:
        return _since(request, value)
    if "specialty" in value:
        return names.get(value["specialty"], value["specialty"])
    return _written(Kind(request.kind), value)


def _since(request: ChangeRequest, value: Mapping[str, str]) -> str:
    day = short_day(date.fromisoformat(value["on"]), request.asked_at)
    said = SINCE.get(Kind(request.kind), f"Part of {request.other_practice} since {{day}}")
    return said.format(day=day)


def _written(kind: Kind, value: Mapping[str, str]) -> str:
    if kind == Kind.ADDRESS:
        street = ", ".join(filter(None, [value["street"], value["suite"], value["city"]]))
        return f"{street}, {value['state']} {value['zip_code']}"
    if kind == Kind.PHYSICIAN_NAME:
        name = " ".join(value[part] for part in PERSON[:4] if value[part])
        return f"{name}, {value['credentials']}" if value["credentials"] else name
    text = next(iter(value.values()))
    return phone_number(text) if kind in (Kind.PHONE, Kind.FAX, Kind.STAFF_PHONE) else text


def _newcomer(request: ChangeRequest, value: Mapping[str, str], names: Mapping[str, str]) -> str:
    if request.physician:
        return request.physician.full_name
    if not value:
        return ""
    said = f"{value['first_name']} {value['last_name']}"
    parts = [said, value["credentials"], names.get(value["specialty"], "")]
    return ", ".join(filter(None, parts))


def said_by(request: ChangeRequest) -> str:
    """Who says so: "Ana North", "The office, to Ana North", "The office itself"."""
    if request.by is None:
        return "The office itself"
    if request.said_by == ChangeRequest.SaidBy.OFFICE:
        return f"The office, to {request.by}"
    if request.said_by == ChangeRequest.SaidBy.UNKNOWN:
        return f"{request.by}, who heard it elsewhere"
    return str(request.by)


def fate(request: ChangeRequest) -> str:
    """What became of it, and by whom."""
    if request.is_open:
        return "Not checked yet"
    if request.state == ChangeRequest.State.WITHDRAWN:
        return "Withdrawn"
    if request.load_id:
        return "The registry says so too"
    return f"{request.get_state_display()} by {request.decided_by}"
