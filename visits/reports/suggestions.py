"""Where a visit would do most good: wishes that came due, falling practices, big ones unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import User
from contacts.models import Practice
from liaison_crm.core.wording import ago, count_of, short_day
from referrals.models import VolumeCell
from visits.models import PlannedVisit, Visit
from visits.querysets import VisitQuerySet
from visits.reports.reasons import FEW, Reason, reason_to_go
from visits.reports.relationship import Relationship, Span, referrals_in, relationships

LOOKED_AT = 12  # of the falling and of the biggest practices
WISH_COMES_DUE = timedelta(days=3)
WISH_FADES = timedelta(days=60)
WISHES = 2  # of the few rows, so that the numbers have their say too
UNSEEN_FOR = timedelta(days=45)
PLANNED_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Suggestion:
    practice: Practice
    reason: Reason
    volumes: Relationship


def worth_a_visit(
    viewer: User, *, on: date, now: datetime, span: Span, limit: int = 5
) -> tuple[Suggestion, ...]:
    """Practices the viewer works, not on a plan for the next two weeks, best reason first."""
    wishes = {visit.practice_id: visit for visit in _wishes(viewer, on)[:WISHES]}
    falling, biggest = _falling_and_biggest(viewer, span)
    asked = {*wishes, *falling, *biggest}
    volumes = relationships(viewer, "practice", asked, span=span)
    free = _not_planned(viewer, on).in_bulk(asked)
    reasons = {
        **dict(_unseen(biggest, volumes, now)),
        **{pk: reason_to_go(volumes[pk]) for pk in falling},
        **{pk: _wish(visit, volumes[pk], on) for pk, visit in wishes.items()},
    }
    ranked = list(dict.fromkeys([*wishes, *falling, *biggest]))
    return tuple(
        Suggestion(free[pk], reasons[pk], volumes[pk])
        for pk in ranked
        if pk in free and pk in reasons
    )[:limit]


def _wishes(viewer: User, on: date) -> QuerySet[Visit]:
    """Visits whose wish to come again is due, at practices nobody has been to since."""
    later = Visit.objects.filter(practice=OuterRef("practice"), held_at__gt=OuterRef("held_at"))
    visits: VisitQuerySet = Visit.objects.visible_to(viewer)
    return (
        visits.filter(liaison=viewer, see_again_on__gt=on - WISH_FADES)
        .filter(~Exists(later), see_again_on__lte=on + WISH_COMES_DUE)
        .order_by("see_again_on", "pk")
    )


def _wish(visit: Visit, volumes: Relationship, on: date) -> Reason:
    again_on = visit.see_again_on
    assert again_on is not None  # that is what the wish was found by
    sent = count_of(volumes.referrals, "referral")
    return Reason("You meant to come again", f"by {short_day(again_on, on)}: {sent} in a year.")


def _falling_and_biggest(viewer: User, span: Span) -> tuple[list[int], list[int]]:
    counted = (
        VolumeCell.objects.visible_to(viewer)
        .months_between(span.before.start, span.recent.end)
        .values("practice")
        .annotate(
            recent=referrals_in(span.recent),
            before=referrals_in(span.before),
            change=F("recent") - F("before"),
        )
    )
    falling = counted.filter(before__gte=FEW, change__lt=0).order_by("change", "practice")
    biggest = counted.order_by("-recent", "practice")
    return (
        [row["practice"] for row in falling[:LOOKED_AT]],
        [row["practice"] for row in biggest[:LOOKED_AT]],
    )


def _not_planned(viewer: User, on: date) -> QuerySet[Practice]:
    planned = PlannedVisit.objects.visible_to(viewer).open()
    soon = planned.filter(planned_on__gte=on, planned_on__lt=on + PLANNED_SOON)
    return Practice.objects.worked_by(viewer).open().exclude(pk__in=soon.values("practice"))


def _unseen(
    biggest: list[int], volumes: Mapping[int, Relationship], now: datetime
) -> Iterator[tuple[int, Reason]]:
    for pk in biggest:
        seen_at = volumes[pk].last_seen_at
        if seen_at is None:
            yield pk, Reason("Never seen,", f"{volumes[pk].referrals} referrals in a year.")
        elif now - seen_at > UNSEEN_FOR:
            seen = ago(seen_at, now)
            yield pk, Reason(f"Last seen {seen},", f"{volumes[pk].referrals} referrals in a year.")
