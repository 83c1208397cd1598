"""Notices and what one wants to be told, over HTTP: the same services the pages call."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from liaison_crm.core.api.fields import Flag
from liaison_crm.core.api.filters import FlagFilter, SinceFilter, StrictFilterSet, WordFilter
from liaison_crm.core.api.serializers import Nothing, StrictSerializer
from liaison_crm.core.api.views import Listed, Retrieved
from visits.notices import telling
from visits.notices.models import Notice, NoticeChoices
from visits.notices.querysets import NoticeQuerySet


class NoticeOut(serializers.ModelSerializer[Notice]):
    class Meta:
        model = Notice
        fields = ("id", "kind", "practice", "issue", "sentence", "path", "made_at", "seen_at")
        read_only_fields = fields


class NoticeChoicesOut(serializers.ModelSerializer[NoticeChoices]):
    class Meta:
        model = NoticeChoices
        fields = ("assigned", "due", "falling", "imported", "daily", "weekly")
        read_only_fields = fields


class NoticeChoicesChange(StrictSerializer):
    assigned = Flag(required=False)
    due = Flag(required=False)
    falling = Flag(required=False)
    imported = Flag(required=False)
    daily = Flag(required=False)
    weekly = Flag(required=False)


class NoticesFilter(StrictFilterSet):
    kind = WordFilter(words=Notice.Kind.values)
    unseen = FlagFilter(method="of_state", help_text="Not seen yet; false: those seen.")
    made_since = SinceFilter(field_name="made_at")

    def of_state(self, rows: NoticeQuerySet, _name: str, unseen: bool) -> NoticeQuerySet:
        return rows.unseen() if unseen else rows.exclude(seen_at=None)


class Notices(Listed, Retrieved, PersonViewSet):
    """What one was told, newest first. `seen` marks all of it."""

    serializer_class = NoticeOut
    filterset_class = NoticesFilter
    orderings: ClassVar = {"made_at": ("made_at", "pk"), "id": ("pk",)}
    usual_order = "-made_at"
    takes: ClassVar = {"seen": Nothing}

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(self.person)

    @action(detail=False, methods=["post"])
    def seen(self, request: Request) -> Response:
        """Everything that is there now has been seen."""
        self.given_nothing()
        telling.see_notices(self.person, at=timezone.now())
        return Response(status=204)


class Choices(PersonViewSet):
    """What one wants to be told; each event and each digest can be off."""

    serializer_class = NoticeChoicesOut
    takes: ClassVar = {"partial_update": NoticeChoicesChange}

    def get_queryset(self) -> QuerySet[NoticeChoices]:
        return NoticeChoices.objects.visible_to(self.person)

    def retrieve(self, request: Request) -> Response:
        return self.known_or_shown(telling.choices_of(self.person))

    def partial_update(self, request: Request) -> Response:
        return self.shown_row(telling.choose_notices(self.person, **self.given()))
