"""Checking, matching and undoing an import, as the API says and reads it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from liaison_crm.core.api.fields import Choice, Line
from liaison_crm.core.api.serializers import StrictSerializer
from referrals.intake.mapping import FIXABLE, TARGETS
from referrals.models import BatchUndo, HeaderMap, IntakeBatch, Status


def _words(names: tuple[str, ...], about: str) -> type[StrictSerializer]:
    """A body with an optional line for each of these names."""
    fields: dict[str, Any] = {name: Line(required=False, max_length=200) for name in names}
    return type(about, (StrictSerializer,), fields)


MatchedColumns = _words(TARGETS, "MatchedColumns")
FixedColumns = _words(FIXABLE, "FixedColumns")


class MatchIn(StrictSerializer):
    """What a person says of a header. Dates are never guessed."""

    columns = MatchedColumns(help_text="Our column: the name of theirs.")
    fixed = FixedColumns(required=False, help_text="Our column: what every row says.")
    statuses = serializers.DictField(
        child=Choice(choices=Status.choices), required=False, help_text="Their word: our status."
    )
    date_form = Choice(choices=HeaderMap.DATE_FORMS)
    clock = Choice(choices=HeaderMap.Clock.choices, default=HeaderMap.Clock.HOURS_24)
    delimiter = Choice(choices=HeaderMap.Delimiter.choices, default=HeaderMap.Delimiter.COMMA)
    encoding = Choice(choices=HeaderMap.Encoding.choices, default=HeaderMap.Encoding.UTF_8)
    sheet = Line(required=False, allow_blank=True, default="", max_length=100)


class ConfirmIn(StrictSerializer):
    mode = Choice(
        choices=IntakeBatch.Mode.choices,
        default=IntakeBatch.Mode.ALL_OR_NOTHING,
        help_text="Whether one refused row keeps the good ones out as well.",
    )


class SampleOut(serializers.Serializer[Any]):
    """A column of the file. What is not suggested to be ours is shown by its shape."""

    name = serializers.CharField()
    shown = serializers.ListField(child=serializers.CharField())
    words = serializers.ListField(child=serializers.CharField())
    filled = serializers.IntegerField()


class SheetOut(serializers.Serializer[Any]):
    """The header of a file that waits to be matched."""

    kind = serializers.CharField()
    names = serializers.ListField(child=serializers.CharField())
    sheets = serializers.ListField(child=serializers.CharField())
    suggested = serializers.DictField(child=serializers.CharField())
    problem = serializers.CharField()
    samples = SampleOut(many=True)


class FateOut(serializers.Serializer[Any]):
    """How many referrals an undo removes, brings back to what they were, and leaves."""

    removed = serializers.IntegerField()
    restored = serializers.IntegerField()
    left = serializers.IntegerField()
    left_ids = serializers.ListField(child=serializers.CharField())


class UndoOut(serializers.ModelSerializer[BatchUndo]):
    class Meta:
        model = BatchUndo
        fields = (
            "batch",
            "asked_by",
            "asked_at",
            "finished_at",
            "removed",
            "restored",
            "left",
            "left_ids",
        )
        read_only_fields = fields
