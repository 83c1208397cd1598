"""Service messages and what offices have heard, over HTTP."""

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
from liaison_crm.core.api.fields import Day, Line, Prose, RowField, Uuid, Whole
from liaison_crm.core.api.filters import FlagFilter, IdFilter, SinceFilter, StrictFilterSet
from liaison_crm.core.api.serializers import Nothing, StrictSerializer
from liaison_crm.core.api.views import Listed, Retrieved
from referrals.models import ServiceLine
from visits.days import day_for
from visits.education import services
from visits.education.models import Hearing, Message, MessageVersion
from visits.education.querysets import MessageQuerySet


class MessageOut(serializers.ModelSerializer[Message]):
    service_line_name = serializers.CharField(
        source="service_line.name", read_only=True, allow_null=True, default=None
    )
    points = serializers.CharField(source="latest_points", read_only=True)
    version_id = serializers.IntegerField(
        source="latest_version", read_only=True, help_text="As `messages_told` of a visit names it."
    )

    class Meta:
        model = Message
        fields = (
            "id",
            "title",
            "service_line",
            "service_line_name",
            "points",
            "version",
            "version_id",
            "valid_from",
            "valid_until",
            "withdrawn_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class MessageIn(StrictSerializer):
    title = Line(max_length=Message.title.field.max_length)
    points = Prose(max_length=MessageVersion.points.field.max_length)
    service_line = RowField(ServiceLine.objects.visible_to, required=False, allow_null=True)
    valid_from = Day()
    valid_until = Day(required=False, allow_null=True)


class HearingOut(serializers.ModelSerializer[Hearing]):
    practice_name = serializers.CharField(source="practice.name", read_only=True)
    message = serializers.IntegerField(source="version.message_id", read_only=True)
    version = serializers.IntegerField(source="version.number", read_only=True)
    told_by_name = serializers.CharField(source="told_by.name", read_only=True)

    class Meta:
        model = Hearing
        fields = (
            "id",
            "client_key",
            "practice",
            "practice_name",
            "message",
            "version",
            "visit",
            "told_by",
            "told_by_name",
            "told_at",
            "told_on",
            "created_at",
        )
        read_only_fields = fields


class HearingIn(StrictSerializer):
    practice = RowField(lambda user: Practice.objects.visible_to(user).worked_by(user))
    message = RowField(Message.objects.visible_to)
    version = Whole(
        min_value=1,
        max_value=32_767,
        required=False,
        help_text="Where left away the present one. A phone tells what it showed.",
    )
    client_key = Uuid(required=False)


class MessagesFilter(StrictFilterSet):
    service_line = IdFilter(field_name="service_line_id")
    current = FlagFilter(method="told_now", help_text="Told today; false: not told today.")
    not_heard_by = IdFilter(
        method="untold", help_text="The present version is new to this practice."
    )
    updated_since = SinceFilter()

    def told_now(self, rows: MessageQuerySet, _name: str, wanted: bool) -> MessageQuerySet:
        current = rows.current(day_for(self.viewer, timezone.now()))
        return current if wanted else rows.exclude(pk__in=current.values("pk"))

    def untold(self, rows: MessageQuerySet, _name: str, practice: int) -> MessageQuerySet:
        """Only of a practice one works; of another nothing is known."""
        own = Practice.objects.visible_to(self.viewer).worked_by(self.viewer)
        return rows.not_heard_at(practice) if own.filter(pk=practice).exists() else rows.none()


class HearingsFilter(StrictFilterSet):
    practice = IdFilter(field_name="practice_id")
    message = IdFilter(field_name="version__message_id")
    visit = IdFilter(field_name="visit_id")
    told_by = IdFilter(field_name="told_by_id")


class Messages(Listed, Retrieved, PersonViewSet):
    """What offices should hear of our services. Managers publish; everybody tells."""

    serializer_class = MessageOut
    filterset_class = MessagesFilter
    orderings: ClassVar = {
        "title": ("title", "pk"),
        "id": ("pk",),
        "updated_at": ("updated_at", "pk"),
    }
    takes: ClassVar = {
        "create": MessageIn,
        "partial_update": MessageIn,
        "withdraw": Nothing,
        "restore": Nothing,
    }

    def get_queryset(self) -> QuerySet[Message]:
        rows: MessageQuerySet = Message.objects.visible_to(self.person)
        return rows.with_latest_points().select_related("service_line")

    def create(self, request: Request) -> Response:
        return self.created(self._publish)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Other points are a new version, which no office has heard yet."""
        change = self.given()
        with self.as_read(pk) as message:
            said = services.Said(**{**_said_by(message), **change})
            services.revise_message(message, said, by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Nobody tells it any more."""
        self.given_nothing()
        services.withdraw_message(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Undo withdrawing it."""
        self.given_nothing()
        services.restore_message(self.get_object(), by=self.person)
        return self.shown_row(self.get_object())

    def _publish(self) -> Message:
        said = services.Said(**self.given())
        message = services.publish_message(said, by=self.person, at=timezone.now())
        return self.get_queryset().get(pk=message.pk)


class Hearings(Listed, Retrieved, PersonViewSet):
    """Which office heard which version, when and from whom."""

    serializer_class = HearingOut
    filterset_class = HearingsFilter
    orderings: ClassVar = {"told_at": ("told_at", "pk"), "id": ("pk",)}
    usual_order = "-told_at"
    takes: ClassVar = {"create": HearingIn}

    def get_queryset(self) -> QuerySet[Hearing]:
        rows = Hearing.objects.visible_to(self.person)
        return rows.select_related("practice", "version", "told_by")

    def create(self, request: Request) -> Response:
        return self.created(self._tell)

    def destroy(self, request: Request, pk: str) -> Response:
        """It was noted by mistake. What was told in a visit is corrected with the visit."""
        services.untell_office(self.get_object(), by=self.person)
        return Response(status=204)

    def _tell(self) -> Hearing:
        given = self.given()
        version = services.version_of(given["message"], given.get("version"))
        told = services.tell_office(
            given["practice"],
            version,
            by=self.person,
            at=timezone.now(),
            client_key=given.get("client_key"),
        )
        return self.get_queryset().get(pk=told.pk)


def _said_by(message: Any) -> dict[str, Any]:
    """The message as it stands."""
    return {
        "title": message.title,
        "points": message.latest_points,
        "service_line": message.service_line,
        "valid_from": message.valid_from,
        "valid_until": message.valid_until,
    }
