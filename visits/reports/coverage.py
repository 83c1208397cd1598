"""How much of a territory has been seen lately, and how its owner is doing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Assignment, User
from contacts.models import Practice
from liaison_crm.core.wording import percent
from referrals.reports.breakdown import NOTHING as NO_VOLUME
from referrals.reports.breakdown import Compared
from visits.models import Visit

SEEN_WITHIN = timedelta(days=90)
GOAL = 80  # percent of a territory's open practices


@dataclass(frozen=True, slots=True)
class Coverage:
    """Open practices, and how many of them somebody was let in at since."""

    practices: int = 0
    seen: int = 0

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.practices + other.practices, self.seen + other.seen)

    @property
    def words(self) -> str:
        return f"{percent(self.share)} of practices seen in 90 days, goal {GOAL}%"

    @property
    def share(self) -> float | None:
        return 100 * self.seen / self.practices if self.practices else None


NOTHING = Coverage()


def coverage_by_territory(viewer: User, *, now: datetime) -> dict[int, Coverage]:
    """By the territory's id. Practices are counted for all, visits where the viewer works."""
    lately = (
        Visit.objects.visible_to(viewer)
        .let_in()
        .filter(practice=OuterRef("pk"), held_at__gte=now - SEEN_WITHIN)
    )
    counted = (
        Practice.objects.visible_to(viewer)
        .open()
        .annotate(was_seen=Exists(lately))
        .values("territory")
        .annotate(practices=Count("pk"), seen=Count("pk", filter=Q(was_seen=True)))
        .order_by()
    )
    return {row["territory"]: Coverage(row["practices"], row["seen"]) for row in counted}


# --- The team ---


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Who owns which territories, what they send, how much is seen. No ranking of visits."""

    person: User
    territories: tuple[str, ...]
    volume: Compared
    coverage: Coverage
    visits_this_week: int


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns which territory today, with the visits each owner logged this week."""

    owners: Mapping[int, User]
    names: Mapping[int, str]
    visits: Mapping[int, int]


def ownership(viewer: User, *, on: date, week: tuple[datetime, datetime]) -> Ownership:
    logged = (
        Visit.objects.visible_to(viewer)
        .held_between(*week)
        .filter(liaison=OuterRef("user"))
        .order_by()
        .values("liaison")
        .annotate(n=Count("pk"))
    )
    held: Iterable[Any] = (
        Assignment.objects.visible_to(viewer)
        .in_force(on)
        .owning()
        .filter(user__is_active=True)
        .select_related("user", "territory")
        .annotate(visits=Coalesce(Subquery(logged.values("n")), 0))
        .order_by("user__name", "territory__name")
    )
    return Ownership(
        owners={one.territory_id: one.user for one in held},
        names={one.territory_id: one.territory.name for one in held},
        visits={one.user_id: one.visits for one in held},
    )


def team(
    held: Ownership,
    *,
    volumes: Mapping[int, Compared],
    covered: Mapping[int, Coverage],
    among: Collection[int],
) -> list[TeamMember]:
    """The owners of the territories `among`, each with all of those he owns put together."""
    people: dict[User, list[int]] = defaultdict(list)
    for territory, owner in held.owners.items():
        if territory in among:
            people[owner].append(territory)
    return [
        TeamMember(
            person=owner,
            territories=tuple(held.names[pk] for pk in own),
            volume=sum((volumes.get(pk, NO_VOLUME) for pk in own), NO_VOLUME),
            coverage=sum((covered.get(pk, NOTHING) for pk in own), NOTHING),
            visits_this_week=held.visits[owner.pk],
        )
        for owner, own in people.items()
    ]
