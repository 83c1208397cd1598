"""Counting a long list without reading it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import connections, models
from django.utils.functional import cached_property

COUNT_EXACTLY_UP_TO = 50_000


class LongListPaginator(Paginator[Any]):
    """Takes PostgreSQL's own estimate for a whole long table; everything else is counted."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, models.QuerySet) and not rows.query.where:
            estimate = rows_estimated(rows)
            if estimate > COUNT_EXACTLY_UP_TO:
                return estimate
        return super().count


def rows_estimated(rows: models.QuerySet[Any]) -> int:
    """How many rows the table has, as of its last vacuum; below zero when nobody counted yet."""
    with connections[rows.db].cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)",
            [f'"{rows.model._meta.db_table}"'],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else -1
