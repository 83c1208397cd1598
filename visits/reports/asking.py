"""What somebody may ask of the directory, and the rows that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import Territory, User
from contacts.models import Organization, Physician, Practice, Specialty
from contacts.querysets import PhysicianQuerySet, PracticeQuerySet
from liaison_crm.core.search import prefix_query
from visits.reports import lists
from visits.reports.relationship import Span


@dataclass(frozen=True, slots=True)
class Question:
    """Everything given must hold. `mine` are the territories the viewer works today."""

    terms: Sequence[str] = ()
    specialty: str = ""
    status: str = ""
    mine: bool = False
    territory: int | None = None
    county: str = ""
    network: str = ""
    organization: Organization | None = None
    unseen_since: datetime | None = None
    falling: bool = False


def physicians_asked_for(
    viewer: User, asked: Question, *, on: date, span: Span
) -> PhysicianQuerySet:
    rows = Physician.objects.visible_to(viewer)
    if asked.terms:
        rows = rows.filter(search=prefix_query(asked.terms))
    if asked.specialty:
        rows = rows.filter(primary_specialty__name=asked.specialty)
    if asked.status:
        rows = rows.filter(status=asked.status)
    if asked.mine:
        rows = rows.worked_by(viewer, on=on)
    if _is_about_a_place(asked):
        rows = lists.at_practices(rows, _places(viewer, asked), on=on)
    if asked.unseen_since:
        rows = lists.physicians_unseen_since(rows, asked.unseen_since, viewer=viewer, on=on)
    if asked.falling:
        rows = lists.falling(rows, "physician", viewer=viewer, span=span)
    return rows


def practices_asked_for(viewer: User, asked: Question, *, span: Span) -> PracticeQuerySet:
    rows = _places(viewer, asked)
    if asked.terms:
        rows = rows.filter(search=prefix_query(asked.terms))
    if asked.status:
        rows = rows.filter(closed_on__isnull=asked.status == "open")
    if asked.mine:
        rows = rows.worked_by(viewer)
    if asked.unseen_since:
        rows = lists.practices_unseen_since(rows, asked.unseen_since, viewer=viewer)
    if asked.falling:
        rows = lists.falling(rows, "practice", viewer=viewer, span=span)
    return rows


def _is_about_a_place(asked: Question) -> bool:
    return bool(asked.territory or asked.county or asked.network or asked.organization)


def _places(viewer: User, asked: Question) -> PracticeQuerySet:
    rows = Practice.objects.visible_to(viewer)
    if asked.territory:
        rows = rows.filter(territory=asked.territory)
    if asked.county:
        rows = rows.filter(county_fips=asked.county)
    if asked.organization:
        rows = rows.filter(organization=asked.organization)
    if asked.network == Organization.Network.UNKNOWN:
        rows = rows.filter(Q(organization=None) | Q(organization__network=asked.network))
    elif asked.network:
        rows = rows.filter(organization__network=asked.network)
    return rows


def specialties_in_use() -> list[str]:
    """Names of the specialties that at least one physician has first."""
    has_somebody = Exists(Physician.objects.filter(primary_specialty=OuterRef("pk")))
    return list(
        Specialty.objects.filter(has_somebody)
        .order_by("name")
        .values_list("name", flat=True)
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class TerritoryChoice:
    pk: int
    name: str
    is_own: bool


def territories_to_choose(viewer: User, *, on: date) -> list[TerritoryChoice]:
    """Every territory the viewer may name, and whether he works it today."""
    own = Territory.objects.assigned_to(viewer, on=on).filter(pk=OuterRef("pk"))
    rows = Territory.objects.visible_to(viewer).annotate(is_own=Exists(own))
    return [TerritoryChoice(*row) for row in rows.values_list("pk", "name", "is_own")]
