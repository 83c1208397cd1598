"""The ledger: what an office has heard, and how far a message has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast
from uuid import UUID, uuid4

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from accounts.models import Territory, User
from contacts.models import Practice
from visits.education.models import Hearing, Message
from visits.education.querysets import HEARD
from visits.models import Visit
from visits.services.recording import CHANGEABLE_FOR

State = Literal["not_yet", "old", "heard"]
STATES: dict[State, str] = {
    "not_yet": "Not yet",
    "old": "Old version",
    "heard": "Heard",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """How an office heard a message last: which version, when, from whom, in which visit."""

    pk: int
    number: int
    on: date
    by: str
    visit: int | None


def heard_from(told: dict[str, Any] | None) -> Heard | None:
    return Heard(**{**told, "on": date.fromisoformat(told["on"])}) if told else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that is told now, and how one office stands with it."""

    message: int
    title: str
    line: str | None
    number: int
    version: int
    heard: Heard | None
    today: date
    fresh_key: UUID = field(default_factory=uuid4)

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> State:
        return state_of(self.heard, self.number)

    @property
    def can_untell(self) -> bool:
        """For seven days, as with a visit; what was told in one is corrected with it."""
        heard = self.heard
        if heard is None or heard.visit is not None or self.state != "heard":
            return False
        return self.today - heard.on < CHANGEABLE_FOR

    def get_absolute_url(self) -> str:
        return reverse("message", args=[self.message])


@dataclass(frozen=True, slots=True)
class Reach:
    """Of so many open practices so many heard the present version, so many only an older one."""

    practices: int = 0
    heard: int = 0
    old: int = 0

    @property
    def not_yet(self) -> int:
        return self.practices - self.heard - self.old

    def of(self, state: State) -> int:
        return {"not_yet": self.not_yet, "old": self.old, "heard": self.heard}[state]

    @property
    def most_pressing(self) -> State:
        """Whom to look at first: who knows nothing, else who knows what is no longer so."""
        return next((state for state in STATES if self.of(state)), "not_yet")

    @property
    def share(self) -> float | None:
        return 100 * self.heard / self.practices if self.practices else None

    def __add__(self, other: Reach) -> Reach:
        return Reach(
            self.practices + other.practices, self.heard + other.heard, self.old + other.old
        )


@dataclass(frozen=True, slots=True)
class TerritoryReach:
    pk: int
    name: str
    reach: Reach


def state_of(heard: Heard | None, number: int) -> State:
    if heard is None:
        return "not_yet"
    return "heard" if heard.number >= number else "old"


def heard_at(practice: Any) -> Heard | None:
    """How an office of `offices_of` heard of the message."""
    return heard_from(practice.heard_json)


def with_ledger(practices: QuerySet[Any], *, viewer: User, on: date) -> QuerySet[Any]:
    """The practices, each with what `ledger_told` reads: no statement of its own for a page."""
    told = Message.objects.visible_to(viewer).current(on).as_told_to(OuterRef(OuterRef("pk")))
    with_messages: QuerySet[Any] = practices.annotate(messages_told=ArraySubquery(told))
    return with_messages


def ledger_told(practice: Any, *, on: date) -> tuple[Entry, ...]:
    """The messages told now, news first. `practice` comes from `with_ledger`."""
    return _news_first(practice.messages_told, on)


def ledger_of(practice: int, *, viewer: User, on: date) -> tuple[Entry, ...]:
    """The same for a page that has not read the practice with it."""
    told = Message.objects.visible_to(viewer).current(on).as_told_to(practice)
    return _news_first(told.values_list("told", flat=True), on)


def messages_told_in(visit: Visit, *, viewer: User, on: date) -> tuple[Entry, ...]:
    """What was told in one visit, in the version in which it was told."""
    told = Hearing.objects.visible_to(viewer).filter(visit=visit)
    told = told.select_related("version__message__service_line", "told_by")
    return tuple(
        Entry(
            message=one.version.message_id,
            title=one.version.message.title,
            line=str(one.version.message.service_line or ""),
            number=one.version.message.version,
            version=one.version_id,
            today=on,
            heard=Heard(one.pk, one.version.number, one.told_on, one.told_by.name, visit.pk),
        )
        for one in told.order_by("version__message__title", "pk")
    )


def _news_first(told: Iterable[dict[str, Any]], on: date) -> tuple[Entry, ...]:
    order = tuple(STATES)
    found = [Entry(**{**one, "heard": heard_from(one["heard"]), "today": on}) for one in told]
    return tuple(sorted(found, key=lambda one: (order.index(one.state), one.title, one.message)))


def reach_of(messages: Sequence[Message], *, viewer: User) -> dict[int, Reach]:
    """By the message's id, over the open practices the viewer works. Two statements for all."""
    practices = Practice.objects.worked_by(viewer).open().count()
    rows = (
        Hearing.objects.visible_to(viewer)
        .filter(practice__closed_on=None, version__message__in=messages)
        .order_by()
        .values("version__message")
        .annotate(
            ever=Count("practice", distinct=True),
            heard=Count(
                "practice",
                distinct=True,
                filter=Q(version__number=F("version__message__version")),
            ),
        )
    )
    counted = {row["version__message"]: (row["heard"], row["ever"]) for row in rows}
    found = {}
    for one in messages:
        heard, ever = counted.get(one.pk, (0, 0))
        found[one.pk] = Reach(practices, heard, ever - heard)
    return found


def reach_by_territory(message: Message, *, viewer: User) -> list[TerritoryReach]:
    """How far the message has come in each territory the viewer works, furthest last."""
    counted = (
        _with_newest(Practice.objects.worked_by(viewer).open(), message, viewer)
        .order_by()
        .values("territory", "territory__name")
        .annotate(
            practices=Count("pk"),
            heard=Count("pk", filter=Q(newest=message.version)),
            old=Count("pk", filter=Q(newest__lt=message.version)),
        )
        .order_by("territory__name")
    )
    found = [
        TerritoryReach(
            row["territory"],
            row["territory__name"],
            Reach(row["practices"], row["heard"], row["old"]),
        )
        for row in counted
    ]
    return sorted(found, key=lambda one: (one.reach.share or 0, one.name))


def reach_in(territories: Iterable[TerritoryReach], chosen: Territory | None) -> Reach:
    """Over all of them, or over the one that was chosen."""
    among = (one.reach for one in territories if chosen is None or one.pk == chosen.pk)
    return sum(among, Reach())


def offices_of(
    message: Message, *, viewer: User, state: State, territory: Territory | None = None
) -> QuerySet[Any]:
    """The open practices the viewer works that stand so with the message, each with how it heard
    of it as `heard_json`."""
    heard = Hearing.objects.visible_to(viewer).of(message).filter(practice=OuterRef("pk"))
    rows = _with_newest(Practice.objects.worked_by(viewer).open(), message, viewer)
    if territory:
        rows = rows.filter(territory=territory)
    chosen = {
        "not_yet": Q(newest=None),
        "old": Q(newest__lt=message.version),
        "heard": Q(newest=message.version),
    }
    found: QuerySet[Any] = (
        rows.filter(chosen[state])
        .annotate(heard_json=Subquery(heard.newest_first().values(json=HEARD)[:1]))
        .defer("search")
        .order_by("name", "pk")
    )
    return found


def _with_newest(practices: QuerySet[Practice], message: Message, viewer: User) -> QuerySet[Any]:
    """With the newest version each has heard as `newest`."""
    newest = Hearing.objects.visible_to(viewer).of(message).filter(practice=OuterRef("pk"))
    numbers = newest.newest_first().values("version__number")[:1]
    return cast("QuerySet[Any]", practices.annotate(newest=Subquery(numbers)))
