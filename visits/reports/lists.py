"""Physicians and practices as lists: narrowed and ordered by what the viewer may know of them.

A filter that speaks of the relationship (not seen, falling) keeps to the practices the viewer
works: a colleague's territory may not be read off what a filter leaves out. An order by volume or
by last meeting counts only what is visible, so all others tie, and come in order of their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Max, Model, Q, QuerySet, Sum

from accounts.models import User
from contacts.models import Affiliation
from contacts.querysets import PhysicianQuerySet, PracticeQuerySet
from liaison_crm.core.keyset import Measure, Place, Stretch, stretch
from referrals.models import VolumeCell
from visits.models import Attendee, Visit
from visits.reports.relationship import Span, Subject, referrals_in

NEVER = datetime(1900, 1, 1, tzinfo=UTC)
COUNTED_AT_MOST = 10_000

Listed = TypeVar("Listed", bound=Model)
Measured = QuerySet[Any, Any]
Rows = TypeVar("Rows", bound=QuerySet[Any])


# --- Narrowing ---


def at_practices(
    people: PhysicianQuerySet, practices: PracticeQuerySet, *, on: date
) -> PhysicianQuerySet:
    """Those with an affiliation in force on that day at one of the practices."""
    here = Affiliation.objects.current(on).filter(practice__in=practices)
    return people.filter(pk__in=here.values("physician"))


def physicians_unseen_since(
    people: PhysicianQuerySet, moment: datetime, *, viewer: User, on: date
) -> PhysicianQuerySet:
    """Those the viewer works with whom nobody met from that moment on."""
    met = Attendee.objects.visible_to(viewer).filter(
        visit__held_at__gte=moment, physician__isnull=False
    )
    return people.worked_by(viewer, on=on).exclude(pk__in=met.values("physician"))


def practices_unseen_since(
    places: PracticeQuerySet, moment: datetime, *, viewer: User
) -> PracticeQuerySet:
    """Those the viewer works where nobody was let in from that moment on."""
    seen = Visit.objects.visible_to(viewer).let_in().filter(held_at__gte=moment)
    return places.worked_by(viewer).exclude(pk__in=seen.values("practice"))


def falling(rows: Rows, subject: Subject, *, viewer: User, span: Span) -> Rows:
    """Those that referred less in the compared months than in the same months last year."""
    fallen = (
        VolumeCell.objects.visible_to(viewer)
        .months_between(span.before.start, span.recent.end)
        .values(subject)
        .annotate(recent=referrals_in(span.recent), before=referrals_in(span.before))
        .filter(recent__lt=F("before"))
    )
    return rows.filter(pk__in=fallen.values(subject))


# --- Ordering ---


def _referrals(viewer: User, subject: str, span: Span) -> Measured:
    measured: Measured = (
        VolumeCell.objects.visible_to(viewer)
        .months_between(span.recent.start, span.recent.end)
        .values(subject)
        .annotate(measure=Sum("referrals"))
    )
    return measured


def _change(viewer: User, subject: str, span: Span) -> Measured:
    compared = Q(month__gte=span.recent.start, month__lt=span.recent.end) | Q(
        month__gte=span.before.start, month__lt=span.before.end
    )
    measured: Measured = (
        VolumeCell.objects.visible_to(viewer)
        .filter(compared)
        .values(subject)
        .annotate(measure=referrals_in(span.recent) - referrals_in(span.before))
    )
    return measured


def _last_meeting(viewer: User, subject: str, span: Span) -> Measured:
    if subject == "practice":
        visits = Visit.objects.visible_to(viewer).let_in()
        seen: Measured = visits.values("practice").annotate(measure=Max("held_at"))
        return seen
    met = Attendee.objects.visible_to(viewer).filter(physician__isnull=False)
    return met.values("physician").annotate(measure=Max("visit__held_at"))


# What `sort=` may say beside the name. A loss is the lowest change; the unseen come first.
MEASURES = {"referrals": (_referrals, 0), "change": (_change, 0), "seen": (_last_meeting, NEVER)}
SORTS = ("name", *MEASURES)
NAMES = {"physician": ("last_name", "first_name", "pk"), "practice": ("name", "pk")}


def ordered(
    rows: QuerySet[Listed],
    sort: str,
    *,
    among: QuerySet[Listed],
    subject: Subject,
    viewer: User,
    span: Span,
) -> Ordered[Listed]:
    """The list by `name` or by a measure, and with a `-` from its other end.

    `among` is the whole directory, with what a row shows.
    """
    turned, name = sort.startswith("-"), sort.removeprefix("-")
    columns = NAMES[subject]
    if name == "name":
        backwards = tuple(f"-{column}" for column in columns)
        return Ordered(rows, among, backwards if turned else columns)
    values, default = MEASURES[name]
    return Ordered(rows, among, columns, Measure(values(viewer, subject, span), default, turned))


@dataclass(frozen=True, slots=True)
class Ordered(Generic[Listed]):
    """Rows of the directory in an order, to be had by the page."""

    rows: QuerySet[Listed]
    among: QuerySet[Listed]
    columns: tuple[str, ...]
    measure: Measure | None = None

    def page(self, place: Place, size: int) -> Stretch[Listed]:
        return stretch(
            self.rows,
            order=self.columns,
            size=size,
            place=place,
            among=self.among,
            measure=self.measure,
        )


def count_up_to(rows: QuerySet[Any], most: int = COUNTED_AT_MOST) -> int:
    """How many rows there are; `most` + 1 stands for more than that, and costs no more."""
    return rows.order_by()[: most + 1].count()
