"""Pages of a long list, each found by the row beside it: the last costs what the first does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list to look: after a row, before a row, or, with neither, at the start."""

    after: int | None = None
    before: int | None = None

    @property
    def pivot(self) -> int | None:
        return self.after if self.before is None else self.before

    @property
    def backwards(self) -> bool:
        return self.before is not None


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Row]):
    """The rows of one page, and the rows to go on from in either direction.

    `total` is how many rows the list has, where finding the page has counted them anyway.
    """

    rows: list[Row]
    previous: int | None
    next: int | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A number or moment to order a list by: at most one (id, value) for each listed row."""

    values: QuerySet[Any, Any]
    default: Any
    descending: bool = False


class RowNotThere(LookupError):
    """The row a page should start from is not in the list any more."""


def stretch(
    rows: QuerySet[Row],
    *,
    order: Sequence[str],
    size: int,
    place: Place,
    among: QuerySet[Row],
    measure: Measure | None = None,
) -> Stretch[Row]:
    """At most `size` of the rows, by their measure where one is given, then in this order.

    The order is columns of the row, ends in the primary key and, below a measure, ascends. The
    row a place names is looked for `among` all that the viewer may see, because the filter on
    `rows` may have dropped it since.
    """
    if measure is None:
        total, found = None, _by_columns(rows, among, order, size + 1, place)
    else:
        total, found = _by_measure(measure, rows, among, order, size + 1, place)
    more, found = len(found) > size, found[:size]
    if place.backwards:
        found.reverse()
    return Stretch(
        rows=found,
        previous=_edge(found, 0, there=more if place.backwards else place.pivot is not None),
        next=_edge(found, -1, there=place.backwards or more),
        total=total,
    )


def _edge(found: list[Row], end: int, *, there: bool) -> int | None:
    return found[end].pk if found and there else None


# --- In the order of columns: an index starts at the right row ---


def _by_columns(
    rows: QuerySet[Row], among: QuerySet[Row], order: Sequence[str], most: int, place: Place
) -> list[Row]:
    walk = [turned(name) for name in order] if place.backwards else list(order)
    ordered = rows.order_by(*walk)
    if place.pivot is not None:
        ordered = ordered.filter(beyond(walk, _columns_of(among, place.pivot, order)))
    return list(ordered[:most])


def turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _columns_of(among: QuerySet[Row], pk: int, order: Sequence[str]) -> tuple[Any, ...]:
    names = [name.lstrip("-") for name in order]
    columns = among.filter(pk=pk).values_list(*names).first()
    if columns is None:
        raise RowNotThere(pk)
    return tuple(columns)


def beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows that follow these values. The first part alone lets an index start there."""
    found, tied = Q(), Q()
    for name, value in zip(order, values, strict=True):
        field, step = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        found |= tied & Q(**{f"{field}__{step}": value})
        tied &= Q(**{field: value})
    field, step = (order[0][1:], "lte") if order[0].startswith("-") else (order[0], "gte")
    return Q(**{f"{field}__{step}": values[0]}) & found


# --- In the order of a measure ---

# By hand, because the ORM can join a row's children but not one sum per row: the join first would
# carry every child through the sort. Columns are the list's own field names, values placeholders.
RANKED = """
WITH listed AS ({listed}), measured (subject, measure) AS ({measured}),
ranked AS (
    SELECT listed.*, coalesce(measured.measure, %s) AS measure
    FROM listed LEFT JOIN measured ON measured.subject = listed.pk
)
SELECT ranked.pk, (SELECT count(*) FROM ranked) FROM ranked {pivot}
ORDER BY {order} LIMIT %s
"""
BEYOND = """
JOIN ranked AS pivot ON pivot.pk = %s
WHERE ranked.measure {measure_step} pivot.measure
   OR (ranked.measure = pivot.measure AND ({ranked}) {row_step} ({pivot}))
"""
NOTHING = "SELECT NULL::bigint, %s WHERE false"


def _by_measure(
    measure: Measure,
    rows: QuerySet[Row],
    among: QuerySet[Row],
    order: Sequence[str],
    most: int,
    place: Place,
) -> tuple[int | None, list[Row]]:
    """How many there are, if any is on this page, and the page."""
    try:
        listed, listed_values = rows.order_by().values(*order).query.sql_with_params()
    except EmptyResultSet:
        return 0, []
    measured, measured_values = _compiled(measure)
    statement = RANKED.format(
        listed=listed,
        measured=measured,
        pivot=_past_pivot(order, measure, place) if place.pivot else "",
        order=_directions(order, measure, place),
    )
    pivot = [place.pivot] if place.pivot else []
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement, [*listed_values, *measured_values, measure.default, *pivot, most])
        found = cursor.fetchall()
    here = among.in_bulk([pk for pk, _ in found])
    total = found[0][1] if found else None
    return total, [here[pk] for pk, _ in found if pk in here]


def _compiled(measure: Measure) -> tuple[str, tuple[Any, ...]]:
    try:
        return measure.values.order_by().query.sql_with_params()
    except EmptyResultSet:
        return NOTHING, (measure.default,)


def _past_pivot(order: Sequence[str], measure: Measure, place: Place) -> str:
    return BEYOND.format(
        measure_step="<" if measure.descending != place.backwards else ">",
        row_step="<" if place.backwards else ">",
        ranked=", ".join(f"ranked.{name}" for name in order),
        pivot=", ".join(f"pivot.{name}" for name in order),
    )


def _directions(order: Sequence[str], measure: Measure, place: Place) -> str:
    falls = measure.descending != place.backwards
    onward = "DESC" if place.backwards else "ASC"
    names = ", ".join(f"ranked.{name} {onward}" for name in order)
    return f"ranked.measure {'DESC' if falls else 'ASC'}, {names}"
