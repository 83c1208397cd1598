"""Rows of the table that belong to promises and to the team's calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.workdays import services as workdays
from tests import factories
from visits import services as visits
from visits.models import SuggestedPromise
from visits.promises.services import hand_over_promises


def promise_rows(world: Any, now: Any) -> None:
    manager = world.people["manager"]
    standing = workdays.close_day(date(2026, 11, 27), name="Day after Thanksgiving", by=manager)
    removed = workdays.close_day(date(2026, 12, 24), name="Early close", by=manager)
    workdays.remove_closed_day(removed, by=manager, at=now)
    owner, today = world.people["owner"], timezone.localdate(now)
    told, given = (
        factories.FollowUpFactory(
            practice=world.north_practice, owner=owner, promised_on=today, due_on=today
        )
        for _ in range(2)
    )
    visits.keep_follow_up(told, by=owner, at=now, told=visits.Told())
    handover = hand_over_promises([given], to=world.people["cover"], by=manager, at=now)
    world.rows |= {
        "told_promise": told,
        "promise_handover": handover,
        "suggested_promise": SuggestedPromise.objects.get_or_create(words="Call back")[0],
    }
    world.rows |= {"closed_day": standing, "removed_day": removed}
