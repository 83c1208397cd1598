"""Find a person or a place from whatever somebody remembers of it, own territory first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import F, Func, Prefetch, Q, QuerySet

from accounts.models import User
from contacts.models import Affiliation, ChangeRequest, Physician, Practice, StaffMember
from contacts.querysets import PhysicianQuerySet
from liaison_crm.core.search import prefix_query, search_terms

SHOWN = 8
NPI_DIGITS = 10
FEWEST_PHONE_DIGITS = 4
PHONE_MARKS = re.compile(r"[0-9 ()+.\-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class FoundPhysician:
    physician: Physician
    practice: Practice | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class FoundPractice:
    practice: Practice
    is_own: bool


@dataclass(frozen=True, slots=True)
class Found:
    physicians: tuple[FoundPhysician, ...]
    practices: tuple[FoundPractice, ...]
    staff: tuple[StaffMember, ...]

    @property
    def count(self) -> int:
        return len(self.physicians) + len(self.practices) + len(self.staff)


def find(viewer: User, text: str, *, on: date) -> Found:
    """Refuses what is no search at all with a `ValidationError` (too long, too many words)."""
    terms = search_terms(text)
    if not terms:
        return Found((), (), ())
    digits = phone_digits(text)
    return Found(
        physicians=tuple(_physicians(viewer, terms, on=on)),
        practices=tuple(_practices(viewer, terms, digits)),
        staff=tuple(_staff(viewer, terms, digits)),
    )


def phone_digits(text: str) -> str:
    """The digits of what looks like a piece of a phone number, else nothing."""
    digits = "".join(mark for mark in text if mark in "0123456789")
    is_phone = bool(PHONE_MARKS.fullmatch(text.strip())) and len(digits) >= FEWEST_PHONE_DIGITS
    return digits.removeprefix("1") if is_phone and len(digits) > NPI_DIGITS else digits * is_phone


def own_practices(viewer: User, text: str, *, limit: int = SHOWN) -> tuple[Practice, ...]:
    """Open practices the viewer works, by name, street, town, ZIP or phone."""
    terms = search_terms(text)
    if not terms:
        return ()
    rows = Practice.objects.worked_by(viewer).open().filter(_place(terms, phone_digits(text)))
    return tuple(rows.order_by("name", "pk")[:limit])


def _place(terms: list[str], digits: str) -> Q:
    """A number somebody said and nobody checked yet finds its practice as well."""
    found = Q(search=prefix_query(terms))
    if not digits:
        return found
    said = ChangeRequest.objects.saying_number(digits).filter(staff_member=None)
    return found | Q(phone__contains=digits) | Q(pk__in=said.values("practice"))


def _practices(viewer: User, terms: list[str], digits: str) -> list[FoundPractice]:
    rows = Practice.objects.visible_to(viewer).filter(_place(terms, digits))
    own = Practice.objects.worked_by(viewer)
    return [
        FoundPractice(practice, is_own)
        for practice, is_own in _own_first(rows, rows.filter(pk__in=own.values("pk")), viewer)
    ]


def _physicians(viewer: User, terms: list[str], *, on: date) -> list[FoundPhysician]:
    rows = Physician.objects.visible_to(viewer).filter(_person(terms))
    if len(terms) > 1 and not rows.exists():
        rows = _at_a_place(viewer, terms, on=on)
    current = Affiliation.objects.visible_to(viewer).current(on).select_related("practice")
    rows = rows.select_related("primary_specialty").prefetch_related(
        Prefetch("affiliations", current, to_attr="working_at")
    )
    own = rows.worked_by(viewer, on=on)
    return [
        FoundPhysician(physician, _first_place(physician), is_own)
        for physician, is_own in _own_first(rows, own, viewer)
    ]


def _person(terms: list[str]) -> Q:
    """An NPI is looked up as such; anything else is pieces of names, in any order."""
    if len(terms) == 1 and terms[0].isdigit() and len(terms[0]) == NPI_DIGITS:
        return Q(npi=terms[0])
    return Q(search=prefix_query(terms))


def _at_a_place(viewer: User, terms: list[str], *, on: date) -> PhysicianQuerySet:
    """ "Raman Parma": some words name the person, the others where he works today."""
    both = Func(
        F("physician__search"),
        F("practice__search"),
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=SearchVectorField(),
    )
    any_word = reduce(or_, (Q(physician__search=prefix_query([term])) for term in terms))
    here = Affiliation.objects.visible_to(viewer).current(on).filter(any_word)
    here = here.annotate(words=both).filter(words=prefix_query(terms))
    return Physician.objects.visible_to(viewer).filter(pk__in=here.values("physician"))


def _own_first(rows: QuerySet[Any], own: QuerySet[Any], viewer: User) -> Iterable[tuple[Any, bool]]:
    """The viewer's own matches, then others while there is room. Two questions, each of which an
    index answers; one ordered by "is it mine" would have to look at every match."""
    mine = list(own[:SHOWN])
    if viewer.sees_all_territories or len(mine) == SHOWN:
        return [(row, True) for row in mine]
    taken = {row.pk for row in mine}
    others = [row for row in rows[: SHOWN + len(mine)] if row.pk not in taken]
    return [(row, True) for row in mine] + [(row, False) for row in others[: SHOWN - len(mine)]]


def _first_place(physician: Any) -> Practice | None:
    """The primary practice, or whichever comes first."""
    return physician.working_at[0].practice if physician.working_at else None


def _staff(viewer: User, terms: list[str], digits: str) -> Iterable[StaffMember]:
    found = Q(search=prefix_query(terms))
    if digits:
        said = ChangeRequest.objects.saying_number(digits).exclude(staff_member=None)
        found |= Q(phone__contains=digits) | Q(pk__in=said.values("staff_member"))
    people = StaffMember.objects.visible_to(viewer).working().filter(found)
    return people.select_related("practice")[:SHOWN]
