"""What can be done with people, territories, tokens and the access log."""

from accounts.services.access import Origin, log_access, note_refused_sign_in
from accounts.services.assignments import Term, assign, end_assignment, undo_handover
from accounts.services.bulk import (
    SLICE,
    do_slice,
    queue_bulk_job,
    start_bulk_job,
    tend_bulk_jobs,
)
from accounts.services.letters import deliver_letter, post_letter
from accounts.services.people import (
    change_role,
    deactivate,
    edit_person,
    edit_profile,
    invite,
    make_admin,
    reactivate,
    remove_second_factor,
)
from accounts.services.sessions import (
    end_session,
    end_sessions,
    forget_session,
    note_session,
    sweep_sessions,
)
from accounts.services.territories import (
    add_area,
    create_territory,
    delete_territory,
    edit_territory,
    move_area,
    remove_area,
)
from accounts.services.tokens import create_token, revoke_token

__all__ = [
    "SLICE",
    "Origin",
    "Term",
    "add_area",
    "assign",
    "change_role",
    "create_territory",
    "create_token",
    "deactivate",
    "delete_territory",
    "deliver_letter",
    "do_slice",
    "edit_person",
    "edit_profile",
    "edit_territory",
    "end_assignment",
    "end_session",
    "end_sessions",
    "forget_session",
    "invite",
    "log_access",
    "make_admin",
    "move_area",
    "note_refused_sign_in",
    "note_session",
    "post_letter",
    "queue_bulk_job",
    "reactivate",
    "remove_area",
    "remove_second_factor",
    "revoke_token",
    "start_bulk_job",
    "sweep_sessions",
    "tend_bulk_jobs",
    "undo_handover",
]
