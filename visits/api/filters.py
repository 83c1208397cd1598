"""What lists of visits and promises may be narrowed by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from liaison_crm.core.api.filters import (
    DayFilter,
    FlagFilter,
    IdFilter,
    SinceFilter,
    StrictFilterSet,
    WordFilter,
)
from liaison_crm.core.periods import DateRange
from visits.days import day_for
from visits.models import FollowUp, Visit
from visits.planning.models import Tier
from visits.planning.querysets import DismissalQuerySet
from visits.querysets import FollowUpQuerySet, PlannedVisitQuerySet, VisitQuerySet


class VisitsFilter(StrictFilterSet):
    """Days are those of the person who asks, both ends included."""

    ranges = (("held_from", "held_to"),)

    practice = IdFilter(field_name="practice_id")
    physician = IdFilter(method="meeting", help_text="This physician was seen.")
    liaison = IdFilter(field_name="liaison_id")
    territory = IdFilter(field_name="practice__territory_id")
    outcome = WordFilter(words=Visit.Outcome.values)
    channel = WordFilter(words=Visit.Channel.values)
    held_from = DayFilter(method="from_day", help_text="From this day of yours on.")
    held_to = DayFilter(method="to_day", help_text="Up to this day of yours, included.")
    updated_since = SinceFilter()
    taken_back = FlagFilter(
        method="any_rows", help_text="Those their liaison took back; left away, they are not shown."
    )

    def filter_queryset(self, queryset: Any) -> Any:
        rows: Any = super().filter_queryset(queryset)
        if self.form.cleaned_data["taken_back"]:
            return rows.exclude(taken_back_at=None)
        return rows.standing()

    def any_rows(self, rows: VisitQuerySet, _name: str, _value: bool) -> VisitQuerySet:
        return rows

    def meeting(self, rows: VisitQuerySet, _name: str, physician: int) -> VisitQuerySet:
        return rows.meeting(physician)

    def from_day(self, rows: VisitQuerySet, _name: str, day: date) -> QuerySet[Visit]:
        return rows.filter(held_at__gte=self._day(day)[0])

    def to_day(self, rows: VisitQuerySet, _name: str, day: date) -> QuerySet[Visit]:
        return rows.filter(held_at__lt=self._day(day)[1])

    def _day(self, day: date) -> tuple[datetime, datetime]:
        return DateRange.inclusive(day, day).moments(ZoneInfo(self.viewer.time_zone))


class FollowUpsFilter(StrictFilterSet):
    ranges = (("due_from", "due_to"),)

    STATES = ("open", "overdue", "untold", "kept", "dropped")

    practice = IdFilter(field_name="practice_id")
    owner = IdFilter(field_name="owner_id")
    visit = IdFilter(field_name="visit_id")
    territory = IdFilter(field_name="practice__territory_id")
    state = WordFilter(words=STATES, method="in_state")
    due_from = DayFilter(field_name="due_on", lookup_expr="gte")
    due_to = DayFilter(field_name="due_on", lookup_expr="lte")
    updated_since = SinceFilter()

    def in_state(self, rows: FollowUpQuerySet, _name: str, state: str) -> QuerySet[FollowUp]:
        match state:
            case "open":
                return rows.open()
            case "overdue":
                return rows.overdue(day_for(self.viewer, timezone.now()))
            case "untold":
                return rows.untold()
            case "kept":
                return rows.kept()
            case _:
                return rows.exclude(dropped_at=None)


class PlansFilter(StrictFilterSet):
    ranges = (("day_from", "day_to"),)

    STATES = ("open", "done", "dropped")

    liaison = IdFilter(field_name="liaison_id")
    practice = IdFilter(field_name="practice_id")
    state = WordFilter(words=STATES, method="in_state")
    day_from = DayFilter(field_name="planned_on", lookup_expr="gte")
    day_to = DayFilter(field_name="planned_on", lookup_expr="lte")
    updated_since = SinceFilter()

    def in_state(self, rows: PlannedVisitQuerySet, _name: str, state: str) -> Any:
        match state:
            case "open":
                return rows.open()
            case "done":
                return rows.done()
            case _:
                return rows.exclude(dropped_at=None)


class SuggestionsFilter(StrictFilterSet):
    liaison = IdFilter(method="as_asked", help_text="Whose day; left away, yours.")
    day = DayFilter(method="as_asked", help_text="Left away, today.")

    def as_asked(self, rows: Any, _name: str, _value: Any) -> Any:
        """They say for whom and when, and narrow nothing."""
        return rows


class CoverageFilter(StrictFilterSet):
    pass


class DismissalsFilter(StrictFilterSet):
    liaison = IdFilter(field_name="liaison_id")
    practice = IdFilter(field_name="practice_id")
    in_force = DayFilter(method="standing_on", help_text="Those that still count on that day.")

    def standing_on(self, rows: DismissalQuerySet, _name: str, day: date) -> Any:
        return rows.in_force(day)


class TiersFilter(StrictFilterSet):
    tier = WordFilter(words=Tier.values)
    practice = IdFilter(field_name="practice_id")
    territory = IdFilter(field_name="practice__territory_id")


class CorrectionsFilter(StrictFilterSet):
    visit = IdFilter(field_name="visit_id")
    made_by = IdFilter(field_name="made_by_id")
    practice = IdFilter(field_name="visit__practice_id")
