"""Things that happened in the market, for whoever looks to find.

Each story is an office with a name of its own and a factor on its referrals per month back
from today (0 is the running month).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from accounts.models import Territory
from contacts.models import (
    Affiliation,
    Evidence,
    Physician,
    Practice,
    Specialty,
    StaffMember,
    ZipCode,
)
from liaison_crm.core.npi import check_digit
from liaison_crm.demo.directory import FIRST_INVENTED_NPI, Market, Move, Office

CLINIC_OPENED_MONTHS_AGO = 7
LIFTED_COUNTIES = {"39103", "39169"}  # Medina and Wayne, by the new Medina clinic


@dataclass(frozen=True)
class Story:
    """An office to be turned into a story: where, who leads it, how its volume goes."""

    name: str
    county: str
    leader: tuple[str, str, str]  # first name, last name, taxonomy code
    factor: Callable[[int], float]
    rate: float = 22.0
    street: str = ""
    city: str = ""
    zip_code: str = ""


def _slipping(months_ago: int) -> float:
    return {0: 0.5, 1: 0.5, 2: 0.55, 3: 0.6, 4: 0.65, 5: 0.85}.get(months_ago, 1.0)


def _slow_reports(months_ago: int) -> float:
    """Reports took six days from a year ago; mended seven months ago; back after two more."""
    if months_ago > 13:
        return 1.0
    if months_ago >= 8:
        return 0.35
    return {7: 0.5, 6: 0.75}.get(months_ago, 1.1)


def _steady(_: int) -> float:
    return 1.0


def _fading(months_ago: int) -> float:
    return max(0.55, 1.0 - 0.04 * max(0, 11 - months_ago))


STORIES = (
    Story(
        "Cuyahoga Heart Associates", "39035", ("Priya", "Raman", "207RC0000X"), _slipping,
        street="7007 Powers Blvd", city="Parma", zip_code="44129",
    ),
    Story(
        "Lakewood Primary Care", "39035", ("Samuel", "Whitaker", "207Q00000X"), _slow_reports,
        street="14601 Detroit Ave", city="Lakewood", zip_code="44107",
    ),
    Story(
        "Mansfield Bone and Joint", "39139", ("Ines", "Carvalho", "207X00000X"), _fading,
        street="335 Glessner Ave", city="Mansfield", zip_code="44903",
    ),
    Story(
        "Rockside Family Medicine", "39035", ("Tom", "Albrecht", "207Q00000X"), _steady,
        street="5755 Granger Rd", city="Independence", zip_code="44131",
    ),
    Story(
        "Sandusky Bay Practice", "39043", ("Howard", "Beck", "207R00000X"), _steady,
        street="1912 Hayes Ave", city="Sandusky", zip_code="44870",
    ),
    Story(
        "Elyria Neurology Group", "39093", ("Mei-Lin", "Zhao", "2084N0400X"), _fading,
        street="125 E Broad St", city="Elyria", zip_code="44035",
    ),
)  # fmt: skip


def cast_stories(market: Market) -> None:
    """Give one office of the right county to each story, before anything is saved."""
    for story in STORIES:
        office = next(
            office
            for office in market.offices
            if office.county.fips == story.county and office not in market.stories.values()
        )
        place = ZipCode.objects.get(code=story.zip_code)
        practice = office.practice
        practice.name, practice.street, practice.suite = story.name, story.street, ""
        practice.city, practice.zip_code = story.city, story.zip_code
        practice.latitude, practice.longitude = place.latitude, place.longitude
        practice.address_key = f"{story.street}||{story.zip_code}".upper()
        first, last, taxonomy = story.leader
        number = FIRST_INVENTED_NPI - 1 - len(market.stories)
        office.physicians.append(
            Physician(
                npi=f"{number}{check_digit(str(number))}",
                first_name=first,
                last_name=last,
                credentials="MD",
                primary_specialty=Specialty.objects.get(taxonomy_code=taxonomy),
                source=Evidence.DEMO,
                observed_on=market.today - timedelta(days=30),
            )
        )
        office.loyalty = 0.85
        market.stories[story.name] = office


def tell_stories(market: Market) -> None:
    """What the directory learned since: a retirement, a move, a duplicate, a deciding person."""
    _retire_doctor_beck(market)
    _move_rockside(market)
    _double_elyria(market)
    heart = market.office_named("Cuyahoga Heart Associates")
    heart.practice.access_rule = "Side door, before 11"
    heart.practice.save(update_fields=["access_rule", "updated_at"])
    kim = StaffMember.objects.create(
        practice=heart.practice,
        name="Kim Soto",
        job=StaffMember.Job.REFERRALS,
        books_referrals=True,
        preference="Prefers the portal to fax.",
        created_at=heart.staff[0].created_at,
    )
    StaffMember.objects.filter(practice=heart.practice).exclude(pk=kim.pk).update(
        books_referrals=False
    )
    heart.staff.insert(0, kim)


def _retire_doctor_beck(market: Market) -> None:
    beck = market.office_named("Sandusky Bay Practice").physicians[0]
    retired_on = market.today - timedelta(days=75)
    Physician.objects.filter(pk=beck.pk).update(
        status=Physician.Status.RETIRED, status_on=retired_on
    )
    beck.status = Physician.Status.RETIRED
    beck.status_on = retired_on
    Affiliation.objects.filter(physician=beck).update(ends_on=retired_on)


def _move_rockside(market: Market) -> None:
    """The office left Independence for Brecksville: old door closed, same people at the new."""
    office = market.office_named("Rockside Family Medicine")
    moved_on = market.today - timedelta(days=92)
    place = ZipCode.objects.get(code="44141")
    old = office.practice
    new = Practice.objects.create(
        name=old.name,
        territory=old.territory,
        organization=old.organization,
        street="8787 Brecksville Rd",
        suite="Ste 3",
        city=place.city,
        state=place.state,
        zip_code=place.code,
        county_fips=place.county_fips,
        latitude=place.latitude,
        longitude=place.longitude,
        phone=old.phone,
        address_key="8787 BRECKSVILLE RD|STE 3|44141",
        source=Evidence.DEMO,
        observed_on=moved_on,
    )
    Affiliation.objects.filter(practice=old).update(ends_on=moved_on)
    Affiliation.objects.bulk_create(
        Affiliation(
            physician=person,
            practice=new,
            is_primary=True,
            starts_on=moved_on,
            source=Evidence.DEMO,
        )
        for person in office.physicians
    )
    StaffMember.objects.filter(practice=old).update(practice=new)
    for member in office.staff:
        member.practice = new
    Practice.objects.filter(pk=old.pk).update(name=f"{old.name} (Independence)", closed_on=moved_on)
    market.moved = Move(office, old, new, moved_on)


def _double_elyria(market: Market) -> None:
    """The same office entered twice, by a colleague in a hurry."""
    original = market.office_named("Elyria Neurology Group").practice
    Practice.objects.create(
        name="Elyria Neurology Grp",
        territory=Territory.objects.get(pk=original.territory_id),
        street=original.street.replace("E Broad", "East Broad"),
        suite="Ste 1",
        city=original.city,
        state=original.state,
        zip_code=original.zip_code,
        county_fips=original.county_fips,
        latitude=original.latitude,
        longitude=original.longitude,
        phone=original.phone,
        address_key="125 EAST BROAD ST|STE 1|44035",
        source=Evidence.COLLEAGUE,
    )


def factor(office: Office, months_ago: int) -> float:
    """How much of its usual volume an office sends in that month."""
    for story in STORIES:
        if story.name == office.practice.name:
            return story.factor(months_ago)
    opened = months_ago <= CLINIC_OPENED_MONTHS_AGO
    return 1.42 if opened and office.county.fips in LIFTED_COUNTIES else 1.0
