"""The synthetic market's people and places: territories, practices, clinicians, office staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from accounts.models import Assignment, Territory, TerritoryArea, User
from contacts.models import (
    Affiliation,
    Evidence,
    Organization,
    Physician,
    PhysicianSpecialty,
    Practice,
    Specialty,
    StaffMember,
    ZipCode,
)
from liaison_crm.core.npi import check_digit
from liaison_crm.core.periods import local_moment, site_zone
from liaison_crm.demo import pools
from liaison_crm.demo.people import PASSWORD, PEOPLE
from liaison_crm.demo.places import (
    KINDS,
    OPEN_COUNTIES,
    TERRITORIES,
    CountyPlan,
    PracticeKind,
    TerritoryPlan,
)

# The registry issues NPIs that start with 1; the range from 2 on is reserved and unused.
FIRST_INVENTED_NPI = 299_000_000


@dataclass
class Office:
    """A practice with what decides its referrals."""

    practice: Practice
    kind: PracticeKind
    county: CountyPlan
    owner: User | None
    physicians: list[Physician] = field(default_factory=list)
    staff: list[StaffMember] = field(default_factory=list)
    loyalty: float = 0.7  # the share of its referrals that stays with us


@dataclass(frozen=True)
class Move:
    """An office that changed its door: referrals follow it to the new one from that day."""

    office: Office
    old: Practice
    new: Practice
    moved_on: date


@dataclass
class Market:
    """Everything built so far, and the one seeded source of chance."""

    rng: Random
    today: date
    users: dict[str, User] = field(default_factory=dict)
    offices: list[Office] = field(default_factory=list)
    stories: dict[str, Office] = field(default_factory=dict)
    moved: Move | None = None

    def office_named(self, name: str) -> Office:
        return self.stories[name]


def build_people(market: Market) -> None:
    """The team, each with the demo's password."""
    for person in PEOPLE:
        user, _ = User.objects.get_queryset().get_or_create(
            email=person.email, defaults={"name": person.name, "role": person.role}
        )
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        market.users[person.name] = user


def build_territories(market: Market) -> dict[str, Territory]:
    """Territories over whole counties, each owned by its liaison for two years."""
    territories = {}
    for plan in TERRITORIES:
        territory = Territory.objects.create(name=plan.name, colour=plan.colour)
        TerritoryArea.objects.bulk_create(
            TerritoryArea(territory=territory, kind=TerritoryArea.Kind.COUNTY, code=county.fips)
            for county in plan.counties
        )
        Assignment.objects.create(
            user=market.users[plan.owner],
            territory=territory,
            starts_on=market.today - timedelta(days=760),
        )
        territories[plan.name] = territory
    Assignment.objects.create(
        user=market.users["Andre Novak"],
        territory=territories["Cuyahoga"],
        part=Assignment.Part.COVER,
        starts_on=market.today - timedelta(days=20),
        ends_on=market.today + timedelta(days=15),
    )
    return territories


def build_offices(market: Market, territories: dict[str, Territory]) -> None:
    """About 400 practices on real ZIP codes of their counties, with 1,300 clinicians."""
    unassigned = Territory.objects.get(is_unassigned=True)
    plans: list[tuple[TerritoryPlan | None, CountyPlan]] = [
        (plan, county) for plan in TERRITORIES for county in plan.counties
    ] + [(None, county) for county in OPEN_COUNTIES]
    taken: set[str] = set()
    for plan, county in plans:
        zips = list(ZipCode.objects.filter(county_fips=county.fips).order_by("code"))
        for _ in range(county.practices):
            place = market.rng.choice(zips)
            kind = market.rng.choices(KINDS, [kind.weight for kind in KINDS])[0]
            market.offices.append(
                Office(
                    practice=_practice(
                        market,
                        _fresh_name(market, taken, place.city, kind),
                        place,
                        territories[plan.name] if plan else unassigned,
                    ),
                    kind=kind,
                    county=county,
                    owner=market.users[plan.owner] if plan else None,
                    loyalty=market.rng.betavariate(5, 2),
                )
            )


def save_offices(market: Market) -> None:
    """Write organisations, practices, clinicians, affiliations and staff in a few statements."""
    groups = Organization.objects.bulk_create(
        Organization(name=name, network=network, source=Evidence.DEMO)
        for name, network in (
            ("Lakeshore Health", Organization.Network.OWN),
            ("Western Reserve Physicians", Organization.Network.FRIENDLY),
            ("Three Rivers Medical Group", Organization.Network.IN_NETWORK),
            ("Northcoast Health", Organization.Network.COMPETITOR),
            ("St. Brendan Health", Organization.Network.COMPETITOR),
        )
    )
    for office in market.offices:
        if market.rng.random() < 0.4:
            office.practice.organization = market.rng.choice(groups[1:])
    Practice.objects.bulk_create(office.practice for office in market.offices)
    _save_clinicians(market)
    _save_staff(market)


def _save_clinicians(market: Market) -> None:
    specialties = {row.taxonomy_code: row for row in Specialty.objects.all()}
    number = FIRST_INVENTED_NPI
    used: set[tuple[str, str]] = set()
    for office in market.offices:
        for _ in range(_clinicians_at(market, office)):
            number += 1
            nurse = market.rng.random() < 0.18
            code = "363LF0000X" if nurse else office.kind.taxonomy
            first, last = _fresh_person(market, used)
            office.physicians.append(
                Physician(
                    npi=f"{number}{check_digit(str(number))}",
                    first_name=first,
                    last_name=last,
                    credentials="NP" if nurse else market.rng.choice(("MD", "MD", "MD", "DO")),
                    primary_specialty=specialties[code],
                    source=Evidence.DEMO,
                    observed_on=market.today - timedelta(days=market.rng.randrange(20, 400)),
                )
            )
    everyone = [person for office in market.offices for person in office.physicians]
    Physician.objects.bulk_create(everyone)
    PhysicianSpecialty.objects.bulk_create(
        PhysicianSpecialty(physician=person, specialty=person.primary_specialty)
        for person in everyone
        if person.primary_specialty
    )
    Affiliation.objects.bulk_create(
        Affiliation(
            physician=person,
            practice=office.practice,
            is_primary=True,
            starts_on=market.today - timedelta(days=market.rng.randrange(800, 5000)),
            source=Evidence.DEMO,
        )
        for office in market.offices
        for person in office.physicians
    )


def _save_staff(market: Market) -> None:
    jobs = (
        StaffMember.Job.FRONT_DESK,
        StaffMember.Job.REFERRALS,
        StaffMember.Job.OFFICE_MANAGER,
    )
    for number, office in enumerate(market.offices):
        for position in range(market.rng.choice((1, 1, 2, 2, 3))):
            known_for = 700 - (number * 7 + position * 190) % 600
            office.staff.append(
                StaffMember(
                    practice=office.practice,
                    name=f"{market.rng.choice(pools.STAFF_FIRST_NAMES)} "
                    f"{market.rng.choice(pools.LAST_NAMES)}",
                    job=jobs[position],
                    books_referrals=position == 0,
                    created_at=local_moment(
                        market.today - timedelta(days=known_for), time(11), site_zone()
                    ),
                )
            )
    StaffMember.objects.bulk_create(row for office in market.offices for row in office.staff)


def _practice(market: Market, name: str, place: ZipCode, territory: Territory) -> Practice:
    rng = market.rng
    number, street = rng.randrange(100, 38_000), rng.choice(pools.STREETS)
    suite = f"Ste {rng.randrange(1, 40) * 10}" if rng.random() < 0.45 else ""
    return Practice(
        name=name,
        territory=territory,
        street=f"{number} {street}",
        suite=suite,
        city=place.city,
        state=place.state,
        zip_code=place.code,
        county_fips=place.county_fips,
        latitude=place.latitude + rng.gauss(0, 0.012),
        longitude=place.longitude + rng.gauss(0, 0.015),
        phone=f"{rng.choice((216, 330, 440, 419))}555{rng.randrange(100, 9999):04d}",
        fax=f"{rng.choice((216, 330, 440, 419))}555{rng.randrange(100, 9999):04d}",
        access_rule=rng.choice(
            ("", "", "", "Tuesday lunch only", "Mornings before 9", "Call first")
        ),
        hours="Mon-Fri 8:00-17:00",
        address_key=f"{number} {street}|{suite}|{place.code}".upper(),
        source=Evidence.DEMO,
        observed_on=market.today - timedelta(days=30),
    )


def _fresh_name(market: Market, taken: set[str], city: str, kind: PracticeKind) -> str:
    for _ in range(20):
        root = city if market.rng.random() < 0.6 else market.rng.choice(pools.LAST_NAMES)
        name = f"{root} {market.rng.choice(kind.names)}"
        if name not in taken:
            break
    else:
        name = f"{market.rng.choice(pools.LAST_NAMES)} and {market.rng.choice(pools.LAST_NAMES)}"
    taken.add(name)
    return name


def _fresh_person(market: Market, used: set[tuple[str, str]]) -> tuple[str, str]:
    while True:
        person = market.rng.choice(pools.FIRST_NAMES), market.rng.choice(pools.LAST_NAMES)
        if person not in used:
            used.add(person)
            return person


def _clinicians_at(market: Market, office: Office) -> int:
    """One to nine, mostly three: a gamma draw, cut off."""
    if office.physicians:
        return market.rng.randrange(1, 4)
    return max(1, min(9, round(market.rng.gammavariate(2.6, 1.25))))
