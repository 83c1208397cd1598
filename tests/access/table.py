"""ACCESS: what everyone gets from every route and method. A route that is missing here fails.

A status stands for a row of the North: Ana's own, Ben's by territory, a stranger's to Cleo.
Whoever is told 404 must not be able to tell that row from one that never was.
"""

from __future__ import annotations

from tests.access.api import API
from tests.access.corrections import CORRECTIONS
from tests.access.hl7 import HL7
from tests.access.issues import ISSUE_API, ISSUE_PAGES
from tests.access.logging import LOGGING_API, LOGGING_PAGES
from tests.access.messages import MESSAGES
from tests.access.notices import NOTICES
from tests.access.offline import OFFLINE
from tests.access.pages import (
    DEMO,
    DESK_PAGES,
    FIELD_PAGES,
    IMPORT_PAGES,
    OFFICE_PAGES,
    OPEN,
    OWN_PAGES,
)
from tests.access.planning import PLANNING
from tests.access.promises import PROMISE_API, PROMISE_PAGES
from tests.access.sheets import SHEET_API, SHEET_PAGES
from tests.access.voice import VOICE
from tests.access.who import Case, ShownHere

__all__ = ["ACCESS", "Case"]

ACCESS: ShownHere = {
    **OPEN,
    **OWN_PAGES,
    **OFFLINE,
    **FIELD_PAGES,
    **OFFICE_PAGES,
    **DESK_PAGES,
    **IMPORT_PAGES,
    **SHEET_PAGES,
    **PLANNING,
    **PROMISE_PAGES,
    **ISSUE_PAGES,
    **CORRECTIONS,
    **LOGGING_PAGES,
    **DEMO,
    **VOICE,
    **API,
    **SHEET_API,
    **PROMISE_API,
    **ISSUE_API,
    **MESSAGES,
    **NOTICES,
    **LOGGING_API,
    **HL7,
}
