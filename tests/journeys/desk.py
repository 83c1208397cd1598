"""A small market for the manager's journeys: two territories over real counties, two years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Territory, User
from contacts.models import Physician, Practice
from contacts.reference import load_zip_codes
from liaison_crm.core.periods import site_today
from referrals.models import RollupRun
from tests import factories
from visits.reports.periods import last_closed_month

CUYAHOGA, MEDINA, WAYNE = "39035", "39103", "39169"


@dataclass
class Market:
    north: Territory
    south: Territory
    heart: Practice
    falling: Physician
    wooster: Practice


def grow(north: Territory, south: Territory, ana: User) -> Market:
    """The North falls through one physician, the South grows, Wayne belongs to nobody."""
    unassigned = bring_back_what_ships()
    heart = _practice("Cuyahoga Heart Associates", north, CUYAHOGA, "44129", "Parma")
    medina = _practice("Medina Bone and Joint", south, MEDINA, "44256", "Medina")
    wooster = _practice("Wooster Family Medicine", unassigned, WAYNE, "44691", "Wooster")
    for territory, county in ((north, CUYAHOGA), (south, MEDINA)):
        factories.AreaFactory(territory=territory, kind="county", code=county)
    people = [
        _physician("Priya", "Raman", heart, falls=True),
        _physician("Ines", "Carvalho", wooster, falls=True),
        _physician("Samuel", "Whitaker", heart, falls=False),
        _physician("Howard", "Beck", medina, falls=False),
    ]
    visit = factories.VisitFactory(
        practice=heart, liaison=ana, held_at=timezone.now() - timedelta(days=41)
    )
    factories.AttendeeFactory(visit=visit, physician=people[0])
    now = timezone.now()
    RollupRun.objects.create(
        kind=RollupRun.Kind.NIGHTLY,
        period=site_today(),
        state=RollupRun.State.DONE,
        as_of=now,
        finished_at=now,
    )
    return Market(north, south, heart, people[0], wooster)


def bring_back_what_ships() -> Territory:
    """A test that commits ends by emptying every table, those that migrations filled as well."""
    with transaction.atomic():
        load_zip_codes(connection)
    built_in, _ = Territory.objects.get_or_create(
        is_unassigned=True, defaults={"name": "Unassigned"}
    )
    return built_in


def _practice(name: str, territory: Territory, county: str, zip_code: str, city: str) -> Practice:
    practice: Practice = factories.PracticeFactory(
        name=name, territory=territory, county_fips=county, zip_code=zip_code, city=city
    )
    return practice


def _physician(first: str, last: str, practice: Practice, *, falls: bool) -> Physician:
    """Two years of referrals: falling by a third, or rising by a quarter, in the last of them."""
    physician: Physician = factories.PhysicianFactory(first_name=first, last_name=last)
    factories.AffiliationFactory(physician=physician, practice=practice)
    latest = last_closed_month(timezone.now())
    for back in range(30):
        this_year = back < 12
        referrals = (20 if falls else 50) if this_year else (30 if falls else 40)
        factories.VolumeCellFactory(
            month=(latest - back).start,
            practice=practice,
            physician=physician,
            referrals=referrals,
            in_network=referrals - 5,
            out_of_network=5,
        )
    return physician
