"""What lists of people and assignments may be narrowed by."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from accounts.models import Assignment, User
from accounts.querysets import AssignmentQuerySet
from liaison_crm.core.api.filters import (
    DayFilter,
    FlagFilter,
    IdFilter,
    StrictFilterSet,
    WordFilter,
)


class PeopleFilter(StrictFilterSet):
    role = WordFilter(words=User.Role.values)
    is_active = FlagFilter()


class AssignmentsFilter(StrictFilterSet):
    person = IdFilter(field_name="user_id")
    territory = IdFilter(field_name="territory_id")
    part = WordFilter(words=Assignment.Part.values)
    on = DayFilter(method="in_force", help_text="In force on that day.")

    def in_force(self, rows: AssignmentQuerySet, _name: str, day: date) -> QuerySet[Assignment]:
        return rows.in_force(day)


class HandoversFilter(StrictFilterSet):
    territory = IdFilter(field_name="territory_id")
