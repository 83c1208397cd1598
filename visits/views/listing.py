"""What the lists of physicians and practices have in common: a page of lines, and an export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from accounts.http import log_access
from accounts.models import AccessLog, User
from contacts.models import Practice
from liaison_crm.core.csv.writer import Cell, csv_response
from liaison_crm.core.keyset import Place, RowNotThere, Stretch
from visits.forms.listing import DirectoryNarrowing
from visits.reports.directory import Viewpoint
from visits.reports.lists import COUNTED_AT_MOST, Ordered, count_up_to
from visits.reports.relationship import Relationship

PAGE = 50
EXPORTED_AT_ONCE = 1000

Listed = TypeVar("Listed", bound=Model)
Line = TypeVar("Line")

PLACE_HEADER = (
    "Practice",
    "Street",
    "City",
    "State",
    "ZIP code",
    "Phone",
    "Organization",
    "Network",
    "Territory",
    "Liaison",
)
KNOWN_HEADER = (
    "Referrals in 12 months",
    "Referrals in the last 3 months",
    "Same months last year",
    "Last seen",
)


@dataclass(frozen=True, slots=True)
class Listing(Generic[Listed, Line]):
    """A list somebody asked for: its rows in order, and how a row is told."""

    noun: str
    asked: DirectoryNarrowing
    ordered: Ordered[Listed]
    seen_from: Viewpoint
    lines: Callable[..., list[Line]]

    def stretch(self, place: Place, size: int) -> Stretch[Listed]:
        try:
            return self.ordered.page(place, size)
        except RowNotThere as error:
            raise Http404 from error

    def every_line(self) -> Iterator[Line]:
        """All of them, a stretch at a time, so that memory stays flat."""
        place = Place()
        while True:
            page = self.stretch(place, EXPORTED_AT_ONCE)
            yield from self.lines(page.rows, seen_from=self.seen_from)
            if page.next is None:
                return
            place = Place(after=page.next)


def show(request: HttpRequest, template: str, listing: Listing[Any, Any]) -> HttpResponse:
    page = listing.stretch(listing.asked.place, PAGE)
    count = count_up_to(listing.ordered.rows) if page.total is None else page.total
    context = {
        "asked": listing.asked,
        "page": page,
        "lines": listing.lines(page.rows, seen_from=listing.seen_from),
        "count": min(count, COUNTED_AT_MOST),
        "more": count > COUNTED_AT_MOST,
        "seen_from": listing.seen_from,
        "now": listing.seen_from.on,
    }
    return render(request, template, context)


def refuse(request: HttpRequest, template: str, asked: DirectoryNarrowing) -> HttpResponse:
    return render(request, template, {"asked": asked, "refused": True}, status=400)


def export(
    request: HttpRequest,
    listing: Listing[Any, Line],
    header: Sequence[str],
    cells: Callable[[Line], Sequence[Cell]],
) -> StreamingHttpResponse:
    """The whole list as the viewer may see it. Who took what is noted first."""
    log_access(
        request,
        AccessLog.Action.EXPORT,
        subject=listing.noun,
        detail={"asked": request.GET.urlencode()[:400], "rows": listing.ordered.rows.count()},
    )
    return csv_response(listing.noun, header, (cells(line) for line in listing.every_line()))


def place_cells(practice: Practice | None, owner: User | None) -> list[Cell]:
    if practice is None:
        return [""] * len(PLACE_HEADER)
    group = practice.organization
    return [
        practice.name,
        f"{practice.street} {practice.suite}".strip(),
        practice.city,
        practice.state,
        practice.zip_code,
        practice.phone,
        group.name if group else "",
        group.get_network_display() if group else "",
        practice.territory.name,
        owner.name if owner else "",
    ]


def known_cells(known: Relationship | None, zone: ZoneInfo) -> list[Cell]:
    """Blank where a colleague's territory keeps it."""
    if known is None:
        return [""] * len(KNOWN_HEADER)
    seen = known.last_seen_at
    return [
        known.referrals,
        known.recent,
        known.before,
        seen.astimezone(zone).date() if seen else None,
    ]
