"""Visits, plans and promises. Liaisons write them; admins look, export and reassign."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.desk import ReadOnlyAdmin, ReadOnlyInline, RecordAdmin
from accounts.desk.removal import remove
from visits.education import admin as education  # noqa: F401  the screens of messages register themselves
from visits.issues import admin as issues  # noqa: F401  the screens of issues register themselves
from visits.models import (
    Attendee,
    Correction,
    FollowUp,
    PlannedVisit,
    PromiseHandover,
    SuggestedPromise,
    Topic,
    Visit,
)
from visits.notices import admin as notices  # noqa: F401  the screens of notices register themselves
from visits.planning import admin as planning  # noqa: F401  as those of plans do
from visits.voice import admin as voice  # noqa: F401  and so do those of the office's voice


@admin.register(Topic)
class TopicAdmin(RecordAdmin[Topic]):
    list_display = ("name", "position", "is_offered")
    list_filter = ("is_offered",)
    search_fields = ("name",)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove(obj)


@admin.register(SuggestedPromise)
class SuggestedPromiseAdmin(RecordAdmin[SuggestedPromise]):
    """Words offered for one tap when something is promised."""

    list_display = ("words", "position", "is_offered")
    list_filter = ("is_offered",)
    search_fields = ("words",)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        remove(obj)


@admin.register(PromiseHandover)
class PromiseHandoverAdmin(ReadOnlyAdmin[PromiseHandover]):
    """Made and undone on the page of late promises."""

    list_display = ("made_at", "to", "made_by", "left_out", "undone_at")
    list_filter = (("undone_at", admin.EmptyFieldListFilter),)
    search_fields = ("to__name__istartswith", "made_by__name__istartswith")
    list_select_related = ("to", "made_by")
    ordering = ("-made_at", "-pk")


class AttendeesInline(ReadOnlyInline):
    model = Attendee
    fields = ("physician", "staff_member")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("physician", "staff_member")


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin[Visit]):
    """Corrected by the liaison who made it, within a week, on the visit's own page."""

    list_display = ("held_at", "practice", "liaison", "channel", "outcome", "taken_back_at")
    list_filter = ("outcome", "channel", "liaison", "practice__territory")
    search_fields = ("practice__name__istartswith", "liaison__name__istartswith")
    list_select_related = ("practice", "liaison")
    inlines = (AttendeesInline,)
    history_with = ("attendees",)
    export_also = ("practice__name", "liaison__name")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Also those that were taken back."""
        return Visit.ever.order_by("-held_at", "-pk")

    def view_on_site(self, obj: Visit) -> str:
        return obj.get_absolute_url()


@admin.register(Attendee)
class AttendeeAdmin(ReadOnlyAdmin[Attendee]):
    list_display = ("visit", "physician", "staff_member")
    search_fields = ("physician__last_name__istartswith", "staff_member__name__istartswith")
    list_select_related = ("visit__practice", "physician", "staff_member")
    ordering = ("-pk",)


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin[Correction]):
    """What a visit said until it was corrected after its seven days, and why."""

    list_display = ("made_at", "visit", "what", "reason", "made_by")
    list_filter = ("what", "made_by")
    search_fields = ("visit__practice__name__istartswith",)
    list_select_related = ("visit__practice", "made_by")
    ordering = ("-made_at", "-pk")

    def view_on_site(self, obj: Correction) -> str:
        return obj.get_absolute_url()


@admin.register(PlannedVisit)
class PlannedVisitAdmin(ReadOnlyAdmin[PlannedVisit]):
    list_display = ("planned_on", "starts_at", "practice", "liaison", "visit", "dropped_at")
    list_filter = ("liaison", ("dropped_at", admin.EmptyFieldListFilter))
    search_fields = ("practice__name__istartswith", "liaison__name__istartswith")
    list_select_related = ("practice", "liaison", "visit__practice")
    ordering = ("-planned_on", "-pk")
    export_also = ("practice__name", "liaison__name")


@admin.register(FollowUp)
class FollowUpAdmin(ReadOnlyAdmin[FollowUp]):
    list_display = ("promise", "practice", "owner", "due_on", "kept_at", "told_at", "dropped_at")
    list_filter = (
        ("kept_at", admin.EmptyFieldListFilter),
        ("told_at", admin.EmptyFieldListFilter),
        ("dropped_at", admin.EmptyFieldListFilter),
        "owner",
    )
    search_fields = ("promise", "practice__name__istartswith", "owner__name__istartswith")
    list_select_related = ("practice", "owner")
    ordering = ("-due_on", "-pk")
    export_also = ("practice__name", "owner__name")

    def view_on_site(self, obj: FollowUp) -> str:
        return obj.get_absolute_url()
