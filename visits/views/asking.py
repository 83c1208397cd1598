"""What the pages share: rows named in an address, ways back, refusals shown as a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.http import signed_in
from liaison_crm.core.errors import DomainError
from liaison_crm.core.sending import sending_of
from liaison_crm.core.wording import count_of, short_day
from visits.reports.lists import COUNTED_AT_MOST
from visits.timeline import Asked

Row = TypeVar("Row", bound=Model)
Change = Callable[..., object]
ROW_ID = re.compile(r"[0-9]{1,18}", re.ASCII)


def named(rows: QuerySet[Row], text: str) -> Row:
    """The row a parameter names, if it is among `rows`; 404 for anything else."""
    if not ROW_ID.fullmatch(text):
        raise Http404
    return get_object_or_404(rows, pk=int(text))


def timeline_asked(request: HttpRequest) -> Asked:
    """The part of a timeline that the address names; 404 for what no address of ours says."""
    try:
        return Asked.parse(request.GET)
    except (ValueError, OverflowError) as error:
        raise Http404 from error


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that asked, as its form says in `next`; else the page named."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    local = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=request.is_secure()
    )
    return wanted if local else resolve_url(otherwise)


def go_back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    return redirect(way_back(request, otherwise))


def headline(count: int, noun: str, rest: str = "") -> str:
    """The number of rows as a headline; above what we count it says so: "10,000+ visits"."""
    if count > COUNTED_AT_MOST:
        _, _, many = noun.partition(",")
        return f"{COUNTED_AT_MOST:,}+ {many or noun + 's'}{rest}"
    return f"{count_of(count, noun)}{rest}"


def until(ends: datetime, now: datetime) -> str:
    """How long something can still be changed: Until 9 Mar."""
    return f"Until {short_day(ends, now)}"


@contextmanager
def refusals_shown(request: HttpRequest) -> Iterator[None]:
    """For one-tap actions, which have no form to write a refusal on."""
    try:
        yield
    except DomainError as refusal:
        messages.error(request, str(refusal))


def reconsidered(request: HttpRequest, row: Any, change: Change) -> HttpResponseRedirect:
    """One tap takes back what `row` says, or brings it back; its page shows what came of it."""
    with refusals_shown(request):
        change(row, by=signed_in(request), at=timezone.now())
    return redirect(row)


def happened_at(request: HttpRequest, now: datetime) -> datetime:
    """When the tap was made: by the clock of the device if it waited there, else now."""
    sending = sending_of(request, at=now)
    return min(sending.by_our_clock(sending.recorded_at), now) if sending else now
