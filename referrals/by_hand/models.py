"""What a liaison took by hand, and the referral it became."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from contacts.models import Physician, Practice
from liaison_crm.core.fields import LineField
from liaison_crm.core.history import tracked
from referrals.by_hand.reference import LONGEST, validate_reference
from referrals.by_hand.source import BY_HAND
from referrals.models.catalogue import Facility, ServiceLine
from referrals.models.referral import Referral

# A feed tells of a referral within this time of the day the office named.
TOLD_AHEAD_BY = timedelta(days=7)
TOLD_LATER_BY = timedelta(days=30)


class HandReferralQuerySet(models.QuerySet["HandReferral"]):
    def visible_to(self, user: User) -> Self:
        """The only door from a request to these rows."""
        if user.sees_all_territories:
            return self
        return self.filter(practice__territory__in=user.territories_today())

    def standing(self) -> Self:
        return self.filter(taken_back_at=None)

    def told_by_feeds(self, wanted: bool = True) -> Self:
        """Those of which a feed tells a referral that may well be the same one, or the others."""
        same = Referral.objects.filter(
            practice=OuterRef("practice"),
            physician=OuterRef("physician"),
            service_line=OuterRef("service_line"),
            referred_on__gte=OuterRef("referred_on") - TOLD_AHEAD_BY,
            referred_on__lte=OuterRef("referred_on") + TOLD_LATER_BY,
        )
        told = Exists(same.exclude(source__code=BY_HAND))
        return self.filter(told if wanted else ~told)

    def for_list(self) -> Self:
        rows = self.select_related(
            "practice", "physician", "service_line", "destination", "taken_by"
        )
        return rows.defer("practice__search", "physician__search")


@tracked(exclude=["sent_sha256"])
class HandReferral(models.Model):
    """A referral as a liaison heard of it. While it stands it has a `referral`."""

    client_key = models.UUIDField(
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text="Made on the device, so that a referral sent twice is stored once.",
    )
    # Its index is the one below that starts with it.
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="taken_by_hand", db_index=False
    )
    physician = models.ForeignKey(Physician, on_delete=models.PROTECT, related_name="taken_by_hand")
    service_line = models.ForeignKey(ServiceLine, on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    referred_on = models.DateField()
    reference = LineField(
        max_length=LONGEST,
        blank=True,
        validators=[validate_reference],
        help_text="The office's number for it. Nothing about the patient.",
    )
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="taken_by_hand")
    taken_at = models.DateTimeField(help_text="When the liaison heard of it, by his device.")
    referral = models.OneToOneField(
        Referral, null=True, blank=True, on_delete=models.SET_NULL, related_name="by_hand"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = HandReferralQuerySet.as_manager()

    class Meta:
        app_label = "referrals"
        ordering: ClassVar = ("-referred_on", "-pk")
        verbose_name = "referral taken by hand"
        verbose_name_plural = "referrals taken by hand"
        indexes = (
            models.Index(fields=["practice", "-referred_on"], name="hand_referral_practice"),
            models.Index(fields=["-referred_on", "-id"], name="hand_referral_recent"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(referral=None) | Q(taken_back_at=None),
                name="hand_referral_gone_when_taken_back",
            ),
        )

    def __str__(self) -> str:
        return f"{self.physician} for {self.service_line}"

    def get_absolute_url(self) -> str:
        return reverse("hand-referral", args=[self.pk])

    if TYPE_CHECKING:
        referral_id: int | None
        taken_by_id: int
