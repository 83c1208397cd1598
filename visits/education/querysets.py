from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

if TYPE_CHECKING:
    from accounts.models import User
    from visits.education.models import Hearing, Message, MessageVersion


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """Messages are words everyone on the team uses."""
        return self if user.is_active and user.role in user.Role.values else self.none()

    def current(self, on: date) -> Self:
        """To be told on that day: begun, and not over."""
        return self.filter(
            Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on, withdrawn_at=None
        )

    def not_heard_at(self, practice: int) -> Self:
        """Those whose present version this office has not heard."""
        heard = _hearings().filter(
            practice=practice,
            version__message=OuterRef("pk"),
            version__number=OuterRef("version"),
        )
        return self.filter(~Exists(heard))

    def as_told_to(self, practice: int | OuterRef) -> models.QuerySet[Any, Any]:
        """Each as `told`: what it is, and how that office heard of it last."""
        heard = _hearings().filter(practice=practice, version__message=OuterRef("pk"))
        rows: models.QuerySet[Any, Any] = self.order_by("title", "pk").values(
            told=JSONObject(
                message="pk",
                title="title",
                line="service_line__name",
                number="version",
                version=Subquery(_latest().values("pk")[:1]),
                heard=Subquery(heard.newest_first().values(json=HEARD)[:1]),
            )
        )
        return rows

    def with_latest_points(self) -> Self:
        return self.annotate(
            latest_points=Subquery(_latest().values("points")[:1]),
            latest_version=Subquery(_latest().values("pk")[:1]),
        )


class MessageVersionQuerySet(models.QuerySet["MessageVersion"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active and user.role in user.Role.values else self.none()


class HearingQuerySet(models.QuerySet["Hearing"]):
    def visible_to(self, user: User) -> Self:
        """What an office was told belongs to the relationship with it."""
        standing = self.standing()
        if user.sees_all_territories:
            return standing
        return standing.filter(practice__territory__in=user.territories_today())

    def standing(self) -> Self:
        """A visit that was taken back told nobody anything."""
        return self.filter(Q(visit=None) | Q(visit__taken_back_at=None))

    def of(self, message: Message) -> Self:
        return self.filter(version__message=message)

    def newest_first(self) -> Self:
        """By the version heard, then by when."""
        return self.order_by("-version__number", "-told_at", "-pk")


HEARD = JSONObject(
    pk="pk",
    number="version__number",
    on="told_on",
    by="told_by__name",
    visit="visit",
)


def _latest() -> MessageVersionQuerySet:
    """Of the message of the outer statement."""
    versions: MessageVersionQuerySet = apps.get_model("visits", "MessageVersion").objects.all()
    return versions.filter(message=OuterRef("pk"), number=OuterRef("version"))


def _hearings() -> HearingQuerySet:
    hearings: HearingQuerySet = apps.get_model("visits", "Hearing").objects.all()
    return hearings.standing()
