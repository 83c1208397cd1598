"""What liaisons took by hand in the last days, and a visit one of them corrected."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from accounts.models import User
from contacts.models import Affiliation
from liaison_crm.core.periods import site_zone
from liaison_crm.demo.directory import Market
from referrals.by_hand.services import ReferralRecord, record_by_hand
from referrals.models import Facility, HandReferral, Referral, ServiceLine
from visits.correcting.services import Reason, correct_visit
from visits.models import Visit
from visits.services import VisitRecord

SERVICES = ("cardiology", "imaging", "orthopedics")
DAYS_AGO = (1, 3, 6)


def build_by_hand(market: Market) -> int:
    """Three referrals for each liaison; of one the feed tells as well. Returns how many."""
    ours = Facility.objects.get(code="lakeshore-main")
    lines = {line.code: line for line in ServiceLine.objects.filter(code__in=SERVICES)}
    owners = dict.fromkeys(one.owner for one in market.offices if one.owner)
    for owner in owners:
        for number, days_ago in enumerate(DAYS_AGO):
            taken_at = _at_noon(market, days_ago)
            referrer = _referrers(market, owner, taken_at.date()).order_by("practice", "pk")[number]
            record = ReferralRecord(
                physician=referrer.physician,
                service_line=lines[SERVICES[number]],
                destination=ours,
                referred_on=taken_at.date(),
                taken_at=taken_at,
                reference=f"R-{2041 + number}" if number else "",
            )
            record_by_hand(referrer.practice, by=owner, at=taken_at, record=record)
    _one_the_feed_knows(market)
    return HandReferral.objects.count()


def correct_a_visit(market: Market, *, now: datetime) -> None:
    """Somebody tapped the wrong outcome and found it weeks later."""
    owner = _owner_of_the_heart(market)
    visits = Visit.objects.filter(liaison=owner, outcome=Visit.Outcome.QUICK_HELLO)
    visit = visits.filter(held_at__lt=now - timedelta(days=12)).first()
    assert visit is not None  # two years of visits have many
    people = list(visit.attendees.select_related("physician", "staff_member"))
    record = VisitRecord(
        held_at=visit.held_at,
        outcome=Visit.Outcome.GOOD_TALK,
        channel=visit.channel,
        physicians=tuple(one.physician for one in people if one.physician),
        staff=tuple(one.staff_member for one in people if one.staff_member),
        topics=tuple(visit.topics.all()),
        note="They had time after all: asked who reads the echoes on weekends.",
        see_again_on=visit.see_again_on,
    )
    reason = Reason(words="Tapped the wrong outcome in the car park.")
    correct_visit(visit, by=owner, at=now, reason=reason, record=record)


def _one_the_feed_knows(market: Market) -> None:
    owner = _owner_of_the_heart(market)
    first, last = (market.today - timedelta(days=days) for days in (20, 4))
    told = Referral.objects.filter(
        practice__in=_referrers(market, owner, last).values("practice"),
        referred_on__range=(first, last),
        destination__code="lakeshore-main",
    ).select_related("practice", "physician", "service_line", "destination")
    for same in told.order_by("-referred_on", "pk"):
        there = _referrers(market, owner, same.referred_on).filter(physician=same.physician)
        if there.filter(practice=same.practice).exists():
            taken_at = _at_noon(market, (market.today - same.referred_on).days)
            record = ReferralRecord(
                physician=same.physician,
                service_line=same.service_line,
                destination=same.destination,
                referred_on=same.referred_on,
                taken_at=taken_at,
                reference="R-2044",
            )
            record_by_hand(same.practice, by=owner, at=taken_at, record=record)
            return


def _referrers(market: Market, owner: User, on: date) -> QuerySet[Affiliation]:
    """Who works where in the owner's territories on that day."""
    practices = [one.practice.pk for one in market.offices if one.owner == owner]
    working = Affiliation.objects.current(on).select_related("practice", "physician")
    return working.filter(practice__in=practices, practice__closed_on=None)


def _owner_of_the_heart(market: Market) -> User:
    owner = market.office_named("Cuyahoga Heart Associates").owner
    assert owner is not None  # the county has an owner
    return owner


def _at_noon(market: Market, days_ago: int) -> datetime:
    day = market.today - timedelta(days=days_ago)
    return datetime.combine(day, time(12, 10), tzinfo=site_zone())
