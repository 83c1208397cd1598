"""What the hospital wants offices to hear, and which of them have: four messages, one revised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from liaison_crm.core.periods import local_moment, site_zone
from liaison_crm.demo.directory import Market, Office
from referrals.models import ServiceLine
from visits.education.models import Hearing, Message, MessageVersion


@dataclass(frozen=True)
class Told:
    """A message, its versions with the days since each, and how many in ten offices heard it."""

    title: str
    line: str
    versions: tuple[tuple[int, str], ...]
    heard_in_ten: int
    ended_days_ago: int = 0


MESSAGES = (
    Told(
        "Echo reports within two working days",
        "cardiology",
        (
            (120, "Echo reports now leave within three working days.\nAsk for the portal."),
            (
                38,
                "Echo reports leave within two working days.\n"
                "They arrive in the portal first, then by fax.\n"
                "Late? Tell us which week, never which patient.",
            ),
        ),
        6,
    ),
    Told(
        "New spine clinic in Medina",
        "orthopedics",
        (
            (
                75,
                "Open Monday to Thursday, first visits within a week.\n"
                "Imaging from elsewhere is fine: send the link, not the disc.",
            ),
        ),
        4,
    ),
    Told(
        "One number for urgent referrals",
        "",
        ((20, "One number for all services, answered by a nurse from 7 to 7."),),
        2,
    ),
    Told(
        "Flu shots without an appointment",
        "",
        ((400, "Walk in until the end of January, every weekday."),),
        5,
        ended_days_ago=290,
    ),
)


def build_messages(market: Market) -> None:
    lines = {line.code: line for line in ServiceLine.objects.all()}
    offices = [office for office in market.offices if office.owner]
    for told in MESSAGES:
        first = market.today - timedelta(days=told.versions[0][0])
        message = Message.objects.create(
            title=told.title,
            service_line=lines.get(told.line),
            version=len(told.versions),
            valid_from=first,
            valid_until=market.today - timedelta(days=told.ended_days_ago)
            if told.ended_days_ago
            else None,
        )
        for number, (days_ago, points) in enumerate(told.versions, 1):
            version = MessageVersion.objects.create(
                message=message,
                number=number,
                points=points,
                published_by=market.users["Dana Kowalski"],
                published_at=_hour(market.today - timedelta(days=days_ago), 9),
            )
            _tell(market, version, offices, days_ago, told)


def _tell(
    market: Market, version: MessageVersion, offices: list[Office], days_ago: int, told: Told
) -> None:
    """Offices the liaisons told on a working day since, each by its own liaison."""
    rng, rows = market.rng, []
    latest = max(told.ended_days_ago, 1)
    for office in offices:
        if rng.random() * 10 >= told.heard_in_ten or days_ago <= latest:
            continue
        day = market.today - timedelta(days=rng.randrange(latest, max(latest + 1, days_ago - 2)))
        told_on = day - timedelta(days=max(0, day.weekday() - 4))
        assert office.owner is not None  # drawn from owned offices only
        rows.append(
            Hearing(
                practice=office.practice,
                version=version,
                told_by=office.owner,
                told_at=_hour(told_on, rng.randrange(9, 16)),
                told_on=told_on,
            )
        )
    Hearing.objects.bulk_create(rows)


def _hour(day: date, hour: int) -> datetime:
    return local_moment(day, time(hour), site_zone())
