"""Physicians worth a visit, with what a manager must know to send somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, OuterRef, Subquery, Sum
from django.db.models.functions import JSONObject

from accounts.models import User
from contacts.models import Physician, Practice
from liaison_crm.core.periods import DateRange
from liaison_crm.core.wording import short_day
from referrals.models import VolumeCell
from referrals.reports.breakdown import Ranked
from visits.models import Attendee, PlannedVisit


@dataclass(frozen=True, slots=True)
class Need:
    """A physician among those who moved most. `practice` is the open one that sends most of it."""

    physician: Physician
    ranked: Ranked
    practice: int | None
    practice_name: str
    territory: int | None
    is_unassigned: bool
    months: tuple[int, ...]
    last_seen_at: datetime | None
    planned_on: date | None
    owner: User | None

    @property
    def tone(self) -> str:
        change = self.ranked.change
        return "up" if change > 0 else "down" if change < 0 else ""

    @property
    def reason(self) -> str:
        """Why somebody should go, for the plan: 19 referrals instead of 31."""
        return f"{self.ranked.now} referrals instead of {self.ranked.last_year} a year before"

    @property
    def planned_words(self) -> str:
        return f"Planned {short_day(self.planned_on)}"


def needs(
    viewer: User,
    ranked: Sequence[Ranked],
    *,
    shown: DateRange,
    today: date,
    owners: Mapping[int, User],
) -> dict[int, Need]:
    """By the physician's id. One statement: there are few of them, so each fact is looked up."""
    rows = _with_facts(viewer, [one.pk for one in ranked], shown, today).in_bulk()
    return {
        one.pk: _need(rows[one.pk], one, shown=shown, owners=owners)
        for one in ranked
        if one.pk in rows
    }


def _with_facts(viewer: User, pks: Sequence[int], shown: DateRange, today: date) -> Any:
    cells = VolumeCell.objects.visible_to(viewer).months_between(
        DateRange(shown.start, shown.end).last_year().start, shown.end
    )
    his_cells = cells.filter(physician=OuterRef("pk")).order_by()
    sends_most = (
        his_cells.filter(practice__closed_on=None)
        .values("practice")
        .annotate(sent=Sum("referrals"))
        .order_by("-sent", "practice")
    )
    by_month = (
        his_cells.filter(month__gte=shown.start)
        .values("month")
        .annotate(sent=Sum("referrals"))
        .values(json=JSONObject(month="month", sent="sent"))
    )
    met = (
        Attendee.objects.visible_to(viewer)
        .filter(physician=OuterRef("pk"))
        .order_by()
        .values("physician")
        .annotate(last=Max("visit__held_at"))
    )
    planned = (
        PlannedVisit.objects.visible_to(viewer)
        .open()
        .filter(practice=OuterRef("place"), planned_on__gte=today)
        .order_by("planned_on")
    )
    there = Practice.objects.visible_to(viewer).filter(pk=OuterRef("place"))
    return (
        Physician.objects.visible_to(viewer)
        .filter(pk__in=pks)
        .annotate(
            place=Subquery(sends_most.values("practice")[:1]),
            by_month=ArraySubquery(by_month),
            met_at=Subquery(met.values("last")),
            place_name=Subquery(there.values("name")),
            territory=Subquery(there.values("territory")),
            is_unassigned=Subquery(there.values("territory__is_unassigned")),
            planned_on=Subquery(planned.values("planned_on")[:1]),
        )
        .select_related("primary_specialty")
        .order_by(F("pk").asc())
    )


def _need(row: Any, ranked: Ranked, *, shown: DateRange, owners: Mapping[int, User]) -> Need:
    sent = {date.fromisoformat(one["month"]): one["sent"] for one in row.by_month}
    return Need(
        physician=row,
        ranked=ranked,
        practice=row.place,
        practice_name=row.place_name or "",
        territory=row.territory,
        is_unassigned=bool(row.is_unassigned),
        months=tuple(sent.get(month.start, 0) for month in shown.months()),
        last_seen_at=row.met_at,
        planned_on=row.planned_on,
        owner=owners.get(row.territory) if row.territory else None,
    )
