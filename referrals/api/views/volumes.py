from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from liaison_crm.core.api.filtering import checked
from liaison_crm.core.api.pagination import CursorPages
from referrals.api.filters import VolumesFilter
from referrals.api.serializers import VolumeOut
from referrals.models import VolumeCell
from referrals.reports import GROUPINGS, freshness, grouped_volumes


class VolumePages(CursorPages):
    """Pages that say how fresh their numbers are."""

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        fresh = freshness(timezone.now())
        response.data["as_of"] = fresh.as_of
        response.data["provisional_from"] = fresh.provisional_from
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        page = super().get_paginated_response_schema(schema)
        page["properties"]["as_of"] = {
            "type": ["string", "null"],
            "format": "date-time",
            "description": "Changes up to this moment are counted.",
        }
        page["properties"]["provisional_from"] = {
            "type": ["string", "null"],
            "format": "date",
            "description": "The first month that still grows.",
        }
        return page


class Volumes(PersonViewSet):
    """How many referrals, summed by any of month, practice, physician, line, place, territory."""

    serializer_class = VolumeOut
    filterset_class = VolumesFilter
    pagination_class = VolumePages
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {"keys": ("month",)}

    def get_queryset(self) -> QuerySet[VolumeCell]:
        return VolumeCell.objects.visible_to(self.person)

    def list(self, request: Request) -> Response:
        asked = checked(self)
        assert isinstance(asked, VolumesFilter)
        keys = asked.group_by_asked
        self.orderings = {"keys": tuple(_column(key) for key in keys)}  # type: ignore[misc]  # of this request
        rows = grouped_volumes(self.person, keys, asked.months, asked.narrowing)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def _column(key: str) -> str:
    """By the id: ordering by a relation would order by the other row's name."""
    return key if key in ("month", "territory") else GROUPINGS[key].key
