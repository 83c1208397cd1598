"""Cards left at offices and what offices said by them, over HTTP."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from contacts.models import Practice
from liaison_crm.core.api.fields import RowField
from liaison_crm.core.api.filters import IdFilter, SinceFilter, StrictFilterSet, WordFilter
from liaison_crm.core.api.serializers import Nothing, StrictSerializer
from liaison_crm.core.api.views import Listed, Retrieved
from visits.voice import services
from visits.voice.models import VoiceAnswer, VoiceLink


class VoiceLinkIn(StrictSerializer):
    practice = RowField(lambda user: Practice.objects.visible_to(user).worked_by(user))


class VoiceLinkOut(serializers.ModelSerializer[VoiceLink]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)
    made_by_name = serializers.CharField(source="made_by.name", read_only=True)
    address = serializers.SerializerMethodField(help_text="The path of the page it opens.")

    class Meta:
        model = VoiceLink
        fields = (
            "id",
            "practice",
            "practice_name",
            "made_by",
            "made_by_name",
            "made_at",
            "expires_at",
            "revoked_at",
            "address",
            "updated_at",
        )
        read_only_fields = fields

    def get_address(self, link: VoiceLink) -> str:
        return services.address_of(link)


class VoiceAnswerOut(serializers.ModelSerializer[VoiceAnswer]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)

    class Meta:
        model = VoiceAnswer
        fields = (
            "id",
            "practice",
            "practice_name",
            "face",
            "word",
            "service_line",
            "answered_at",
            "updated_at",
        )
        read_only_fields = fields


class VoiceLinksFilter(StrictFilterSet):
    practice = IdFilter(field_name="practice_id")
    updated_since = SinceFilter()


class VoiceAnswersFilter(StrictFilterSet):
    practice = IdFilter(field_name="practice_id")
    territory = IdFilter(field_name="practice__territory_id")
    face = WordFilter(words=VoiceAnswer.Face.values)
    updated_since = SinceFilter()


class VoiceLinks(Listed, Retrieved, PersonViewSet):
    """Cards by which an office speaks without an account. A new one ends the one that was there."""

    serializer_class = VoiceLinkOut
    filterset_class = VoiceLinksFilter
    orderings: ClassVar = {
        "made_at": ("made_at", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    usual_order = "-made_at"
    takes: ClassVar = {"create": VoiceLinkIn, "revoke": Nothing, "restore": Nothing}

    def get_queryset(self) -> QuerySet[VoiceLink]:
        return VoiceLink.objects.visible_to(self.person).select_related("practice", "made_by")

    def create(self, request: Request) -> Response:
        return self.created(self._make)

    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """From now on it opens nothing."""
        self.given_nothing()
        services.revoke_voice_link(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Undo taking it back."""
        self.given_nothing()
        services.restore_voice_link(self.get_object(), by=self.person)
        return self.shown_row(self.get_object())

    def _make(self) -> Any:
        practice = self.given()["practice"]
        return services.make_voice_link(practice, by=self.person, at=timezone.now())


class VoiceAnswers(Listed, Retrieved, PersonViewSet):
    """How offices say their last referral went."""

    serializer_class = VoiceAnswerOut
    filterset_class = VoiceAnswersFilter
    orderings: ClassVar = {
        "answered_at": ("answered_at", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    usual_order = "-answered_at"

    def get_queryset(self) -> QuerySet[VoiceAnswer]:
        return VoiceAnswer.objects.visible_to(self.person).select_related("practice")
