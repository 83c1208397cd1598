from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Assignment

if TYPE_CHECKING:
    from accounts.models import User
    from contacts.models import Practice
    from referrals.models import ServiceLine
    from visits.issues.models import Issue, IssueLink, IssueRule, IssueStep, Outsider

# One that comes back this soon after its office was told is the same trouble again.
COMES_BACK_WITHIN = timedelta(days=90)
# Whoever claimed a letter longer ago did not send it.
SENT_BY_THEN = timedelta(minutes=10)


class OutsiderQuerySet(models.QuerySet["Outsider"]):
    def visible_to(self, user: User) -> Self:
        """Who answers for what in the hospital is known to everyone who signs in."""
        if user.is_active and user.role in user.Role.values:
            return self
        return self.none()

    def standing(self) -> Self:
        return self.filter(dropped_at=None)

    def dropped(self) -> Self:
        return self.exclude(dropped_at=None)


class IssueRuleQuerySet(models.QuerySet["IssueRule"]):
    def visible_to(self, user: User) -> Self:
        """Who answers for what is known to everyone who signs in."""
        if user.is_active and user.role in user.Role.values:
            return self
        return self.none()

    def standing(self) -> Self:
        return self.filter(dropped_at=None)

    def dropped(self) -> Self:
        return self.exclude(dropped_at=None)

    def matching(self, category: str, service_line: ServiceLine | None) -> Self:
        """Rules that cover such an issue, the most specific first: both, category, line, any."""
        lines = Q(service_line=None)
        if service_line:
            lines |= Q(service_line=service_line)
        covering = self.standing().filter(Q(category=category) | Q(category=""), lines)
        return covering.exclude(owner__is_active=False).most_specific_first()

    def most_specific_first(self) -> Self:
        return self.order_by(
            models.Case(models.When(category="", then=1), default=0),
            models.Case(models.When(service_line=None, then=1), default=0),
            "category",
            "service_line__name",
            "pk",
        )

    def for_list(self) -> Self:
        return self.select_related("service_line", "owner", "outsider")


class IssueQuerySet(models.QuerySet["Issue"]):
    def visible_to(self, user: User) -> Self:
        """Whoever works the practice, and the colleague who has to see to it."""
        if user.sees_all_territories:
            return self
        if not (user.is_active and user.role in user.Role.values):
            return self.none()
        here = Q(practice__territory__in=user.territories_today())
        return self.filter(here | Q(owner=user))

    def standing(self) -> Self:
        """Not withdrawn by who raised it."""
        return self.exclude(state="withdrawn")

    def open(self) -> Self:
        """Not closed: somebody must see to it, or the office must be told."""
        return self.filter(state__in=("raised", "acknowledged", "resolved"))

    def unresolved(self) -> Self:
        return self.filter(state__in=("raised", "acknowledged"))

    def fixed_and_untold(self) -> Self:
        """Resolved, and nobody has told the office."""
        return self.filter(state="resolved")

    def to_be_told_by(self, person: User, *, on: date) -> Self:
        """Fixed, and his to tell the office: he raised it and works there. Where who raised it does
        not work there, or the office itself did, it is for the owner of the territory."""
        held = Assignment.objects.in_force(on).filter(user__is_active=True, user__role="liaison")
        here = held.filter(territory=OuterRef("practice__territory"))
        raiser_works = Exists(here.filter(user=OuterRef("raised_by")))
        owns = Exists(here.owning().filter(user=person))
        return self.fixed_and_untold().filter(
            Q(raiser_works, raised_by=person) | Q(~raiser_works, owns)
        )

    def closed(self) -> Self:
        return self.filter(state="closed")

    def overdue(self, now: datetime) -> Self:
        """Nobody has acknowledged it in time, or nobody has resolved it in time."""
        return self.filter(due_at__lt=now)

    def owned_by(self, person: User) -> Self:
        return self.filter(owner=person)

    def of_concern_to(self, person: User) -> Self:
        """His to see to, or raised by him: he has to tell the office."""
        return self.filter(Q(owner=person) | Q(raised_by=person))

    def like(self, practice: Practice, category: str, service_line: ServiceLine | None) -> Self:
        return self.filter(practice=practice, category=category, service_line=service_line)

    def closed_lately(self, now: datetime) -> Self:
        """Told so recently that the same complaint is the same trouble come back."""
        return self.filter(state="closed", told_at__gt=now - COMES_BACK_WITHIN)

    def soonest_first(self) -> Self:
        return self.order_by("due_at", "pk")

    def for_list(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related(
            "practice", "service_line", "owner", "outsider", "raised_by", "came_back_from"
        ).defer("practice__search")

    def for_page(self) -> Self:
        """With what its own page shows."""
        return self.for_list().select_related(
            "said_by_physician",
            "said_by_staff",
            "visit",
            "acknowledged_by",
            "acknowledged_by_outsider",
            "resolved_by",
            "resolved_by_outsider",
            "told_by",
            "told_to_physician",
            "told_to_staff",
        )

    def any_of(self, *parts: models.QuerySet[Any]) -> Self:
        """Rows in at least one part. Each is found by an index of its own; an OR would read all."""
        first, *others = (part.order_by().values("pk") for part in parts)
        return self.filter(pk__in=first.union(*others) if others else first)


class IssueStepQuerySet(models.QuerySet["IssueStep"]):
    def visible_to(self, user: User) -> Self:
        issues = apps.get_model("visits", "Issue")
        return self.filter(issue__in=issues.objects.visible_to(user))

    def in_order(self) -> Self:
        return self.select_related("by", "by_outsider").order_by("at", "pk")

    def told_to_outsiders(self) -> Self:
        """What was said to whoever sees to it, and by outsiders; not whom the team spoke to."""
        return self.filter(Q(by_outsider__isnull=False) | Q(kind__in=("remarked", "reopened")))


class IssueLinkQuerySet(models.QuerySet["IssueLink"]):
    def visible_to(self, user: User) -> Self:
        issues = apps.get_model("visits", "Issue")
        return self.filter(issue__in=issues.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(revoked_at=None)

    def for_answer(self) -> Self:
        """With what the page behind it shows."""
        return self.select_related(
            "outsider", "made_by", "issue__practice", "issue__service_line", "issue__raised_by"
        )

    def usable(self, now: datetime) -> Self:
        return self.standing().filter(expires_at__gt=now)

    def to_post(self, now: datetime) -> Self:
        """Their letter has not gone out, and nobody is sending it this moment."""
        nobody_sends = Q(claimed_at=None) | Q(claimed_at__lt=now - SENT_BY_THEN)
        waiting = self.usable(now).filter(nobody_sends, notified_at=None)
        return waiting.filter(issue__state__in=("raised", "acknowledged"))
