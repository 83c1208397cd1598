"""All there is to know of one practice or one physician, as far as the viewer may know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import Assignment, User
from contacts.models import (
    Affiliation,
    ChangeRequest,
    Physician,
    PhysicianSpecialty,
    Practice,
    StaffMember,
)
from liaison_crm.core import charts
from referrals.reports import freshness
from visits.education.reports import Entry, ledger_told, with_ledger
from visits.models import FollowUp, PlannedVisit, Visit
from visits.querysets import FollowUpQuerySet
from visits.reports.door import AtTheDoor, at_the_door
from visits.reports.periods import first_provisional_month, freshness_words, recent_span
from visits.reports.reasons import Reason, reason_to_go
from visits.reports.volumes import CHARTED_MONTHS, Part, Share, Volumes, volumes_of
from visits.timeline import EVERYTHING, Asked, Subject, Timeline, timeline_of

LOOKED_AT = 5  # visits, for the last talk
PROMISES = 12
LISTED = 12


@dataclass(frozen=True, slots=True)
class Colleague:
    """A physician at a practice and what he sends from there."""

    affiliation: Affiliation
    share: Share | None


@dataclass(frozen=True, slots=True)
class Relations:
    """What belongs to the relationship, and only to those who work it."""

    volumes: Volumes
    provisional_from: date
    freshness: str
    visits: tuple[Visit, ...]
    timeline: Timeline
    promises: tuple[FollowUp, ...]
    chart: charts.MonthLine
    about: dict[str, int]

    @property
    def reason(self) -> Reason:
        return reason_to_go(self.volumes.relationship)

    @property
    def open_promises(self) -> tuple[FollowUp, ...]:
        """Those that still want something: to be kept, or to be told."""
        return tuple(one for one in self.promises if one.is_open or one.is_untold)

    @property
    def past_promises(self) -> tuple[FollowUp, ...]:
        return tuple(one for one in self.promises if not one.is_open and not one.is_untold)


@dataclass(frozen=True, slots=True)
class PracticeBrief:
    practice: Practice
    owner: str
    last_seen_at: datetime | None
    planned_on: date | None
    here: tuple[Colleague, ...]
    gone: tuple[Affiliation, ...]
    staff: tuple[StaffMember, ...]
    messages: tuple[Entry, ...]
    relations: Relations | None
    door: AtTheDoor | None

    @property
    def physicians_note(self) -> str:
        return "Referrals in twelve full months" if self.relations and self.here else ""

    @property
    def more_here(self) -> int:
        return max(len(self.here) - LISTED, 0)

    @property
    def former_staff(self) -> tuple[StaffMember, ...]:
        return tuple(person for person in self.staff if person.left_on)

    @property
    def working_staff(self) -> tuple[StaffMember, ...]:
        return tuple(person for person in self.staff if not person.left_on)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a physician works or worked; `is_own` says whether the viewer works it too."""

    affiliation: Affiliation
    owner: str
    is_own: bool
    share: Share | None


@dataclass(frozen=True, slots=True)
class PhysicianBrief:
    physician: Physician
    now_at: tuple[Place, ...]
    before_at: tuple[Place, ...]
    last_seen_at: datetime | None
    relations: Relations | None
    door: AtTheDoor | None

    @property
    def own_places(self) -> tuple[Place, ...]:
        return tuple(place for place in self.now_at if place.is_own)

    @property
    def owners(self) -> list[str]:
        return list(dict.fromkeys(place.owner for place in self.now_at if place.owner))


def _door(
    practice: Practice,
    relations: Relations,
    *,
    viewer: User,
    staff: tuple[StaffMember, ...] | None = None,
) -> AtTheDoor:
    return at_the_door(
        practice,
        viewer=viewer,
        promises=relations.open_promises,
        visits=relations.visits,
        staff=staff,
    )


def practices_for_brief(viewer: User, *, on: date) -> QuerySet[Any]:
    """Practices with what the head of their page says, all in one statement."""
    own = Practice.objects.worked_by(viewer).filter(pk=OuterRef("pk"))
    seen = Visit.objects.visible_to(viewer).let_in().filter(practice=OuterRef("pk"))
    stops = PlannedVisit.objects.visible_to(viewer).open()
    stops = stops.filter(practice=OuterRef("pk"), liaison=viewer, planned_on__gte=on)
    known = Practice.objects.visible_to(viewer).select_related("organization", "territory")
    found: QuerySet[Any] = with_ledger(known, viewer=viewer, on=on).annotate(
        is_own=Exists(own),
        is_unchecked=Exists(ChangeRequest.objects.open().filter(practice=OuterRef("pk"))),
        owner_name=_owner_name(viewer, on, "territory"),
        last_seen_at=Subquery(seen.order_by("-held_at").values("held_at")[:1]),
        planned_on=Subquery(stops.order_by("planned_on").values("planned_on")[:1]),
    )
    return found


def practice_brief(
    practice: Any, *, viewer: User, on: date, now: datetime, asked: Asked = EVERYTHING
) -> PracticeBrief:
    """`practice` comes from `practices_for_brief`; `asked` is the part of its timeline."""
    affiliations = (
        Affiliation.objects.visible_to(viewer)
        .filter(practice=practice)
        .select_related("physician__primary_specialty")
        .order_by("physician__last_name", "physician__first_name", "pk")
    )
    here = [one for one in affiliations if _is_current(one, on)]
    gone = [one for one in affiliations if one.ends_on and one.ends_on <= on]
    relations = _relations(viewer, now, asked, practice=practice.pk) if practice.is_own else None
    staff = StaffMember.objects.visible_to(viewer).filter(practice=practice)
    known = tuple(staff) if relations else ()
    return PracticeBrief(
        practice=practice,
        owner=practice.owner_name or "",
        last_seen_at=practice.last_seen_at,
        planned_on=practice.planned_on,
        here=tuple(_biggest_first(here, relations)),
        gone=tuple(sorted(gone, key=lambda one: one.ends_on or on, reverse=True)),
        staff=known,
        messages=ledger_told(practice, on=on) if relations else (),
        relations=relations,
        door=_door(practice, relations, viewer=viewer, staff=known) if relations else None,
    )


def physician_brief(
    physician: Physician, *, viewer: User, on: date, now: datetime, asked: Asked = EVERYTHING
) -> PhysicianBrief:
    affiliations: Any = (
        Affiliation.objects.visible_to(viewer)
        .filter(physician=physician)
        .select_related("practice__territory")
        .annotate(
            is_own=Exists(Practice.objects.worked_by(viewer).filter(pk=OuterRef("practice"))),
            owner_name=_owner_name(viewer, on, "practice__territory"),
        )
    )
    found = list(affiliations)
    is_known = viewer.sees_all_territories or any(one.is_own for one in found)
    relations = _relations(viewer, now, asked, physician=physician.pk) if is_known else None
    places = [
        Place(
            affiliation=one,
            owner=one.owner_name or "",
            is_own=one.is_own,
            share=relations.volumes.part("practice", one.practice_id) if relations else None,
        )
        for one in found
    ]
    # Whoever was met was let in, so the latest visit of the list is when he was last seen.
    latest = relations.visits[0] if relations and relations.visits else None
    here = next((one.practice for one in found if one.is_own and _is_current(one, on)), None)
    return PhysicianBrief(
        physician=physician,
        now_at=tuple(place for place in places if _is_current(place.affiliation, on)),
        before_at=tuple(place for place in places if not _is_current(place.affiliation, on)),
        last_seen_at=latest.held_at if latest else None,
        relations=relations,
        door=_door(here, relations, viewer=viewer) if relations and here else None,
    )


def physicians_for_brief(viewer: User) -> QuerySet[Any]:
    """Physicians with the names of all they trained in, in one statement."""
    trained = PhysicianSpecialty.objects.filter(physician=OuterRef("pk"))
    names = trained.order_by("specialty__name").values("specialty__name")
    return (
        Physician.objects.visible_to(viewer)
        .select_related("primary_specialty")
        .annotate(
            trained_in=ArraySubquery(names),
            is_unchecked=Exists(ChangeRequest.objects.open().filter(physician=OuterRef("pk"))),
        )
    )


def _relations(viewer: User, now: datetime, asked: Asked, **subject: int) -> Relations:
    """Volumes, visits and promises of `practice=` or `physician=`."""
    kind: Literal["physician", "practice"] = "practice" if "practice" in subject else "physician"
    other: Literal["physician", "practice"] = "physician" if kind == "practice" else "practice"
    met = (
        {"practice": subject[kind]}
        if kind == "practice"
        else {"attendees__physician": subject[kind]}
    )
    promises = _promises(kind, subject[kind])
    parts: tuple[Part, ...] = (other, "service_line")
    volumes = volumes_of(viewer, now=now, span=recent_span(now), parts=parts, **subject)
    fresh = freshness(now)
    open_from = first_provisional_month(fresh, months=CHARTED_MONTHS)
    return Relations(
        about=subject,
        volumes=volumes,
        chart=volumes.chart("Referrals per month", now=now, provisional_from=open_from),
        provisional_from=open_from,
        freshness=freshness_words(fresh),
        visits=tuple(Visit.objects.visible_to(viewer).filter(**met).for_the_door()[:LOOKED_AT]),
        timeline=timeline_of(Subject(viewer, kind, subject[kind], now), asked),
        promises=tuple(
            FollowUp.objects.visible_to(viewer).any_of(*promises).for_list().open_first()[:PROMISES]
        ),
    )


def _promises(kind: str, pk: int) -> list[FollowUpQuerySet]:
    """Those to the office; or those to the physician, and those made where he was met."""
    everything: FollowUpQuerySet = FollowUp.objects.all()
    if kind == "practice":
        return [everything.filter(practice=pk)]
    to_him = everything.filter(promised_to_physician=pk)
    return [to_him, everything.filter(visit__attendees__physician=pk)]


def _biggest_first(here: list[Affiliation], relations: Relations | None) -> list[Colleague]:
    colleagues = [
        Colleague(one, relations.volumes.part("physician", one.physician_id) if relations else None)
        for one in here
    ]
    return sorted(colleagues, key=lambda one: -(one.share.year if one.share else 0))


def _owner_name(viewer: User, on: date, territory: str) -> Subquery:
    held = Assignment.objects.visible_to(viewer).in_force(on).owning()
    return Subquery(held.filter(territory=OuterRef(territory)).values("user__name")[:1])


def _is_current(affiliation: Affiliation, on: date) -> bool:
    started = affiliation.starts_on is None or affiliation.starts_on <= on
    return started and (affiliation.ends_on is None or affiliation.ends_on > on)
