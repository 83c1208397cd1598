"""Two years of synthetic referrals with their life cycles, told to us with a delay."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from contacts.models import Physician
from liaison_crm.core.periods import site_zone
from liaison_crm.demo.copying import copy_rows, reserve_ids
from liaison_crm.demo.directory import Market, Office
from liaison_crm.demo.places import FACILITIES, SERVICE_LINES
from liaison_crm.demo.stories import STORIES, factor
from referrals.models import (
    Facility,
    IntakeBatch,
    Referral,
    ReferralEvent,
    ServiceLine,
    Source,
    Status,
)

MONTHS = 24
SEASON = (0.97, 0.95, 1.04, 1.02, 1.01, 1.0, 0.93, 0.98, 1.04, 1.07, 1.0, 0.95)
OURS = ("lakeshore-main", "lakeshore-south")
RIVALS = ("northcoast", "st-brendan", "northcoast", "other")
OVERALL_GROWTH = 0.02


@dataclass(frozen=True)
class Catalogue:
    """The rows every referral points at, by code."""

    source: Source
    service_lines: dict[str, ServiceLine]
    facilities: dict[str, Facility]
    batch: IntakeBatch


@dataclass
class Told:
    """One referral and what became of it, as far as we know by now."""

    office: Office
    physician: Physician
    practice_id: int
    service_line: str
    destination: str
    referred_on: date
    events: list[tuple[str, datetime, datetime]]  # status, happened, learned


def build_catalogue(market: Market) -> Catalogue:
    """Service lines, destinations, and the feed the history came through."""
    source, _ = Source.objects.get_or_create(
        code="ehr", defaults={"name": "EHR feed", "time_zone": str(site_zone())}
    )
    lines = {
        code: ServiceLine.objects.get_or_create(code=code, defaults={"name": name})[0]
        for code, name in SERVICE_LINES.items()
    }
    facilities = {
        code: Facility.objects.get_or_create(
            code=code, defaults={"name": name, "network": network}
        )[0]
        for code, name, network in FACILITIES
    }
    batch = IntakeBatch.objects.create(
        source=source,
        file_name="ehr-history.csv",
        sha256=hashlib.sha256(f"demo {market.today}".encode()).hexdigest(),
        state=IntakeBatch.State.DONE,
        uploaded_by=market.users["Iris Holm"],
    )
    return Catalogue(source, lines, facilities, batch)


def build_history(
    market: Market, catalogue: Catalogue, *, now: datetime, progress: Callable[[float], None]
) -> int:
    """Write every referral we would know of by `now`; returns how many."""
    told: list[Told] = []
    for number, office in enumerate(market.offices):
        told.extend(_referrals_of(market, office, now))
        progress((number + 1) / len(market.offices) * 0.6)
    told.sort(key=lambda referral: referral.referred_on)
    _write(market.rng, told, catalogue)
    IntakeBatch.objects.filter(pk=catalogue.batch.pk).update(
        rows_read=len(told), rows_new=len(told), started_at=now, finished_at=now
    )
    progress(1.0)
    return len(told)


def _referrals_of(market: Market, office: Office, now: datetime) -> Iterator[Told]:
    rng = market.rng
    drift = rng.gauss(office.county.growth + OVERALL_GROWTH, 0.14)
    for person in office.physicians:
        rate = _monthly_rate(rng, office, person)
        for months_ago in range(MONTHS - 1, -1, -1):
            first = _month_start(market.today, months_ago)
            expected = rate * SEASON[first.month - 1] * (1 + drift) ** (-months_ago / 12)
            for _ in range(_poisson(rng, expected * factor(office, months_ago))):
                referral = _referral(market, office, person, first, now)
                if referral is not None:
                    yield referral


def _monthly_rate(rng: Random, office: Office, person: Physician) -> float:
    """Most send a little, a few send much: a log-normal around the kind's rate."""
    for story in STORIES:
        if story.name == office.practice.name and person.last_name == story.leader[1]:
            return story.rate
    return office.kind.monthly_rate * rng.lognormvariate(-0.35, 0.85)


def _referral(
    market: Market, office: Office, person: Physician, first: date, now: datetime
) -> Told | None:
    """One referral of that month, or None where it lies ahead or is not yet known to us."""
    rng = market.rng
    referred_on = first + timedelta(days=rng.randrange(28))
    if referred_on.weekday() > 4:
        referred_on += timedelta(days=rng.choice((-2, 2)))
    if referred_on.month != first.month or referred_on > market.today:
        return None
    if person.status == Physician.Status.RETIRED and referred_on >= (person.status_on or first):
        return None
    stays = rng.random() < office.loyalty
    events = [event for event in _life(rng, referred_on, stays) if event[2] <= now]
    if not events:
        return None
    lines = office.kind.service_lines
    move = market.moved
    moved = move is not None and move.office is office and referred_on >= move.moved_on
    return Told(
        office=office,
        physician=person,
        practice_id=move.new.pk if move and moved else office.practice.pk,
        service_line=rng.choices([line for line, _ in lines], [weight for _, weight in lines])[0],
        destination=_destination(rng, office, stays, referred_on, market.today),
        referred_on=referred_on,
        events=events,
    )


def _destination(rng: Random, office: Office, stays: bool, on: date, today: date) -> str:
    if not stays:
        return rng.choice(RIVALS)
    near_medina = office.county.fips in {"39103", "39169"}
    if near_medina and (today - on).days < 215 and rng.random() < 0.6:
        return "lakeshore-medina"
    return "summit-surgery" if rng.random() < 0.08 else rng.choice(OURS)


def _life(rng: Random, referred_on: date, stays: bool) -> list[tuple[str, datetime, datetime]]:
    """Statuses in order: when each happened and when the feed told us, usually within a day."""
    at = datetime.combine(
        referred_on, time(rng.randrange(8, 17), rng.randrange(60)), tzinfo=site_zone()
    ).astimezone(UTC)
    path: list[tuple[str, float]] = [(Status.RECEIVED, 0.0)]
    if not stays:
        path.append((Status.REDIRECTED, rng.uniform(1, 12)))
    elif rng.random() < 0.06:
        path.append((rng.choice((Status.DECLINED, Status.CANCELLED)), rng.uniform(1, 20)))
    else:
        path.append((Status.ACCEPTED, rng.uniform(0.1, 2)))
        path.append((Status.SCHEDULED, rng.lognormvariate(1.1, 0.6)))
        ending = Status.NO_SHOW if rng.random() < 0.05 else Status.COMPLETED
        path.append((ending, rng.lognormvariate(2.4, 0.5)))
    told = []
    for status, days in path:
        at += timedelta(days=days)
        told.append((status, at, at + timedelta(days=min(20, rng.expovariate(1.1)))))
    return told


COLUMNS = (
    "id", "source_id", "external_id", "practice_id", "physician_id", "service_line_id",
    "destination_id", "referred_on", "first_seen_at", "status", "status_at", "scheduled_on",
    "completed_on", "left_because", "receiving_npi", "patient_key", "batch_id", "updated_at",
)  # fmt: skip


def _write(rng: Random, told: list[Told], catalogue: Catalogue) -> None:
    ids = reserve_ids(Referral, len(told))
    copy_rows(
        Referral, COLUMNS, (_row(rng, *pair, catalogue) for pair in zip(ids, told, strict=True))
    )
    copy_rows(
        ReferralEvent,
        ("referral_id", "status", "happened_at", "learned_at", "batch_id"),
        (
            (pk, status, happened, learned, catalogue.batch.pk)
            for pk, referral in zip(ids, told, strict=True)
            for status, happened, learned in referral.events
        ),
    )


def _row(rng: Random, pk: int, referral: Told, catalogue: Catalogue) -> tuple[Any, ...]:
    status, status_at, learned = referral.events[-1]
    days = {
        status: happened.astimezone(site_zone()).date() for status, happened, _ in referral.events
    }
    left = rng.choice(Referral.LeftBecause.values) if status == Status.REDIRECTED else ""
    return (
        pk,
        catalogue.source.pk,
        f"E{pk:07d}",
        referral.practice_id,
        referral.physician.pk,
        catalogue.service_lines[referral.service_line].pk,
        catalogue.facilities[referral.destination].pk,
        referral.referred_on,
        referral.events[0][2],
        status,
        status_at,
        days.get(Status.SCHEDULED),
        days.get(Status.COMPLETED),
        left,
        "",
        rng.randbytes(32),
        catalogue.batch.pk,
        learned,
    )


def _month_start(today: date, months_ago: int) -> date:
    index = today.year * 12 + today.month - 1 - months_ago
    return date(index // 12, index % 12 + 1, 1)


def _poisson(rng: Random, expected: float) -> int:
    """Knuth's method (Seminumerical Algorithms, 3.4.1); the expectations here are small."""
    limit, product, count = math.exp(-expected), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
