"""What a list of issues may be narrowed by."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from liaison_crm.core.api.filters import (
    IdFilter,
    SinceFilter,
    StrictFilterSet,
    WordFilter,
)
from visits.issues.models import Category, Issue
from visits.issues.querysets import IssueQuerySet


class IssuesFilter(StrictFilterSet):
    """`unresolved` and `overdue` wait for their owner, `resolved` for the office to be told."""

    STATES = (*Issue.State.values, "open", "unresolved", "overdue")

    practice = IdFilter(field_name="practice_id")
    territory = IdFilter(field_name="practice__territory_id")
    service_line = IdFilter(field_name="service_line_id")
    owner = IdFilter(field_name="owner_id")
    outsider = IdFilter(field_name="outsider_id")
    visit = IdFilter(field_name="visit_id")
    category = WordFilter(words=Category.values)
    state = WordFilter(words=STATES, method="in_state")
    updated_since = SinceFilter()

    def in_state(self, rows: IssueQuerySet, _name: str, state: str) -> QuerySet[Issue]:
        match state:
            case "open":
                return rows.open()
            case "unresolved":
                return rows.unresolved()
            case "overdue":
                return rows.overdue(timezone.now())
            case _:
                return rows.filter(state=state)
