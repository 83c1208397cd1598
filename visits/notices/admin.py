"""Notices, digests and falls as records: admins look and export, nobody edits."""

from __future__ import annotations

from django.contrib import admin

from accounts.desk import ReadOnlyAdmin
from visits.notices.models import Digest, FallReview, Notice, NoticeChoices, PracticeFall


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin[Notice]):
    list_display = ("made_at", "person", "kind", "sentence", "seen_at")
    list_filter = ("kind", "person", ("seen_at", admin.EmptyFieldListFilter))
    search_fields = ("person__name__istartswith", "practice__name__istartswith")
    list_select_related = ("person",)
    ordering = ("-made_at", "-pk")
    export_also = ("person__name",)


@admin.register(NoticeChoices)
class NoticeChoicesAdmin(ReadOnlyAdmin[NoticeChoices]):
    """Each person's own, chosen on the site or by the link in a mail."""

    list_display = ("person", "assigned", "due", "falling", "imported", "daily", "weekly")
    search_fields = ("person__name__istartswith",)
    list_select_related = ("person",)
    ordering = ("pk",)
    export_also = ("person__name",)


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin[Digest]):
    """Which mail went to whom, and what became of it."""

    list_display = ("period", "kind", "person", "state", "attempts", "try_at", "ended_at", "error")
    list_filter = ("kind", "state", "person")
    search_fields = ("person__name__istartswith",)
    list_select_related = ("person",)
    ordering = ("-period", "-pk")
    export_also = ("person__name",)


@admin.register(PracticeFall)
class PracticeFallAdmin(ReadOnlyAdmin[PracticeFall]):
    list_display = ("practice", "quarter", "before", "recent", "found_at", "recovered_at")
    list_filter = ("quarter", ("recovered_at", admin.EmptyFieldListFilter))
    search_fields = ("practice__name__istartswith",)
    list_select_related = ("practice",)
    ordering = ("-found_at", "-pk")
    export_also = ("practice__name",)


@admin.register(FallReview)
class FallReviewAdmin(ReadOnlyAdmin[FallReview]):
    """After which nightly counts falls were looked for."""

    list_display = ("run_id", "at")
    search_fields = ("run_id__exact",)
    ordering = ("-pk",)
