"""The people of an office as choices of a form: those the liaison is likely to mean come first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max, Q

from accounts.models import Assignment, User
from accounts.querysets import UserQuerySet
from contacts.models import Affiliation, Physician, Practice, StaffMember
from visits.days import day_for
from visits.models import Visit

AT_HAND = 3


def people_at(practice: Practice, *, viewer: User, on: date) -> UserQuerySet:
    """Colleagues who work the practice's territory on that day."""
    working = Assignment.objects.visible_to(viewer).in_force(on)
    here = working.filter(territory=practice.territory_id)
    return User.objects.visible_to(viewer).active().filter(pk__in=here.values("user"))


@dataclass(frozen=True, slots=True)
class OfficePeople:
    """Everyone at a practice on a day. A value names one of them: "p12" or "s7"."""

    physicians: tuple[Physician, ...]
    staff: tuple[StaffMember, ...]
    first: frozenset[str]

    @classmethod
    def at(
        cls, practice: Practice, *, on: date, viewer: User, first: Iterable[str] = ()
    ) -> OfficePeople:
        """Those met here last stand at the front, and before them whoever is named in `first`."""
        met_here = Q(
            physician__attended__visit__practice=practice,
            physician__attended__visit__taken_back_at=None,
        )
        here = (
            Affiliation.objects.visible_to(viewer)
            .current(on)
            .filter(practice=practice)
            .select_related("physician")
            .annotate(met_at=Max("physician__attended__visit__held_at", filter=met_here))
            .order_by(
                F("met_at").desc(nulls_last=True), "physician__last_name", "physician__first_name"
            )
        )
        working = StaffMember.objects.visible_to(viewer).filter(practice=practice)
        working = working.filter(Q(left_on=None) | Q(left_on__gte=on))
        return cls(
            physicians=tuple(dict.fromkeys(one.physician for one in here)),
            staff=tuple(working),
            first=frozenset(first),
        )

    @classmethod
    def who_could_be_met(cls, visit: Visit, *, viewer: User) -> OfficePeople:
        """Everyone who was there on that day, and whom the visit names already."""
        met = visit.attendees.all()
        return cls.at(
            visit.practice, on=day_for(visit.liaison, visit.held_at), viewer=viewer
        ).with_former(
            [one.physician for one in met if one.physician],
            [one.staff_member for one in met if one.staff_member],
        )

    def with_former(
        self, physicians: Iterable[Physician], staff: Iterable[StaffMember]
    ) -> OfficePeople:
        """Also people who have left since, because a record names them."""
        return OfficePeople(
            physicians=tuple(dict.fromkeys([*self.physicians, *physicians])),
            staff=tuple(dict.fromkeys([*self.staff, *staff])),
            first=self.first,
        )

    def choices(self) -> list[tuple[str, str]]:
        """Named first, then who books the referrals, physicians, the rest of the staff."""
        ranked = [(self._rank(value), value, name) for value, name in self._named()]
        return [(value, name) for _, value, name in sorted(ranked, key=lambda one: one[0])]

    def chosen(
        self, values: Sequence[str]
    ) -> tuple[tuple[Physician, ...], tuple[StaffMember, ...]]:
        wanted = set(values)
        return (
            tuple(one for one in self.physicians if f"p{one.pk}" in wanted),
            tuple(one for one in self.staff if f"s{one.pk}" in wanted),
        )

    def _named(self) -> Iterable[tuple[str, str]]:
        surnames = [one.last_name for one in self.physicians]
        for doctor in self.physicians:
            alone = surnames.count(doctor.last_name) == 1
            yield f"p{doctor.pk}", f"Dr. {doctor.last_name}" if alone else str(doctor)
        for person in self.staff:
            yield f"s{person.pk}", person.name

    def _rank(self, value: str) -> int:
        if value in self.first:
            return 0
        if value.startswith("p"):
            return 2
        books = any(one.books_referrals and value == f"s{one.pk}" for one in self.staff)
        return 1 if books else 3
