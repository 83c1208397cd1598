"""The base of every serializer that reads a body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from liaison_crm.core.text import shown

MOST_UNKNOWN_SHOWN = 10


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not read: names nobody declared, and fields that are only for output."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            self._refuse_unknown(data)
        return super().to_internal_value(data)

    def _refuse_unknown(self, data: Mapping[str, Any]) -> None:
        writable = {name for name, field in self.fields.items() if not field.read_only}
        unknown = [name for name in data if name not in writable]
        if unknown:
            raise serializers.ValidationError(
                {
                    shown(name): [serializers.ErrorDetail(*self._reason(name))]
                    for name in unknown[:MOST_UNKNOWN_SHOWN]
                }
            )

    def _reason(self, name: str) -> tuple[str, str]:
        if name in self.fields:
            return "This cannot be set.", "unknown_field"
        return "There is no such field.", "unknown_field"


class Nothing(StrictSerializer):
    """For requests whose address says everything."""
