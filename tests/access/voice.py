"""The office's voice in the table: its own pages, the card, and the API."""

from __future__ import annotations

from tests.access.who import (
    EVERYONE,
    SCOPED,
    SCOPED_FORM,
    Case,
    ShownHere,
    Who,
    everyone,
    reading,
)
from tests.access.world import World
from visits.voice.services import key_of

OPEN_TO_ALL = everyone(200, anonymous=200)


def with_a_key(world: World) -> dict[str, str]:
    return {"key": key_of(world.north_voice_link)}


# With a key and nothing said: the page again, for everyone.
OFFICE_PAGE = {
    **reading(OPEN_TO_ALL, query=with_a_key),
    "POST": Case(OPEN_TO_ALL, body=with_a_key),
}

VOICE: ShownHere = {
    "voice": OFFICE_PAGE,
    "voice-issue": OFFICE_PAGE,
    "voice-office": OFFICE_PAGE,
    "voice-thanks": OFFICE_PAGE,
    "practice-voice": {
        **reading(SCOPED, "north_practice"),
        "POST": Case(SCOPED_FORM, "north_practice"),
    },
    "revoke-voice-link": {"POST": Case(SCOPED_FORM, "north_voice_link")},
    "restore-voice-link": {"POST": Case(SCOPED_FORM, "revoked_voice_link")},
    "api-voice-links-list": {
        **reading(EVERYONE),
        "POST": Case(Who(201, 201, 400, 201, 201), body=lambda w: {"practice": w.lone_practice.pk}),
    },
    "api-voice-links-detail": reading(SCOPED, "north_voice_link"),
    "api-voice-links-revoke": {"POST": Case(SCOPED, "north_voice_link")},
    "api-voice-links-restore": {"POST": Case(SCOPED, "revoked_voice_link")},
    "api-voice-answers-list": reading(EVERYONE),
    "api-voice-answers-detail": reading(SCOPED, "north_voice_answer"),
}
