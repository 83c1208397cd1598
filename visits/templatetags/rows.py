"""Addresses of the rows behind a number, so that a template can link every figure it shows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html

from contacts.models import Physician, Practice, StaffMember
from liaison_crm.core.periods import DateRange, Month
from liaison_crm.templatetags.ui_charts import meter
from visits.planning.covering import Line, words
from visits.reports.happening import OUTCOME_ICONS

register = template.Library()


@register.simple_tag
def referral_rows(
    during: DateRange | None = None, about: Mapping[str, Any] | None = None, **narrowing: Any
) -> str:
    """The referrals a figure counts: `{% referral_rows span.recent practice=practice.pk %}`."""
    months = {"from": Month.of(during.start), "to": Month.of(during.last)} if during else {}
    return _address("referrals", {**(about or {}), **narrowing, **months})


@register.simple_tag
def visit_rows(about: Mapping[str, Any] | None = None, **narrowing: Any) -> str:
    """The visits a figure counts. Names that are words of Python end in _: `from_=day`."""
    asked = {name.rstrip("_"): value for name, value in narrowing.items()}
    return _address("visits", {**(about or {}), **asked})


@register.simple_tag
def follow_up_rows(**narrowing: Any) -> str:
    return _address("follow-ups", narrowing)


@register.simple_tag
def new_promise(practice: Practice) -> str:
    return _address("new-follow-up", {"practice": practice.pk})


@register.simple_tag
def new_client_key() -> str:
    """A key for one form: what is sent twice under it is done once."""
    return format_html('<input type="hidden" name="client_key" value="{}">', uuid.uuid4())


@register.simple_tag
def person_value(person: Physician | StaffMember) -> str:
    """How a form names somebody at an office: "p12" or "s7"."""
    return f"{'p' if isinstance(person, Physician) else 's'}{person.pk}"


@register.filter
def outcome_icon(outcome: str) -> str:
    return OUTCOME_ICONS[outcome]


NOTICE_ICONS = {
    "assigned": "user-plus",
    "due": "handshake",
    "falling": "trending-down",
    "imported": "upload",
}


@register.filter
def notice_icon(kind: str) -> str:
    return NOTICE_ICONS[kind]


def _address(name: str, asked: Mapping[str, Any]) -> str:
    return _of(reverse(name), asked)


def _of(path: str, asked: Mapping[str, Any]) -> str:
    query = urlencode({key: value for key, value in asked.items() if value not in {None, ""}})
    return f"{path}?{query}" if query else path


@register.simple_tag
def plan_address(day: date, person: Any = None) -> str:
    """The plan of a day: one's own, or with `person` somebody else's."""
    return _of(reverse("plan-day", args=[day.isoformat()]), {"liaison": person})


@register.inclusion_tag("parts/charts/meter.html")
def coverage_meter(line: Line, goal: int) -> dict[str, Any]:
    """The share seen in time as a bar, with a tick at the goal."""
    return meter(line.total.share, label=words(line, goal), goal=goal)


@register.simple_tag(takes_context=True)
def directions(context: Context, practice: Practice) -> str:
    """A route to the door in the map application of the phone; opened only by a tap.

    Both kinds of phone open an application of their own without asking anybody; elsewhere it is
    a page of maps.
    """
    if practice.latitude is not None and practice.longitude is not None:
        where = f"{practice.latitude:.6f},{practice.longitude:.6f}"
    else:
        where = f"{practice.street}, {practice.city}, {practice.state} {practice.zip_code}"
    device = context["request"].headers.get("User-Agent", "")
    if "iPhone" in device or "iPad" in device:
        return f"maps:?{urlencode({'daddr': where})}"
    if "Android" in device:
        return f"geo:0,0?{urlencode({'q': f'{where} ({practice.name})'}, quote_via=quote)}"
    return f"https://www.google.com/maps/dir/?{urlencode({'api': 1, 'destination': where})}"
