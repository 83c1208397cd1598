"""Messages and who has heard them, as records: admins look and export."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.desk import ReadOnlyAdmin, ReadOnlyInline
from visits.education.models import Hearing, Message, MessageVersion


class VersionsInline(ReadOnlyInline):
    model = MessageVersion
    fields = ("number", "points", "published_by", "published_at")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("published_by")


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin[Message]):
    """Managers publish and change messages on their own page, where each change is a version."""

    list_display = ("title", "service_line", "version", "valid_from", "valid_until", "withdrawn_at")
    list_filter = ("service_line", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("title__icontains",)
    list_select_related = ("service_line",)
    inlines = (VersionsInline,)
    ordering = ("title", "pk")
    export_also = ("service_line__name",)

    def view_on_site(self, obj: Message) -> str:
        return obj.get_absolute_url()


@admin.register(MessageVersion)
class MessageVersionAdmin(ReadOnlyAdmin[MessageVersion]):
    list_display = ("message", "number", "published_by", "published_at")
    list_filter = ("message",)
    search_fields = ("message__title__icontains",)
    list_select_related = ("message", "published_by")
    ordering = ("-published_at", "-pk")


@admin.register(Hearing)
class HearingAdmin(ReadOnlyAdmin[Hearing]):
    list_display = ("told_at", "practice", "version", "told_by", "visit")
    list_filter = ("told_by", "version__message")
    search_fields = ("practice__name__istartswith", "told_by__name__istartswith")
    list_select_related = ("practice", "version__message", "told_by", "visit__practice")
    ordering = ("-told_at", "-pk")
    export_also = ("practice__name", "told_by__name")
