from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Concat

if TYPE_CHECKING:
    from accounts.models import Territory, User
    from contacts.models import Physician, Practice
    from visits.models import Attendee, FollowUp, PlannedVisit, Topic, Visit


def spoken(of: str = "") -> Concat:
    """A physician as `str` says him; `of` leads to him: "physician__"."""
    return Concat(
        models.Value("Dr. "),
        f"{of}first_name",
        models.Value(" "),
        f"{of}last_name",
        output_field=models.CharField(),
    )


class TopicQuerySet(models.QuerySet["Topic"]):
    def visible_to(self, user: User) -> Self:
        """Topics are words everyone uses."""
        if user.is_active and user.role in user.Role.values:
            return self
        return self.none()

    def offered(self) -> Self:
        return self.filter(is_offered=True)


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        """The only door from a request to these rows."""
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())

    def standing(self) -> Self:
        """Not taken back by the liaison who logged them."""
        return self.filter(taken_back_at=None)

    def held_between(self, start: datetime, end: datetime) -> Self:
        return self.filter(held_at__gte=start, held_at__lt=end)

    def held_within(self, start: datetime | None, end: datetime | None) -> Self:
        """Like `held_between`, open where an end is not given."""
        rows = self if start is None else self.filter(held_at__gte=start)
        return rows if end is None else rows.filter(held_at__lt=end)

    def narrowed(
        self,
        *,
        practice: Practice | None = None,
        physician: Physician | None = None,
        liaison: User | None = None,
        territory: Territory | None = None,
        outcome: str = "",
    ) -> Self:
        """Those that match everything given."""
        asked = {
            "practice": practice,
            "liaison": liaison,
            "practice__territory": territory,
            "outcome": outcome,
            "attendees__physician": physician,
        }
        return self.filter(**{name: value for name, value in asked.items() if value})

    def seen_by(self, person: User) -> Self:
        """A visit taken back stays visible to its liaison and to those who oversee him."""
        if person.sees_all_territories:
            return self
        return self.filter(models.Q(taken_back_at=None) | models.Q(liaison=person))

    def let_in(self) -> Self:
        """Visits where somebody opened: the office has not been seen on the others."""
        return self.exclude(outcome="no_access")

    def meeting(self, physician_id: int) -> Self:
        """Visits where this physician was seen."""
        return self.filter(attendees__physician=physician_id)

    def for_list(self) -> Self:
        """With what a row of a list or a timeline shows; the names of topics as `topic_names`."""
        attendees, topics = (apps.get_model("visits", name) for name in ("Attendee", "Topic"))
        people = attendees.objects.select_related("physician", "staff_member").order_by("pk")
        names = topics.objects.filter(visits=models.OuterRef("pk")).values("name")
        return (
            self.select_related("practice", "liaison")
            .defer("practice__search")
            .prefetch_related(models.Prefetch("attendees", people))
            .annotate(topic_names=ArraySubquery(names))
        )

    def for_the_door(self) -> Self:
        """With what the brief says of the last talk: who was met, as `met`."""
        return self.select_related("liaison").annotate(met=ArraySubquery(names_met("pk")))


def names_met(visit: str) -> QuerySet[Any, Any]:
    """The names of the people met in a visit of the outer statement."""
    attendees = apps.get_model("visits", "Attendee").objects
    name = Coalesce("staff_member__name", spoken("physician__"), output_field=models.CharField())
    rows: QuerySet[Any, Any] = (
        attendees.filter(visit=models.OuterRef(visit)).order_by("pk").values(name=name)
    )
    return rows


class StandingVisitManager(models.Manager.from_queryset(VisitQuerySet)):  # type: ignore[misc]  # a base made at run time
    """The default door: a visit that was taken back did not happen."""

    def get_queryset(self) -> VisitQuerySet:
        return VisitQuerySet(self.model, using=self._db).standing()


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def visible_to(self, user: User) -> Self:
        standing = self.filter(visit__taken_back_at=None)
        if user.sees_all_territories:
            return standing
        return standing.filter(visit__practice__territory__in=user.territories_today())


class PlannedVisitQuerySet(models.QuerySet["PlannedVisit"]):
    def visible_to(self, user: User) -> Self:
        """A plan belongs to its liaison; managers and admins see everybody's."""
        if user.sees_all_territories:
            return self
        return self.filter(liaison=user, practice__territory__in=user.territories_today())

    def on_day(self, day: date) -> Self:
        return self.filter(planned_on=day)

    def before(self, day: date) -> Self:
        return self.filter(planned_on__lt=day)

    def open(self) -> Self:
        """Neither done nor dropped."""
        return self.filter(visit=None, dropped_at=None)

    def done(self) -> Self:
        return self.filter(visit__isnull=False)

    def in_order(self) -> Self:
        return self.order_by("planned_on", "position", "starts_at", "pk")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> Self:
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())

    def open(self) -> Self:
        return self.filter(kept_at=None, dropped_at=None)

    def kept(self) -> Self:
        return self.filter(kept_at__isnull=False)

    def untold(self) -> Self:
        """Kept, and the office does not know it."""
        return self.filter(kept_at__isnull=False, told_at=None)

    def unsettled(self, today: date) -> Self:
        """Late, or kept and not told."""
        return self.any_of(self.overdue(today), self.untold())

    def due_by(self, day: date) -> Self:
        """Open promises due on that day or before."""
        return self.open().filter(due_on__lte=day)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)

    def open_first(self) -> Self:
        """Open and untold ones by the day they are due, then the settled, latest first."""
        closed_at = Coalesce("told_at", "dropped_at")
        return self.order_by(closed_at.desc(nulls_first=True), "due_on", "pk")

    def owned_by(self, person: User) -> Self:
        return self.filter(owner=person)

    def for_list(self) -> Self:
        """With what a row of a list shows; the name of who was told as `told_to_name`.

        That name is looked up row by row: every further join doubles the time PostgreSQL takes to
        plan the query, which soon is more than the query itself.
        """
        physicians, staff = (apps.get_model("contacts", of) for of in ("Physician", "StaffMember"))
        told = models.OuterRef("told_to_physician"), models.OuterRef("told_to_staff")
        return (
            self.select_related("practice", "owner", "promised_to_physician", "promised_to_staff")
            .defer("practice__search", "promised_to_physician__search", "promised_to_staff__search")
            .annotate(
                told_to_name=Coalesce(
                    models.Subquery(physicians.objects.filter(pk=told[0]).values(spoken=spoken())),
                    models.Subquery(staff.objects.filter(pk=told[1]).values("name")),
                    output_field=models.CharField(),
                )
            )
        )

    def any_of(self, *parts: QuerySet[Any]) -> Self:
        """Rows in at least one part. Each is found by an index of its own; an OR would read all."""
        first, *others = (part.order_by().values("pk") for part in parts)
        return self.filter(pk__in=first.union(*others) if others else first)
