"""What each kind of message tells of referrals, by the standard's own fields.

The moment of an event is the one the message gives it, else the moment the message was made
(MSH-7): never the moment it came in. So any order of arrival tells the same story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from referrals.hl7.errors import Hl7Refused, NotOurs, unreadable
from referrals.hl7.moments import moment
from referrals.hl7.naming import (
    coded,
    identified_provider,
    organization,
    patient_number,
    written_provider,
    zip_of,
)
from referrals.hl7.parsing import Message, Segment
from referrals.hl7.told import Code, Description, Place, Provider, Told, identifier
from referrals.models import Status

VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2")
REFERRALS = ("REF^I12", "REF^I13", "REF^I14", "REF^I15")
ORDERS = ("ORM^O01", "OMG^O19")
APPOINTMENTS = {
    "SIU^S12": Status.SCHEDULED,
    "SIU^S13": Status.SCHEDULED,
    "SIU^S14": Status.SCHEDULED,
    "SIU^S15": Status.CANCELLED,
    "SIU^S16": Status.CANCELLED,
    "SIU^S17": Status.CANCELLED,
    "SIU^S26": Status.NO_SHOW,
}
# RF1-1, HL7 table 0283: accepted, rejected, expired. Pending and the rest tell nothing new.
REFERRAL_STATUS = {"A": Status.ACCEPTED, "R": Status.DECLINED, "E": Status.CANCELLED}
# ORC-1, HL7 table 0119. What is not here tells of an order's inner life.
ORDER_CONTROL = {
    "NW": Status.RECEIVED,
    "RO": Status.RECEIVED,
    "PA": Status.RECEIVED,
    "OK": Status.ACCEPTED,
    "UA": Status.DECLINED,
    "CA": Status.CANCELLED,
    "OC": Status.CANCELLED,
    "CR": Status.CANCELLED,
    "DC": Status.CANCELLED,
    "OD": Status.CANCELLED,
    "DR": Status.CANCELLED,
}
# ORC-5, HL7 table 0038, where the order control says no more than that something changed.
ORDER_STATUS = {
    "CM": Status.COMPLETED,
    "CA": Status.CANCELLED,
    "DC": Status.CANCELLED,
    "SC": Status.SCHEDULED,
}
# SCH-25, HL7 table 0278.
APPOINTMENT_STATUS = {
    "COMPLETE": Status.COMPLETED,
    "COMPLETED": Status.COMPLETED,
    "NOSHOW": Status.NO_SHOW,
    "NO SHOW": Status.NO_SHOW,
    "CANCELLED": Status.CANCELLED,
    "CANCELED": Status.CANCELLED,
    "DELETED": Status.CANCELLED,
}
NEW_ORDERS = ("NW", "RO", "PA")


@dataclass(frozen=True)
class Reading:
    """One message and the zone its local times are of."""

    message: Message
    zone: ZoneInfo

    @cached_property
    def made_at(self) -> datetime:
        text = self.message.header.text(7)
        if not text:
            raise Hl7Refused("missing", "MSH-7 is empty: when was this made?", condition="missing")
        return moment(text, self.zone, "MSH-7")

    def moment(self, segment: Segment, number: int) -> datetime | None:
        text = segment.text(number)
        return moment(text, self.zone, f"{segment.name}-{number}") if text else None

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def read(message: Message, zone: ZoneInfo) -> list[Told]:
    """Everything this message tells of referrals, or `NotOurs`, or why it cannot be taken."""
    _must_be_understood(message)
    reading = Reading(message, zone)
    kind = message.kind
    how: Callable[[Reading], Iterator[Told]] | None = None
    if kind in REFERRALS:
        how = _referral
    elif kind in ORDERS:
        how = _orders
    elif kind in APPOINTMENTS:
        how = _appointment
    if how is None:
        raise NotOurs("kind")
    if message.header.text(11)[:1] != "P":
        raise NotOurs("not_production")
    return list(how(reading))


def _must_be_understood(message: Message) -> None:
    header = message.header
    if not header.text(9):
        raise unreadable("no_kind", "MSH-9 is empty: what is this?", condition="missing")
    if message.version not in VERSIONS:
        reason = "MSH-12 names no version from 2.3 to 2.8."
        raise unreadable("version", reason, condition="version")
    if not header.text(10):
        reason = "MSH-10 is empty: a message without a control id cannot be acknowledged."
        raise unreadable("no_control_id", reason, condition="missing")


def _referral(reading: Reading) -> Iterator[Told]:
    message = reading.message
    rf1 = message.one("RF1")
    external_id = identifier(rf1.text(6) or rf1.text(11), "RF1-6")
    if not external_id:
        raise Hl7Refused("missing", "RF1-6 and RF1-11 are empty: which?", condition="missing")
    began_at = _began_at(reading, rf1)
    status, happened_at = _referral_status(reading, rf1, began_at)
    yield Told(
        external_id,
        reading.made_at,
        status=status,
        happened_at=happened_at,
        description=_described_referral(reading, rf1, began_at),
        patient_number=patient_number(message),
    )


def _referral_status(
    reading: Reading, rf1: Segment, began_at: datetime | None
) -> tuple[Status | None, datetime | None]:
    """What the message tells of. A referral that merely is there began on the day it names."""
    if reading.message.kind == "REF^I14":
        return Status.CANCELLED, reading.made_at
    status = REFERRAL_STATUS.get(rf1.text(1).upper())
    if status:
        return status, reading.made_at
    if began_at is None and reading.message.kind == "REF^I12":
        began_at = reading.made_at
    return (Status.RECEIVED, began_at) if began_at else (None, None)


def _began_at(reading: Reading, rf1: Segment) -> datetime | None:
    """RF1-9 is the day it originated; from when it holds (RF1-7) may be still to come."""
    if originated := reading.moment(rf1, 9):
        return originated
    holds_from = reading.moment(rf1, 7)
    return holds_from if holds_from and holds_from <= reading.made_at else None


def _described_referral(
    reading: Reading, rf1: Segment, began_at: datetime | None
) -> Description | None:
    """Who, from where, for what, to whom: if the message names who refers."""
    providers = {"RP": Provider(), "RT": Provider()}
    places: dict[str, Place] = {}
    for prd in reading.message.all("PRD"):
        role = next((each.part() for each in prd.repeats(1) if each.part() in providers), "")
        if role and role not in places:
            providers[role] = identified_provider(prd)
            zip_code = zip_of(prd, 11, 5) or zip_of(prd, 3, 5)
            places[role] = Place(organization(prd, 10), zip_code)
    if not providers["RP"]:
        return None
    if began_at is None and reading.message.kind == "REF^I12":
        began_at = reading.made_at
    there = places.get("RT", Place()).code
    return Description(
        physician=providers["RP"],
        practice=places["RP"],
        service_line=coded(rf1, 3),
        destination=there if there.code else receiving_facility(reading.message),
        receiver=providers["RT"],
        referred_on=reading.day(began_at) if began_at else None,
    )


def _orders(reading: Reading) -> Iterator[Told]:
    """Each ORC with the OBR below it is an order of its own."""
    pairs: list[tuple[Segment, Segment | None]] = []
    for segment in reading.message.all("ORC", "OBR"):
        if segment.name == "ORC":
            pairs.append((segment, None))
        elif pairs and pairs[-1][1] is None:
            pairs[-1] = (pairs[-1][0], segment)
    if not pairs:
        raise Hl7Refused("missing", "There is no ORC in this order.", condition="missing")
    told = [_order(reading, orc, obr) for orc, obr in pairs]
    if not any(told):
        raise NotOurs("no_news")
    yield from filter(None, told)


def _order(reading: Reading, orc: Segment, obr: Segment | None) -> Told | None:
    external_id = identifier(orc.text(2) or orc.text(3), "ORC-2")
    if not external_id:
        raise Hl7Refused("missing", "ORC-2 and ORC-3 are empty: which?", condition="missing")
    control = orc.text(1).upper()
    status = ORDER_CONTROL.get(control) or ORDER_STATUS.get(orc.text(5).upper())
    at = reading.moment(orc, 9) or reading.made_at
    description = _described_order(reading, orc, obr) if obr else None
    if status is None and (description is None or control not in ("XO", "SC")):
        return None
    if description and control in NEW_ORDERS:
        description = _began(description, reading.day(at))
    return Told(
        external_id,
        reading.made_at,
        status=status,
        happened_at=at if status else None,
        description=description,
        patient_number=patient_number(reading.message),
    )


def _described_order(reading: Reading, orc: Segment, obr: Segment) -> Description | None:
    physician = written_provider(orc, 12) or written_provider(obr, 16)
    if not physician:
        return None
    zip_code = zip_of(orc, 22, 5) or zip_of(orc, 24, 5)
    return Description(
        physician=physician,
        practice=Place(organization(orc, 21), zip_code),
        service_line=coded(obr, 4),
        destination=receiving_facility(reading.message),
    )


def _began(description: Description, on: date) -> Description:
    return Description(**{**vars(description), "referred_on": on})


def _appointment(reading: Reading) -> Iterator[Told]:
    """An appointment follows the order it names; one that names none is of no referral."""
    sch = reading.message.one("SCH")
    external_id = identifier(sch.text(26) or sch.text(27), "SCH-26")
    if not external_id:
        raise NotOurs("no_order")
    status = APPOINTMENTS[reading.message.kind]
    if status == Status.SCHEDULED:
        told = (sch.text(25, 1) or sch.text(25, 2)).upper()
        status = APPOINTMENT_STATUS.get(told, status)
    yield Told(
        external_id,
        reading.made_at,
        status=status,
        happened_at=reading.made_at,
        patient_number=patient_number(reading.message),
    )


def receiving_facility(message: Message) -> Code:
    return coded(message.header, 6)
