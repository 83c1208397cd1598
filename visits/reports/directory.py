"""Rows of the directory lists: who, where, whose, and what the viewer may know of the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from accounts.models import User
from contacts.models import Affiliation, Physician, Practice
from visits.reports.relationship import Relationship, Span, owners, relationships


@dataclass(frozen=True, slots=True)
class PhysicianLine:
    """One row. `known` is missing where a colleague's territory keeps it."""

    physician: Physician
    practice: Practice | None
    owner: User | None
    known: Relationship | None

    @property
    def about(self) -> dict[str, int]:
        """What names this row in the address of the rows behind a figure."""
        return {"physician": self.physician.pk}


@dataclass(frozen=True, slots=True)
class PracticeLine:
    practice: Practice
    owner: User | None
    known: Relationship | None

    @property
    def about(self) -> dict[str, int]:
        return {"practice": self.practice.pk}


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Who looks, on which day, at which months; `own` are the territories he works."""

    viewer: User
    on: date
    span: Span
    own: Collection[int]

    def works_in(self, practice: Practice) -> bool:
        return self.viewer.sees_all_territories or practice.territory_id in self.own


def physician_lines(people: Sequence[Physician], *, seen_from: Viewpoint) -> list[PhysicianLine]:
    """A physician stands at a practice the viewer works if he has one, else at his first."""
    places = _places_of(people, on=seen_from.on)
    held = _owners(seen_from, [at for here in places.values() for at in here])
    known = relationships(
        seen_from.viewer, "physician", [person.pk for person in people], span=seen_from.span
    )
    return [
        _physician_line(person, places[person.pk], held, known[person.pk], seen_from)
        for person in people
    ]


def _physician_line(
    person: Physician,
    places: Sequence[Practice],
    held: dict[int, User],
    known: Relationship,
    seen_from: Viewpoint,
) -> PhysicianLine:
    own = [place for place in places if seen_from.works_in(place)]
    place = next(iter(own or places), None)
    may_know = own or seen_from.viewer.sees_all_territories
    return PhysicianLine(
        physician=person,
        practice=place,
        owner=held.get(place.territory_id) if place else None,
        known=known if may_know else None,
    )


def practice_lines(places: Sequence[Practice], *, seen_from: Viewpoint) -> list[PracticeLine]:
    held = _owners(seen_from, places)
    known = relationships(
        seen_from.viewer, "practice", [place.pk for place in places], span=seen_from.span
    )
    return [
        PracticeLine(
            practice=place,
            owner=held.get(place.territory_id),
            known=known[place.pk] if seen_from.works_in(place) else None,
        )
        for place in places
    ]


def for_physician_lines(rows: QuerySet[Physician]) -> QuerySet[Physician]:
    return rows.select_related("primary_specialty")


def for_practice_lines(rows: QuerySet[Practice]) -> QuerySet[Practice]:
    return rows.select_related("organization", "territory")


def _places_of(people: Sequence[Physician], *, on: date) -> dict[int, list[Practice]]:
    """Where each works on that day, the main place first."""
    working = (
        Affiliation.objects.current(on)
        .select_related("practice__organization", "practice__territory")
        .order_by("-is_primary", "pk")
    )
    prefetch_related_objects(
        people, Prefetch("affiliations", queryset=working, to_attr="working_at")
    )
    return {
        person.pk: [working.practice for working in person.working_at]  # type: ignore[attr-defined]  # prefetched
        for person in people
    }


def _owners(seen_from: Viewpoint, places: Sequence[Practice]) -> dict[int, User]:
    territories = {place.territory_id for place in places}
    return owners(seen_from.viewer, on=seen_from.on, territories=territories)
