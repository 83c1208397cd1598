"""How often each practice is due, who is new there, and what was declined so far."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta

from accounts.models import User
from contacts.models import Affiliation, Practice, ZipCode
from liaison_crm.demo.directory import Market
from referrals.models import Referral
from visits.models import Visit
from visits.planning.models import Dismissal, PracticeTier, StartPoint

SHARES = (("A", 0.1), ("B", 0.3), ("C", 0.6))  # of the practices that send us anything, summed
A_TARGETS = ("Cuyahoga Heart Associates", "Mansfield Bone and Joint")
STARTS = {"Maya Lindqvist": "44107", "Andre Novak": "44035", "Ruth Adeyemi": "44060"}


def build_planning(market: Market) -> None:
    _give_tiers(market)
    _add_newcomers(market)
    _decline(market)
    for name, zip_code in STARTS.items():
        place = ZipCode.objects.get(pk=zip_code)
        StartPoint.objects.create(person=market.users[name], zip_code=place)


def _give_tiers(market: Market) -> None:
    """By what each sent in a year, as the Tiers page would propose; the stories' targets are A."""
    since = market.today - timedelta(days=365)
    sent = Counter(
        Referral.objects.filter(referred_on__gte=since).values_list("practice", flat=True)
    )
    manager = market.users["Dana Kowalski"]
    ranked = [pk for pk, _ in sent.most_common()]
    place = {pk: number / len(ranked) for number, pk in enumerate(ranked)}
    PracticeTier.objects.bulk_create(
        PracticeTier(
            practice=practice, tier=_tier(practice, place.get(practice.pk)), set_by=manager
        )
        for practice in Practice.objects.open().order_by("pk")
    )


def _tier(practice: Practice, place: float | None) -> str:
    if practice.name in A_TARGETS:
        return "A"
    return "D" if place is None else next((t for t, upto in SHARES if place < upto), "D")


def _add_newcomers(market: Market) -> None:
    """Two physicians of each territory began lately where nobody of us has been since."""
    for owner in _owners(market):
        lately = market.today - timedelta(days=24)
        midnight = datetime.combine(lately, time(), tzinfo=UTC)
        visited = Visit.objects.filter(held_at__gte=midnight).values("practice")
        quiet = Practice.objects.worked_by(owner).open().exclude(pk__in=visited)
        for practice in quiet.order_by("pk")[3:5]:
            newest = (
                Affiliation.objects.filter(practice=practice, ends_on=None).order_by("pk").last()
            )
            if newest:
                newest.starts_on = lately
                newest.save(update_fields=["starts_on", "updated_at"])


def _decline(market: Market) -> None:
    """Each liaison said no to two offices, for a reason that is remembered."""
    why = Dismissal.Why
    for owner in _owners(market):
        a_practices = Practice.objects.worked_by(owner).open().filter(tier_row__tier="B")
        for practice, reason in zip(a_practices.order_by("pk")[:2], why, strict=False):
            seen = Visit.objects.filter(practice=practice).let_in().first()
            day = str(seen.held_at.date()) if seen else "never"
            Dismissal.objects.create(
                liaison=owner,
                practice=practice,
                marks={"overdue": day, "nearby": "near"},
                why=reason,
                until=market.today + timedelta(days=20),
                dismissed_by=owner,
            )


def _owners(market: Market) -> list[User]:
    return list(dict.fromkeys(office.owner for office in market.offices if office.owner))
