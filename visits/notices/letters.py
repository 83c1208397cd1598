"""A digest as a mail: text and HTML, with a link that switches it off without signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from visits.notices.digests import Day, Week
from visits.notices.models import Digest

SALT = "visits.notices.unsubscribe"


def letter(
    person: User, report: Day | Week, *, digest: Digest, now: datetime
) -> EmailMultiAlternatives:
    """The mail of one digest; its id is the digest's own, so mailboxes know a repetition."""
    stop = settings.SITE_URL + stop_path(person, digest.kind)
    # Days and clocks read as on the person's own wall.
    with timezone.override(ZoneInfo(person.time_zone)):
        words = {**words_of(person, report, now), "root": settings.SITE_URL, "stop": stop}
        plain = render_to_string(f"notices/{report.template}.txt", words)
        rich = render_to_string("notices/mail.html", {**words, "looks": _looks()})
    mail = EmailMultiAlternatives(
        subject=report.subject,
        body=plain.strip() + "\n",
        to=[person.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<{digest.kind}-{digest.period}-{person.pk}@{_host()}>",
        },
    )
    mail.attach_alternative(rich, "text/html")
    return mail


def words_of(person: User, report: Day | Week, now: datetime) -> dict[str, Any]:
    """What the templates of a digest need, in the mail and on the page that previews it."""
    return {
        "person": person,
        "report": report,
        "body": f"notices/_{report.template}.html",
        "now": now,
        "root": "",
    }


def stop_path(person: User, kind: str) -> str:
    token = signing.dumps([person.pk, kind], salt=SALT, compress=False)
    return f"{reverse('stop-digest')}?{urlencode({'token': token})}"


def read_token(token: str) -> tuple[User, str] | None:
    """Whose mail of which kind; None for anything we did not sign or anybody who left."""
    try:
        pk, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    person = User.objects.active().filter(pk=pk).first()
    return (person, kind) if person else None


def _looks() -> SafeString:
    """The few rules a mail is set in. A file of our own, so it is safe as it stands."""
    sheet = mark_safe(render_to_string("notices/mail.css"))  # noqa: S308  a file of ours
    return format_html("<style>{}</style>", sheet)


def _host() -> str:
    return str(settings.SITE_URL).partition("//")[2].partition(":")[0]
