from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet

from accounts.api.base import PersonViewSet
from liaison_crm.core.api.views import Listed, Retrieved
from referrals.api.filters import ReferralsFilter
from referrals.api.serializers import ReferralOut
from referrals.models import Referral


class Referrals(Listed, Retrieved, PersonViewSet):
    """Referrals of the practices one works, each with its story."""

    serializer_class = ReferralOut
    filterset_class = ReferralsFilter
    orderings: ClassVar = {"referred_on": ("referred_on", "pk"), "id": ("pk",)}
    usual_order = "-referred_on"

    def get_queryset(self) -> QuerySet[Referral]:
        rows = Referral.objects.visible_to(self.person).defer("patient_key")
        return rows.select_related("practice", "physician").prefetch_related("events")
