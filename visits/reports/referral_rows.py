"""Referrals narrowed as a number counted them, and the words that say how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacts.models import Organization
from liaison_crm.core.periods import DateRange, Month
from referrals.models import HandReferral, Status
from referrals.querysets import ReferralQuerySet

Network = Organization.Network
NETWORKS = {
    "in": (Network.OWN, Network.IN_NETWORK),
    "out": (Network.FRIENDLY, Network.COMPETITOR),
}
PLAIN = ("practice", "physician", "service_line", "destination", "status")


def narrowed(
    rows: ReferralQuerySet, asked: Mapping[str, Any], during: DateRange | None
) -> ReferralQuerySet:
    """The same reading of network as the counted cells: what is not known is neither in nor out."""
    rows = rows.filter(**{name: asked[name] for name in PLAIN if asked.get(name)})
    if asked.get("territory"):
        rows = rows.filter(practice__territory=asked["territory"])
    if asked.get("network"):
        rows = rows.filter(destination__network__in=NETWORKS[asked["network"]])
    if told := asked.get("told"):
        taken = HandReferral.objects.standing()
        if told != "by_hand":
            taken = taken.told_by_feeds(told == "by_feed_too")
        rows = rows.filter(pk__in=taken.values("referral"))
    # By month, because the index of a practice's referrals is by month.
    return rows.filter(month__gte=during.start, month__lt=during.end) if during else rows


SAID = {
    "physician": "by {}",
    "practice": "from {}",
    "territory": "in {}",
    "destination": "to {}",
    "service_line": "for {}",
    "network": "{} of network",
    "status": "now {}",
    "told": "{}",
}
TOLD = {
    "by_hand": "taken by hand",
    "only_by_hand": "taken by hand and told by no feed",
    "by_feed_too": "taken by hand and perhaps told by a feed as well",
}


def words_for(asked: Mapping[str, Any], during: DateRange | None) -> str:
    """For example: from Parma Cardiology to Main Hospital from August to October 2026."""
    parts = [SAID[name].format(_word(name, asked[name])) for name in SAID if asked.get(name)]
    return " ".join(parts + ([months_in_words(during)] if during else []))


def _word(name: str, value: Any) -> str:
    if name == "status":
        return str(Status(value).label).lower()
    if name == "told":
        return TOLD[value]
    if name == "network":
        return "inside" if value == "in" else "out"
    return str(value)


def months_in_words(during: DateRange) -> str:
    first, last = Month.of(during.start), Month.of(during.last)
    if first == last:
        return f"in {during.start:%B %Y}"
    if first.year == last.year:
        return f"from {during.start:%B} to {during.last:%B %Y}"
    return f"from {during.start:%B %Y} to {during.last:%B %Y}"
