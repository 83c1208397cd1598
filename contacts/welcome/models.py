"""One window a weekday in which an office sees liaisons."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q

from liaison_crm.core.history import tracked

if TYPE_CHECKING:
    from accounts.models import User


class WelcomeWindowQuerySet(models.QuerySet["WelcomeWindow"]):
    def visible_to(self, user: User) -> Self:
        """What was learned at the door belongs to the relationship, as the access rule does."""
        practices = apps.get_model("contacts", "Practice").objects.worked_by(user)
        return self.filter(practice__in=practices)


@tracked()
class WelcomeWindow(models.Model):
    """An office with windows sees nobody outside them; an office without any says nothing."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"

    practice = models.ForeignKey(
        "contacts.Practice", on_delete=models.CASCADE, related_name="windows", db_index=False
    )
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens_at = models.TimeField("from", help_text="Local time.")
    closes_at = models.TimeField("to")

    objects = WelcomeWindowQuerySet.as_manager()

    class Meta:
        app_label = "contacts"
        ordering: ClassVar = ("practice", "weekday")
        constraints = (
            models.UniqueConstraint(
                fields=["practice", "weekday"],
                name="welcome_window_once_a_weekday",
                violation_error_message="This office has a window on that weekday already.",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="welcome_window_closes_after_opening",
                violation_error_message="A window ends after it starts.",
            ),
            models.CheckConstraint(condition=Q(weekday__lte=4), name="welcome_window_on_a_weekday"),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {clock_words(self)}"


def clock_words(window: WelcomeWindow) -> str:
    """12 to 13, or 8:30 to 11."""
    return f"{_short(window.opens_at)} to {_short(window.closes_at)}"


def _short(clock: object) -> str:
    return f"{clock:%H:%M}".removesuffix(":00").removeprefix("0")
