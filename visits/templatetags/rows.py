"""Addresses of the rows behind a number, so that a template can link every figure it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from contacts.models import Practice
from liaison_crm.core.periods import DateRange, Month

register = template.Library()


OUTCOME_ICONS = {
    "good_talk": "thumbs-up",
    "quick_hello": "hand",
    "drop_off": "package",
    "no_access": "door-closed",
}


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


@register.filter
def outcome_icon(outcome: str) -> str:
    return OUTCOME_ICONS[outcome]


def _address(name: str, asked: Mapping[str, Any]) -> str:
    query = urlencode({key: value for key, value in asked.items() if value not in {None, ""}})
    return f"{reverse(name)}?{query}" if query else reverse(name)


@register.simple_tag
def directions(practice: Practice) -> str:
    """A route to the door in whatever map application the phone has; opened only by a tap."""
    if practice.latitude is not None and practice.longitude is not None:
        where = f"{practice.latitude:.6f},{practice.longitude:.6f}"
    else:
        where = f"{practice.street}, {practice.city}, {practice.state} {practice.zip_code}"
    return f"https://www.google.com/maps/dir/?{urlencode({'api': 1, 'destination': where})}"
