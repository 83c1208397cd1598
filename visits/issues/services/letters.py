"""Letters to people outside the team: the link to an issue, sent once the tick comes by."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from visits.issues.models import IssueLink, IssueStep
from visits.issues.services.links import address_of
from visits.issues.services.scope import note_step

log = logging.getLogger(__name__)

MOST_AT_ONCE = 50


def post_letters(at: datetime) -> None:
    """Send what waits. A letter that failed is tried again ten minutes later, while it is due.

    Each is claimed before it is sent, so that two ticks at once send it once.
    """
    waiting = IssueLink.objects.to_post(at).order_by("made_at", "pk")
    for link in waiting.select_related("issue__practice", "issue__service_line", "outsider")[
        :MOST_AT_ONCE
    ]:
        unclaimed = IssueLink.objects.standing().filter(
            pk=link.pk, claimed_at=link.claimed_at, notified_at=None
        )
        # If another tick claimed it first, no row matches.
        if unclaimed.update(claimed_at=at):
            _post(link, at)


def _post(link: IssueLink, at: datetime) -> None:
    words = {
        "link": link,
        "issue": link.issue,
        "asked_by": link.made_by or link.issue.raised_by,
        "address": f"{settings.SITE_URL}{address_of(link)}",
    }
    try:
        send_mail(
            f"{link.issue.practice} needs an answer: {link.issue.get_category_display()}",
            render_to_string("issues/letter.txt", words),
            from_email=None,
            recipient_list=[link.outsider.email],
        )
    except (OSError, SMTPException):
        log.exception("The letter of issue link %s could not be sent", link.pk)
        return
    with transaction.atomic():
        IssueLink.objects.filter(pk=link.pk).update(notified_at=at)
        note_step(link.issue, IssueStep.Kind.POSTED, by=None, at=at, words=f"To {link.outsider}")
