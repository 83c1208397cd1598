"""Who may have to see to an issue, and which issues are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked
from referrals.models import ServiceLine
from visits.issues.querysets import IssueRuleQuerySet, OutsiderQuerySet

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_TARGET_HOURS = 900


class Category(models.TextChoices):
    """What it is that goes wrong between an office and the hospital."""

    ACCESS = "access", "Access"
    SCHEDULING = "scheduling", "Scheduling"
    REPORT_SPEED = "report_speed", "Report speed"
    COMMUNICATION = "communication", "Communication"
    BILLING = "billing", "Billing"
    OTHER = "other", "Other"


def a_person(related_name: str = "+") -> models.ForeignKey[User | None, User | None]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name=related_name,
    )


def an_outsider(related_name: str = "+") -> models.ForeignKey[Outsider | None, Outsider | None]:
    return models.ForeignKey(
        "visits.Outsider",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name=related_name,
    )


@tracked()
class Outsider(models.Model):
    """Somebody of the hospital outside the team, who answers by a link and has no account."""

    name = LineField(max_length=120)
    email = models.EmailField("e-mail", max_length=254)
    dropped_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OutsiderQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("name", "pk")
        constraints: ClassVar = (
            models.UniqueConstraint(
                Lower("email"),
                name="outsider_email_once",
                violation_error_message="Somebody with this e-mail address is here already.",
            ),
        )

    def __str__(self) -> str:
        return self.name


@tracked()
class IssueRule(models.Model):
    """Who sees to issues of a category and a service line, and how many working hours he has.

    Left blank, a category or a service line means any. The most specific rule that matches counts.
    """

    category = models.CharField(max_length=13, choices=Category.choices, blank=True)
    service_line = models.ForeignKey(
        ServiceLine, null=True, blank=True, on_delete=models.PROTECT, related_name="issue_rules"
    )
    owner = a_person("issue_rules")
    outsider = an_outsider("rules")
    acknowledge_within_hours = models.PositiveSmallIntegerField(
        default=4, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TARGET_HOURS)]
    )
    resolve_within_hours = models.PositiveSmallIntegerField(
        default=27, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TARGET_HOURS)]
    )
    dropped_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IssueRuleQuerySet.as_manager()

    class Meta:
        app_label = "visits"
        ordering: ClassVar = ("category", "service_line", "pk")
        constraints: ClassVar = (
            models.UniqueConstraint(
                fields=["category", "service_line"],
                condition=Q(dropped_at=None),
                nulls_distinct=False,
                name="issue_rule_once",
                violation_error_message="There is a rule for this category and service line.",
            ),
            models.CheckConstraint(
                condition=Q(owner=None, outsider__isnull=False)
                | Q(owner__isnull=False, outsider=None),
                name="issue_rule_one_owner",
                violation_error_message="Choose a colleague or somebody outside the team.",
            ),
            models.CheckConstraint(
                condition=Q(acknowledge_within_hours__lte=models.F("resolve_within_hours")),
                name="issue_rule_targets_in_order",
                violation_error_message="It is acknowledged before it is resolved.",
            ),
        )

    def __str__(self) -> str:
        parts = [self.get_category_display() if self.category else "", self.service_line]
        return ", ".join(str(part) for part in parts if part) or "Everything else"

    @property
    def answers(self) -> User | Outsider:
        """Who sees to it."""
        someone = self.owner or self.outsider
        assert someone is not None  # a constraint holds it
        return someone
