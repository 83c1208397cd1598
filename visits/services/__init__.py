"""What a person can do with visits, plans and promises. One function per thing, one transaction."""

from visits.services.planning import (
    Stop,
    drop_plan,
    move_plan,
    order_stops,
    plan_visit,
    replan_visit,
    restore_plan,
)
from visits.services.promising import (
    Promise,
    Told,
    drop_follow_up,
    keep_follow_up,
    make_promise,
    reassign_follow_up,
    reopen_follow_up,
    reschedule_follow_up,
    tell_office,
    untell_office,
)
from visits.services.recording import (
    Alongside,
    VisitRecord,
    edit_visit,
    log_visit,
    restore_visit,
    take_back_visit,
)
from visits.services.referring import ReferralGiven, key_of_referral
from visits.services.scope import staff_then

__all__ = [
    "Alongside",
    "Promise",
    "ReferralGiven",
    "Stop",
    "Told",
    "VisitRecord",
    "drop_follow_up",
    "drop_plan",
    "edit_visit",
    "keep_follow_up",
    "key_of_referral",
    "log_visit",
    "make_promise",
    "move_plan",
    "order_stops",
    "plan_visit",
    "reassign_follow_up",
    "reopen_follow_up",
    "replan_visit",
    "reschedule_follow_up",
    "restore_plan",
    "restore_visit",
    "staff_then",
    "take_back_visit",
    "tell_office",
    "untell_office",
]
