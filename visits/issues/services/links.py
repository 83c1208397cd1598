"""The signed link by which an outsider answers: given, found again, renewed, taken back."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from visits.issues.errors import IssueMoved, LinkNotStanding, NoOutsider
from visits.issues.models import Issue, IssueLink, IssueStep, Outsider
from visits.issues.services.scope import note_step, theirs

LINK_LASTS = timedelta(days=21)
SIGNER = signing.Signer(salt="visits.issues.link")


def give_link(issue: Issue, *, to: Outsider, by: User | None, at: datetime) -> IssueLink:
    """A fresh link for whoever has the issue now; any other ends. Its letter waits for the tick."""
    issue.links.standing().update(revoked_at=at)
    return IssueLink.objects.create(
        issue=issue, outsider=to, made_by=by, made_at=at, expires_at=at + LINK_LASTS
    )


@transaction.atomic
def renew_link(issue: Issue, *, by: User, at: datetime) -> IssueLink:
    """Send the outsider another link, with the time that a new one has."""
    locked = theirs(issue, by).select_for_update(of=("self",)).get()
    if locked.outsider is None:
        raise NoOutsider("A colleague sees to this issue; he needs no link.")
    if not locked.is_unresolved:
        raise IssueMoved("This issue needs no answer any more.")
    link = give_link(locked, to=locked.outsider, by=by, at=at)
    note_step(locked, IssueStep.Kind.LINK_RENEWED, by=by, at=at)
    return link


@transaction.atomic
def revoke_link(issue: Issue, *, by: User, at: datetime) -> None:
    """From now on the link opens nothing. A new one can be sent at any time."""
    theirs(issue, by)
    if not issue.links.standing().update(revoked_at=at):
        raise LinkNotStanding("This issue has no link that works.")
    note_step(issue, IssueStep.Kind.LINK_REVOKED, by=by, at=at)


def address_of(link: IssueLink) -> str:
    """The path of the page it opens. The key is in the query, which no log of ours keeps."""
    return f"{reverse('answer-issue')}?{urlencode({'key': key_of(link)})}"


def key_of(link: IssueLink) -> str:
    return SIGNER.sign(link.key.hex)


def link_behind(key: str) -> IssueLink | None:
    """The link with this key, whether it still works or not; None for a key we never signed."""
    try:
        found = uuid.UUID(hex=SIGNER.unsign(key))
    except (signing.BadSignature, ValueError):
        return None
    return IssueLink.objects.for_answer().filter(key=found).first()


def works(link: IssueLink, *, at: datetime) -> bool:
    return link.revoked_at is None and at < link.expires_at
