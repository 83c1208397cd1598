"""A liaison's day as it is planned: its stops in order, the way between them, what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q
from django.db.models.functions import JSONObject

from accounts.models import User
from contacts.models import Practice, WelcomeWindow
from liaison_crm.core import charts
from liaison_crm.core.wording import count_of, long_day
from liaison_crm.core.workdays import Workdays
from visits.models import PlannedVisit
from visits.planning.candidates import Window
from visits.planning.closed import closed_because
from visits.planning.models import StartPoint
from visits.planning.route import Call, Day, Point

ONE_DAY = timedelta(days=1)
WORKDAYS = 5
WORTH_SAYING = 0.1  # miles


@dataclass(frozen=True)
class PlannedStop:
    """An open stop with the windows its office has on that weekday, if it has any at all."""

    plan: PlannedVisit
    windows: tuple[Window, ...] = ()

    @property
    def practice(self) -> Practice:
        return self.plan.practice

    @property
    def title(self) -> str:
        return str(self.plan.physician or self.plan.practice)

    @property
    def point(self) -> Point | None:
        latitude, longitude = self.practice.latitude, self.practice.longitude
        return (latitude, longitude) if latitude is not None and longitude is not None else None

    @property
    def window(self) -> Window | None:
        weekday = self.plan.planned_on.weekday()
        return next((one for one in self.windows if one.weekday == weekday), None)

    @property
    def shut_words(self) -> str:
        """Where the office sees liaisons, but not on this weekday: when it does."""
        if not self.windows or self.window:
            return ""
        return " and ".join(one.words for one in self.windows)

    def call(self) -> Call:
        at, window = self.plan.starts_at, self.window
        return Call(
            self.point,
            agreed_at=_minutes(at) if at else None,
            window=(_clock(window.opens_at), _clock(window.closes_at)) if window else None,
        )


@dataclass(frozen=True)
class DayPlan:
    """The day's stops. `done` and `dropped` are those that are no longer open."""

    on: date
    liaison: User
    stops: tuple[PlannedStop, ...]
    done: int
    dropped: tuple[PlannedVisit, ...]
    start: StartPoint | None

    @property
    def headline(self) -> str:
        """The first that is true: stops ahead, visits done, nothing yet."""
        day = long_day(self.on)
        if self.stops:
            return f"{count_of(len(self.stops), 'stop')} on {day}"
        return f"{count_of(self.done, 'visit')} done on {day}" if self.done else f"Plan {day}"

    @property
    def order(self) -> list[int]:
        return [stop.plan.pk for stop in self.stops]

    @property
    def places(self) -> list[tuple[str, Point]]:
        return [(stop.practice.name, stop.point) for stop in self.stops if stop.point]

    @cached_property
    def miles(self) -> float:
        return miles_of(self.stops, self.start)

    @property
    def miles_words(self) -> str:
        """About 24 miles from Parma in this order; nothing where there is no way."""
        if self.miles < WORTH_SAYING:
            return ""
        start = f" from {self.start.zip_code.city}" if self.start else ""
        return f"About {self.miles:.0f} miles{start} in this order."

    @cached_property
    def late(self) -> bool:
        """Whether, driven in this order, some agreed time or open door would be missed."""
        calls = [stop.call() for stop in self.stops]
        return Day(calls, point_of(self.start)).cost(range(len(calls))).late_minutes > 0

    @property
    def route(self) -> charts.Route | None:
        places = [stop for stop in self.stops if stop.point]
        marks = tuple(charts.Stop(stop.practice.city, *stop.point) for stop in places if stop.point)
        return (
            charts.Route(f"The way through {count_of(len(marks), 'stop')}", marks)
            if marks
            else None
        )


@dataclass(frozen=True, slots=True)
class WeekDay:
    on: date
    stops: int
    closed: str = ""


def day_plan(liaison: User, *, viewer: User, on: date) -> DayPlan:
    """As `viewer` may see it, in two statements."""
    plans = list(
        PlannedVisit.objects.visible_to(viewer)
        .filter(liaison=liaison)
        .on_day(on)
        .select_related("practice", "physician")
        .defer("practice__search", "physician__search")
        .annotate(windows=windows_of("practice"))
        .in_order()
    )
    return DayPlan(
        on=on,
        liaison=liaison,
        stops=tuple(_stop(plan) for plan in plans if not (plan.visit_id or plan.dropped_at)),
        done=sum(plan.visit_id is not None for plan in plans),
        dropped=tuple(plan for plan in plans if plan.dropped_at and not plan.visit_id),
        start=start_of(liaison),
    )


def week_of(liaison: User, *, viewer: User, on: date, workdays: Workdays) -> tuple[WeekDay, ...]:
    """Monday to Friday around the day, with the stops of each that are planned or done."""
    monday = on - timedelta(days=on.weekday())
    days = [monday + n * ONE_DAY for n in range(WORKDAYS)]
    counted = dict(
        PlannedVisit.objects.visible_to(viewer)
        .filter(Q(dropped_at=None) | Q(visit__isnull=False), liaison=liaison)
        .filter(planned_on__gte=days[0], planned_on__lte=days[-1])
        .values_list("planned_on")
        .order_by()
        .annotate(stops=Count("pk"))
    )
    return tuple(WeekDay(day, counted.get(day, 0), closed_because(day, workdays)) for day in days)


def windows_of(practice: str) -> ArraySubquery:
    """The windows of the practice behind that path, as rows of JSON."""
    rows = WelcomeWindow.objects.filter(practice=OuterRef(practice)).order_by("weekday")
    return ArraySubquery(
        rows.values(json=JSONObject(weekday="weekday", opens_at="opens_at", closes_at="closes_at"))
    )


def windows_in(rows: Iterable[dict[str, Any]]) -> tuple[Window, ...]:
    """What `windows_of` annotated."""
    return tuple(Window(**one) for one in rows)


def start_of(liaison: User) -> StartPoint | None:
    return StartPoint.objects.filter(person=liaison).select_related("zip_code").first()


def point_of(start: StartPoint | None) -> Point | None:
    return (start.zip_code.latitude, start.zip_code.longitude) if start else None


def miles_of(stops: Sequence[PlannedStop], start: StartPoint | None) -> float:
    """The way through them in this order, by road as near as one can say."""
    day = Day([stop.call() for stop in stops], point_of(start))
    return day.miles(range(len(stops)))


def _stop(plan: Any) -> PlannedStop:
    return PlannedStop(plan, windows_in(plan.windows))


def _minutes(clock: time) -> int:
    return 60 * clock.hour + clock.minute


def _clock(text: str) -> int:
    hours, minutes = text[:5].split(":")
    return 60 * int(hours) + int(minutes)
