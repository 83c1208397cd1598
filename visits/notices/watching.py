"""What the clock finds: assignments, promises due today, falling A practices, finished imports.

The rows themselves are the queue. An event is a row that nobody has been told of yet, so a clock
that was down, or runs twice, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from accounts.models import Assignment, User
from liaison_crm.core.periods import local_moment, site_today
from liaison_crm.core.wording import count_of, number, short_day
from referrals.models import IntakeBatch
from visits.models import FollowUp
from visits.notices.falling import find_falls
from visits.notices.models import Notice
from visits.notices.telling import Told, tell

Kind, State = Notice.Kind, IntakeBatch.State
# Older events are no news; a clock that was down for less than this misses nothing.
NEWS_FOR = timedelta(days=14)
MORNING = time(7, 0)


def tend_notices(at: datetime) -> None:
    """Each minute: tell whatever has happened and nobody has been told."""
    tell(_assignments(at), at=at)
    tell(_due_promises(at), at=at)
    tell(_finished_imports(at), at=at)
    find_falls(at)


def _assignments(at: datetime) -> Iterator[Told]:
    """A territory somebody works from now on, or from a later day."""
    today = site_today(at)
    new = Assignment.objects.filter(
        created_at__gt=at - NEWS_FOR, created_at__lte=at, user__is_active=True
    ).exclude(ends_on__lte=today)
    for one in _untold(new, "user", "assignment:").select_related("territory"):
        part = "own" if one.part == Assignment.Part.OWNER else "cover"
        start = f" from {short_day(one.starts_on, today)}" if one.starts_on > today else " now"
        end = f" until {short_day(one.ends_on - timedelta(days=1), today)}" if one.ends_on else ""
        yield Told(
            person=one.user_id,
            kind=Kind.ASSIGNED,
            key=f"assignment:{one.pk}",
            sentence=f"You {part} {one.territory}{start}{end}.",
            path=reverse("territory", args=[one.territory_id]),
        )


def _due_promises(at: datetime) -> Iterator[Told]:
    """Open promises due on the owner's today, from his morning on, while he works there."""
    zones = User.objects.active().order_by().values_list("time_zone", flat=True).distinct()
    for zone in zones:
        day = at.astimezone(ZoneInfo(zone)).date()
        if at < local_moment(day, MORNING, ZoneInfo(zone)):
            continue
        due = FollowUp.objects.open().filter(
            due_on=day, owner__in=User.objects.active().filter(time_zone=zone)
        )
        new = _untold(_kept_up(due, site_today(at)), "owner", "promise:", f":due:{day}")
        yield from (_due(one, day) for one in new)


def _due(follow_up: FollowUp, day: date) -> Told:
    return Told(
        person=follow_up.owner_id,
        kind=Kind.DUE,
        key=f"promise:{follow_up.pk}:due:{day}",
        sentence=f"Due today at {follow_up.practice}: {follow_up.promise}",
        path=f"{reverse('follow-ups')}?practice={follow_up.practice_id}",
        practice=follow_up.practice_id,
    )


def _kept_up(promises: Any, today: date) -> Any:
    """Those whose owner still works the practice; to others it does not exist."""
    works = Assignment.objects.in_force(today).filter(
        user=OuterRef("owner"), territory=OuterRef("practice__territory")
    )
    sees_all = Q(owner__role__in=(User.Role.MANAGER, User.Role.ADMIN))
    return promises.filter(sees_all | Exists(works)).select_related("practice").order_by("pk")


def _finished_imports(at: datetime) -> Iterator[Told]:
    """To whoever sent the file; one that came by command line has nobody to tell.

    What is only checked is told apart, and what he dropped or undid himself is no news to him.
    """
    finished = IntakeBatch.objects.filter(
        finished_at__gt=at - NEWS_FOR, uploaded_by__is_active=True
    ).select_related("source")
    ended = finished.filter(state__in=(State.DONE, State.FAILED))
    checked = finished.filter(state__in=(State.CHECKED, State.MAPPING))
    for key, rows in (("import:", ended), ("check:", checked)):
        for batch in _untold(rows, "uploaded_by", key):
            assert batch.uploaded_by_id is not None  # filtered above
            yield Told(
                person=batch.uploaded_by_id,
                kind=Kind.IMPORTED,
                key=f"{key}{batch.pk}",
                sentence=_came_of(batch),
                path=batch.get_absolute_url(),
            )


def _came_of(batch: IntakeBatch) -> str:
    if batch.state == State.FAILED:
        return f"{batch.file_name} was not taken. {batch.error}"
    if batch.state == State.MAPPING:
        return f"{batch.file_name} could not be checked. {batch.error}"
    counts = (
        (batch.rows_new, "new"),
        (batch.rows_changed, "changed"),
        (batch.rows_waiting, "waiting for the directory"),
        (batch.rows_refused, "refused"),
    )
    told = ", ".join(f"{number(count)} {word}" for count, word in counts if count)
    rows = f"{count_of(batch.rows_read, 'row')}{f', {told}' if told else ''}."
    if batch.state == State.CHECKED:
        return f"{batch.file_name} is checked and waits for your word: {rows}"
    return f"{batch.file_name} is in: {rows}"


def _untold(rows: Any, person: str, before: str, after: str = "") -> Any:
    """Rows whose person has no notice of that key yet: a quiet minute reads an index, no more."""
    key = Concat(Value(before), Cast(OuterRef("pk"), CharField()), Value(after))
    return rows.exclude(Exists(Notice.objects.filter(person=OuterRef(person), key=key)))
