"""Letters that let a person choose a password: welcome, and reset."""

from __future__ import annotations

import logging
from functools import partial

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from kombu.exceptions import OperationalError

from accounts.models import User

log = logging.getLogger(__name__)

SUBJECTS = {
    "welcome": "Choose your password",
    "password_reset": "Choose a new password",
}


def post_letter(person: User, *, kind: str, root: str) -> None:
    """Send a person the link to choose a password, soon. `root` is where the site is reached."""
    assert kind in SUBJECTS
    transaction.on_commit(partial(_queue, person.pk, kind, root))


def _queue(person_id: int, kind: str, root: str) -> None:
    from accounts.tasks import send_letter

    try:
        send_letter.delay(person_id, kind, root)
    except OperationalError:
        log.exception("A letter could not be queued: %s to person %s", kind, person_id)


def deliver_letter(person_id: int, *, kind: str, root: str) -> None:
    """Write the letter with a fresh link and hand it to the mail server."""
    person = User.objects.active().filter(pk=person_id).first()
    if person is None:
        return
    words = {"person": person, "link": root.rstrip("/") + _path_to_new_password(person)}
    send_mail(
        SUBJECTS[kind],
        render_to_string(f"accounts/letters/{kind}.txt", words),
        from_email=None,
        recipient_list=[person.email],
    )


def _path_to_new_password(person: User) -> str:
    return reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(person),
            "key": default_token_generator.make_token(person),
        },
    )
