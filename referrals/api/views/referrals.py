from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.api.views import Listed, Retrieved
from referrals.api.filters import HandReferralsFilter, ReferralsFilter
from referrals.api.serializers import HandReferralOut, ReferralIn, ReferralOut
from referrals.by_hand import services
from referrals.errors import ReferralTakenBack
from referrals.models import HandReferral, Referral


class Referrals(Listed, Retrieved, PersonViewSet):
    """Referrals of the practices one works, each with its story."""

    serializer_class = ReferralOut
    filterset_class = ReferralsFilter
    orderings: ClassVar = {"referred_on": ("referred_on", "pk"), "id": ("pk",)}
    usual_order = "-referred_on"
    takes: ClassVar = {"create": ReferralIn}

    def get_queryset(self) -> QuerySet[Referral]:
        rows = Referral.objects.visible_to(self.person).defer("patient_key")
        return rows.select_related("practice", "physician", "by_hand").prefetch_related("events")

    def create(self, request: Request) -> Response:
        """Take a referral by hand. `hand-referrals` takes it back."""
        return self.created(self._take)

    def _take(self) -> Referral:
        given, now = self.given(), timezone.now()
        practice = given.pop("practice")
        record = services.ReferralRecord(**{"taken_at": now, **given})
        taken = services.record_by_hand(practice, by=self.person, at=now, record=record)
        if taken.referral_id is None:
            raise ReferralTakenBack("This referral was taken back. Restore it first.")
        return self.get_queryset().get(pk=taken.referral_id)


class HandReferrals(Listed, Retrieved, PersonViewSet):
    """Referrals taken by hand, also those taken back: whoever took one does that for a week."""

    serializer_class = HandReferralOut
    filterset_class = HandReferralsFilter
    orderings: ClassVar = {"referred_on": ("referred_on", "pk"), "id": ("pk",)}
    usual_order = "-referred_on"
    takes: ClassVar = {"take_back": Nothing, "restore": Nothing}

    def get_queryset(self) -> QuerySet[HandReferral]:
        return HandReferral.objects.visible_to(self.person)

    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        """It was none. It counts no more; `restore` brings it back."""
        self.given_nothing()
        services.take_back(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """It was one after all."""
        self.given_nothing()
        services.restore(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())
