"""Cards and answers as records: admins look and export."""

from __future__ import annotations

from django.contrib import admin

from accounts.desk import ReadOnlyAdmin
from visits.voice.models import VoiceAnswer, VoiceLink


@admin.register(VoiceLink)
class VoiceLinkAdmin(ReadOnlyAdmin[VoiceLink]):
    """How long a card works; what its address carries is nowhere."""

    list_display = ("practice", "made_by", "made_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("practice__name__istartswith",)
    list_select_related = ("practice", "made_by")
    exclude = ("key",)
    ordering = ("-made_at", "-pk")


@admin.register(VoiceAnswer)
class VoiceAnswerAdmin(ReadOnlyAdmin[VoiceAnswer]):
    list_display = ("answered_at", "practice", "face", "word", "service_line")
    list_filter = ("face", "service_line", "practice__territory")
    search_fields = ("practice__name__istartswith",)
    list_select_related = ("practice", "service_line")
    ordering = ("-answered_at", "-pk")
    export_also = ("practice__name", "service_line__name")
