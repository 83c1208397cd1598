"""What a practice usually refers, so that a phone can offer it first."""

from __future__ import annotations

from django.db.models import OrderBy, OuterRef, QuerySet, Subquery, Sum

from contacts.models import Organization, Practice
from referrals.by_hand.models import TOLD_AHEAD_BY, TOLD_LATER_BY, HandReferral
from referrals.by_hand.source import BY_HAND
from referrals.models import Facility, Referral, ServiceLine, VolumeCell


def service_lines_for(practice: Practice, lines: QuerySet[ServiceLine]) -> QuerySet[ServiceLine]:
    """All of them, those this practice refers most to first."""
    return lines.order_by(_by_use(practice, "service_line"), "name", "pk")


def destinations_for(practice: Practice, facilities: QuerySet[Facility]) -> QuerySet[Facility]:
    """Facilities of ours, the one this practice refers to most first."""
    ours = facilities.filter(network=Organization.Network.OWN)
    return ours.order_by(_by_use(practice, "destination"), "name", "pk")


def told_by_feeds(taken: HandReferral) -> list[Referral]:
    """Referrals of other sources that may well be the same one."""
    rows = Referral.objects.filter(
        practice=taken.practice_id,
        physician=taken.physician_id,
        service_line=taken.service_line_id,
        referred_on__range=(
            taken.referred_on - TOLD_AHEAD_BY,
            taken.referred_on + TOLD_LATER_BY,
        ),
    )
    rows = rows.exclude(source__code=BY_HAND).select_related("source", "destination")
    return list(rows.defer("patient_key").order_by("referred_on", "pk")[:5])


def _by_use(practice: Practice, column: str) -> OrderBy:
    """What this practice was counted to refer most comes first."""
    cells = VolumeCell.objects.filter(practice=practice, **{column: OuterRef("pk")})
    counted = cells.order_by().values(column).annotate(total=Sum("referrals")).values("total")
    return Subquery(counted).desc(nulls_last=True)
