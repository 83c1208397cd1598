"""A page of the line: one statement over all its sources."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, CharField, F, Q, Value
from django.db.models.functions import Cast

from visits.timeline.events import (
    EVERYTHING,
    KINDS,
    KINDS_OF_A_PHYSICIAN,
    Asked,
    Cursor,
    Event,
    Subject,
    Timeline,
)
from visits.timeline.sources import SOURCES, Rows
from visits.timeline.words import WORDS

PAGE = 12


def timeline_of(subject: Subject, asked: Asked = EVERYTHING) -> Timeline:
    """A page of what happened, newest first."""
    cursor, backwards = asked.older_than or asked.newer_than, asked.newer_than is not None
    parts = [
        _stretch(name, rows, cursor, backwards=backwards)
        for name, source in SOURCES
        if asked.kind in {"", WORDS[name].group}
        for rows in source(subject)
    ]
    found = _put_together(parts, backwards=backwards)
    has_more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    events = tuple(_event(row, subject) for row in found)
    return Timeline(
        asked,
        events,
        kinds=KINDS if subject.kind == "practice" else KINDS_OF_A_PHYSICIAN,
        older=events[-1].cursor if events and (has_more or backwards) else "",
        newer=events[0].cursor if events and (has_more if backwards else cursor) else "",
    )


def _put_together(parts: list[Rows], *, backwards: bool) -> list[Any]:
    """The first of all of them, one more than a page holds."""
    if not parts:
        return []
    first, *others = parts
    if not others:
        return list(first)
    order = ("on", "-event_kind", "nth") if backwards else ("-on", "event_kind", "-nth")
    return list(first.union(*others, all=True).order_by(*order)[: PAGE + 1])


def _stretch(name: str, rows: Rows, cursor: Cursor | None, *, backwards: bool) -> Rows:
    """At most a page of one source beyond the cursor, in the columns all sources share."""
    row: Any = F("row") if "row" in rows.query.annotations else F("pk")
    rows = rows.order_by()
    if cursor:
        step = "gt" if backwards else "lt"
        beyond = Q(**{f"on__{step}": cursor.at})
        comes_after = name < cursor.kind if backwards else name > cursor.kind
        if comes_after:
            beyond |= Q(on=cursor.at)
        elif name == cursor.kind:
            beyond |= Q(on=cursor.at, **{f"nth__{step}": cursor.pk})
        rows = rows.annotate(nth=row).filter(beyond)
    order = ("on", "nth") if backwards else ("-on", "-nth")
    shared = rows.annotate(
        event_kind=Value(name, output_field=CharField()),
        nth=Cast(row, BigIntegerField()),
    )
    page: Rows = shared.order_by(*order).values("event_kind", "nth", "on", "facts")[: PAGE + 1]
    return page


def _event(row: dict[str, Any], subject: Subject) -> Event:
    said = WORDS[row["event_kind"]].read(row["facts"], row["nth"], subject)
    where = row["facts"].get("practice") or ""
    return Event(at=row["on"], kind=row["event_kind"], pk=row["nth"], where=where, **said)
