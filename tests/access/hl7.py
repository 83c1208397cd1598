"""Messages from other systems in the table: admins and their programs send them."""

from __future__ import annotations

from tests.access.who import Case, ShownHere, Who

HL7: ShownHere = {
    # Nobody else's bytes are looked at; an admin's are no messages here.
    "api-intake-hl7": {
        "POST": Case(Who(403, 403, 403, 403, 400), query=lambda w: {"source": "nowhere"})
    },
}
