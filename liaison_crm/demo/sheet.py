"""A file of the front desk's own log waits for the admin: its columns are nobody's but theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from contacts.models import Affiliation
from liaison_crm.core.csv import csv_lines
from liaison_crm.demo.directory import Market
from referrals import intake
from referrals.imports.services import send_to_check
from referrals.models import IntakeBatch, Source

HEADER = (
    "Ref #", "Date Referred", "From NPI", "Office", "Office Zip", "Specialty", "Referral Status",
    "Status Date", "Chart No",
)  # fmt: skip
LINES = ("Cardiology", "Orthopedics", "Imaging")
WORDS = ("New", "Booked", "Seen", "No show", "On hold")
ROWS = 40


def send_a_log(market: Market, *, now: datetime) -> IntakeBatch:
    """Forty rows of people who are there; one word means nothing here, and one day never was."""
    admin = User.objects.filter(role=User.Role.ADMIN).order_by("pk").first()
    assert admin is not None  # the market has one
    source, _ = Source.objects.get_or_create(
        code="front-desk", defaults={"name": "Front desk log", "time_zone": "America/New_York"}
    )
    arrival = intake.SealedArrival()
    for piece in csv_lines(HEADER, _rows(market)):
        arrival.put(piece.encode())
    arrival.end()
    upload = intake.ScrubbedUpload("front-desk-log.csv", arrival)
    return send_to_check(upload, source=source, create_missing=False, by=admin, at=now)


def _rows(market: Market) -> list[list[str]]:
    known = Affiliation.objects.current(market.today).select_related("practice", "physician")
    rows = []
    for number, one in enumerate(
        known.filter(is_primary=True, physician__npi__isnull=False).order_by("pk")[:ROWS]
    ):
        referred_on = market.today - timedelta(days=3 + number % 20)
        changed_on = referred_on + timedelta(days=number % 3)
        rows.append(
            [
                f"FD-{7301 + number}",
                f"{referred_on:%m/%d/%Y}" if number != ROWS // 2 else "02/30/2026",
                one.physician.npi or "",
                one.practice.name,
                one.practice.zip_code,
                LINES[number % len(LINES)],
                WORDS[0 if number % 7 else number % len(WORDS)],
                f"{changed_on:%m/%d/%Y} {1 + number % 5}:{number % 6}5 PM",
                f"{880_412 + 7 * number}",
            ]
        )
    return rows
