"""Referrals from files: read strictly, patient numbers hashed on the way in, taken set-based.

A file in our own columns is scrubbed while it is read (`uploads` for the web, `files` for the
command line) and stored; any other is sealed until a person says what its columns mean
(`mapping`). An import is queued as a row; `take` brings it to its end from any process, however
often one dies on the way: to be checked, to be taken, to be undone (`undoing`). Rows of unknown
physicians and practices wait, and `resolve_waiting` takes them once the directory knows better.
"""

from referrals.intake.arrival import Arrival, SealedArrival
from referrals.intake.batches import (
    ask_undo,
    check_again,
    confirm,
    drop,
    forget_unconfirmed,
    queue,
    refuse_twice,
    remove_orphans,
    take,
    waiting_for_a_worker,
)
from referrals.intake.columns import COLUMNS, KEPT, TOLD
from referrals.intake.files import measure, store_scrubbed
from referrals.intake.pulse import Pulse
from referrals.intake.store import remove
from referrals.intake.undoing import Fate, foresee
from referrals.intake.uploads import ScrubbedUpload, accept, plain_name
from referrals.intake.waiting import resolve_waiting

__all__ = [
    "COLUMNS",
    "KEPT",
    "TOLD",
    "Arrival",
    "Fate",
    "Pulse",
    "ScrubbedUpload",
    "SealedArrival",
    "accept",
    "ask_undo",
    "check_again",
    "confirm",
    "drop",
    "foresee",
    "forget_unconfirmed",
    "measure",
    "plain_name",
    "queue",
    "refuse_twice",
    "remove",
    "remove_orphans",
    "resolve_waiting",
    "store_scrubbed",
    "take",
    "waiting_for_a_worker",
]
