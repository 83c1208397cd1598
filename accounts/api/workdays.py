"""The team's days off over HTTP: the same services the page calls."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from accounts.models import ClosedDay
from accounts.workdays import services
from liaison_crm.core.api.fields import Day, Line
from liaison_crm.core.api.filters import DayFilter, FlagFilter, StrictFilterSet
from liaison_crm.core.api.serializers import Nothing, StrictSerializer
from liaison_crm.core.api.views import Listed, Retrieved


class ClosedDayOut(serializers.ModelSerializer[ClosedDay]):
    class Meta:
        model = ClosedDay
        fields = ("id", "day", "name", "is_worked", "removed_at", "created_at", "updated_at")
        read_only_fields = fields


class ClosedDayIn(StrictSerializer):
    day = Day()
    name = Line(max_length=ClosedDay.name.field.max_length, help_text="What it is called.")


class WorkedHolidayIn(StrictSerializer):
    day = Day(help_text="A public holiday of the site.")


class ClosedDaysFilter(StrictFilterSet):
    ranges = (("day_from", "day_to"),)

    day_from = DayFilter(field_name="day", lookup_expr="gte")
    day_to = DayFilter(field_name="day", lookup_expr="lte")
    is_worked = FlagFilter(help_text="Public holidays that the team works; false: its days off.")
    removed = FlagFilter(
        method="any_rows", help_text="Those taken out again; left away, they are not shown."
    )

    def filter_queryset(self, queryset: Any) -> Any:
        rows: Any = super().filter_queryset(queryset)
        return rows.removed() if self.form.cleaned_data["removed"] else rows.standing()

    def any_rows(self, rows: QuerySet[ClosedDay], _name: str, _value: bool) -> QuerySet[ClosedDay]:
        return rows


class ClosedDays(Listed, Retrieved, PersonViewSet):
    """Where the team's calendar differs from the public one. Everyone reads it, managers change it.

    Weekends and public holidays are off by themselves and are not listed.
    """

    serializer_class = ClosedDayOut
    filterset_class = ClosedDaysFilter
    orderings: ClassVar = {"day": ("day", "pk"), "id": ("pk",)}
    takes: ClassVar = {
        "create": ClosedDayIn,
        "work_holiday": WorkedHolidayIn,
        "remove": Nothing,
        "restore": Nothing,
    }
    keyed = ("create", "work_holiday")

    def get_queryset(self) -> QuerySet[ClosedDay]:
        return ClosedDay.objects.visible_to(self.person)

    def create(self, request: Request) -> Response:
        """The team is off on that day."""
        return self.created(lambda: services.close_day(**self.given(), by=self.person))

    @action(detail=False, methods=["post"], url_path="work-holiday")
    def work_holiday(self, request: Request) -> Response:
        """The team works on a public holiday."""

        def answer() -> Response:
            row = services.work_holiday(self.given()["day"], by=self.person)
            return self.shown_row(row, status=201)

        return self.once(answer)

    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> Response:
        """The day is again what the public calendar says; `restore` brings it back."""
        self.given_nothing()
        services.remove_closed_day(self.get_object(), by=self.person, at=timezone.now())
        return self.shown_row(self.get_object())

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Undo `remove`."""
        self.given_nothing()
        services.restore_closed_day(self.get_object(), by=self.person)
        return self.shown_row(self.get_object())
