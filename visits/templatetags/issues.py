"""Addresses of issues, and the marks of their steps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from contacts.models import Practice
from visits.issues.models import IssueLink
from visits.issues.services import address_of

register = template.Library()

STEP_ICONS = {
    "raised": "message-circle-warning",
    "posted": "mail",
    "acknowledged": "eye",
    "remarked": "message-circle",
    "handed_on": "arrow-right",
    "resolved": "badge-check",
    "told": "circle-check",
    "untold": "undo-2",
    "reopened": "refresh-cw",
    "withdrawn": "trash-2",
    "restored": "undo-2",
    "link_renewed": "link",
    "link_revoked": "ban",
}


@register.filter
def step_icon(kind: str) -> str:
    return STEP_ICONS[kind]


@register.simple_tag
def issue_rows(**narrowing: Any) -> str:
    """The issues a number counts: `{% issue_rows practice=practice.pk state="closed" %}`."""
    asked = {name: value for name, value in narrowing.items() if value not in {None, ""}}
    return f"{reverse('issues')}?{urlencode(asked)}" if asked else reverse("issues")


@register.simple_tag
def new_issue(practice: Practice) -> str:
    return f"{reverse('new-issue')}?{urlencode({'practice': practice.pk})}"


@register.simple_tag
def answer_address(link: IssueLink) -> str:
    """What the outsider opens."""
    return address_of(link)
