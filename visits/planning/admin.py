"""Tiers are given here one at a time or to many selected practices; the rest is looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from accounts.desk import BulkAction, ReadOnlyAdmin, ReadOnlyInline, ServiceAdmin
from accounts.http import signed_in
from accounts.models import User
from contacts.models import WelcomeWindow
from visits.planning import tiering
from visits.planning.models import (
    Cadence,
    CalendarAddress,
    CoverageGoal,
    Dismissal,
    PracticeTier,
    StartPoint,
    Tier,
    TierChange,
    TierMove,
)


def giving(tier: str) -> BulkAction:
    def give(row: PracticeTier, by: User) -> None:
        tiering.set_tier(row.practice, tier, by=by, at=timezone.now())

    return BulkAction(f"give_{tier.lower()}", f"Give tier {tier}", give)


@admin.register(PracticeTier)
class PracticeTierAdmin(ServiceAdmin[PracticeTier]):
    list_display = ("practice", "tier", "set_by", "set_at")
    list_filter = ("tier", "practice__territory")
    search_fields = ("practice__name__istartswith",)
    list_select_related = ("practice", "set_by")
    fields = ("practice", "tier")
    autocomplete_fields = ("practice",)
    ordering = ("tier", "practice_id")
    bulk_actions = tuple(giving(tier) for tier in Tier.values)
    export_also = ("practice__name",)

    def get_readonly_fields(self, request: HttpRequest, obj: PracticeTier | None = None) -> Any:
        return ("practice",) if obj else ()

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> PracticeTier:
        return self._give(request, facts["practice"], facts["tier"])

    def edit_record(self, request: HttpRequest, row: PracticeTier, facts: dict[str, Any]) -> None:
        self._give(request, row.practice, facts["tier"])

    def delete_model(self, request: HttpRequest, obj: PracticeTier) -> None:
        tiering.set_tier(obj.practice, "", by=signed_in(request), at=timezone.now())

    def _give(self, request: HttpRequest, practice: Any, tier: str) -> PracticeTier:
        row = tiering.set_tier(practice, tier, by=signed_in(request), at=timezone.now())
        assert row is not None  # the form asks for a tier
        return row


@admin.register(Cadence)
class CadenceAdmin(ServiceAdmin[Cadence]):
    list_display = ("tier", "days", "updated_at")
    fields = ("tier", "days")
    readonly_fields = ("tier",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one for each tier from the start."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Cadence | None = None) -> bool:
        return False

    def edit_record(self, request: HttpRequest, row: Cadence, facts: dict[str, Any]) -> None:
        goal = CoverageGoal.objects.the_one().percent
        tiering.set_cadences({row.tier: facts["days"]}, goal=goal, by=signed_in(request))


@admin.register(CoverageGoal)
class CoverageGoalAdmin(ServiceAdmin[CoverageGoal]):
    list_display = ("percent", "updated_at")
    fields = ("percent",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CoverageGoal | None = None) -> bool:
        return False

    def edit_record(self, request: HttpRequest, row: CoverageGoal, facts: dict[str, Any]) -> None:
        tiering.set_cadences({}, goal=facts["percent"], by=signed_in(request))


class TierMovesInline(ReadOnlyInline):
    model = TierMove
    fields = ("practice", "was", "became")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("practice")


@admin.register(TierChange)
class TierChangeAdmin(ReadOnlyAdmin[TierChange]):
    """Undone on the Tiers page, too."""

    list_display = ("made_at", "practices_changed", "made_by", "undone_at")
    list_select_related = ("made_by",)
    bulk_actions = (
        BulkAction(
            "undo",
            "Undo",
            lambda row, by: tiering.undo_tier_change(row, by=by, at=timezone.now()),
        ),
    )


@admin.register(TierMove)
class TierMoveAdmin(ReadOnlyAdmin[TierMove]):
    list_display = ("practice", "was", "became", "change")
    list_filter = ("became",)
    search_fields = ("practice__name__istartswith",)
    list_select_related = ("practice", "change")
    ordering = ("-pk",)


@admin.register(Dismissal)
class DismissalAdmin(ReadOnlyAdmin[Dismissal]):
    list_display = ("dismissed_at", "practice", "liaison", "why", "until", "undone_at")
    list_filter = ("why", "liaison")
    search_fields = ("practice__name__istartswith", "liaison__name__istartswith")
    list_select_related = ("practice", "liaison")
    export_also = ("practice__name", "liaison__name")


@admin.register(WelcomeWindow)
class WelcomeWindowAdmin(ReadOnlyAdmin[WelcomeWindow]):
    """Written on the page of the office, by whoever works it."""

    list_display = ("practice", "weekday", "opens_at", "closes_at")
    list_filter = ("weekday",)
    search_fields = ("practice__name__istartswith",)
    list_select_related = ("practice",)
    ordering = ("practice_id", "weekday")


@admin.register(StartPoint)
class StartPointAdmin(ReadOnlyAdmin[StartPoint]):
    list_display = ("person", "zip_code")
    search_fields = ("person__name",)
    list_select_related = ("person", "zip_code")
    ordering = ("person_id",)


@admin.register(CalendarAddress)
class CalendarAddressAdmin(ReadOnlyAdmin[CalendarAddress]):
    list_display = ("person", "made_at", "read_at")
    search_fields = ("person__name",)
    list_select_related = ("person",)
    fields = ("person", "made_at", "read_at")
    ordering = ("person_id",)

    def exported(self) -> list[str]:
        return [name for name in super().exported() if name != "digest"]
