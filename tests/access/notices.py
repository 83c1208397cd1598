"""Notices and digests in the table: everybody's are his own."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.access.who import EVERYONE, OWN_FORM, Case, ShownHere, Who, everyone, reading
from tests.access.world import World
from visits.notices.letters import stop_path

# A notice of Ana's is nobody else's.
HERS = Who(200, 404, 404, 404, 404)
# Liaisons and managers get one; admins do not.
WITH_DIGEST = Who(200, 200, 200, 200, 404)


def token_of_owner(world: World) -> dict[str, str]:
    """The link of a mail: whoever holds it may use it, signed in or not."""
    query = parse_qs(urlsplit(stop_path(world.people["owner"], "daily")).query)
    return {"token": query["token"][0]}


NOTICES: ShownHere = {
    "notices": reading(),
    "see-notices": {"POST": Case(OWN_FORM)},
    "notice-choices": {**reading(), "POST": Case(OWN_FORM, body=lambda w: {"due": "on"})},
    "digest": reading(WITH_DIGEST),
    "stop-digest": {
        **reading(everyone(200, anonymous=200), query=token_of_owner),
        # With the owner's token it works for whoever holds it; see tests/visits/test_digests.py.
        "POST": Case(everyone(404, anonymous=404), query=lambda w: {"token": "made up"}),
    },
    "api-notices-list": reading(),
    "api-notices-detail": reading(HERS, "north_notice"),
    "api-notices-seen": {"POST": Case(everyone(204))},
    "api-notice-choices": {
        **reading(),
        "PATCH": Case(EVERYONE, body=lambda w: {"due": False}),
    },
}
