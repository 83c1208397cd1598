"""Digests by mail: made due by each person's own clock, claimed, sent, never twice."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from zoneinfo import ZoneInfo

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Exists, F, OuterRef
from kombu.exceptions import OperationalError as BrokerError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from accounts.models import User
from accounts.querysets import UserQuerySet
from accounts.workdays.reports import team_workdays
from liaison_crm.core.periods import local_moment
from liaison_crm.core.workdays import Workdays
from visits.notices.digests import digest_for
from visits.notices.letters import letter
from visits.notices.models import Digest, NoticeChoices
from visits.notices.telling import choices_of

logger = logging.getLogger(__name__)

Kind, State = Digest.Kind, Digest.State
EVENING = time(18, 0)
# A claim this old belongs to a worker that died: its mail may or may not have left.
SENDS_WITHIN = timedelta(hours=1)
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that may be sent from `start` up to `until`."""

    kind: str
    period: date
    start: datetime
    until: datetime

    def covers(self, at: datetime) -> bool:
        return self.start <= at < self.until


def digests_due(zone: ZoneInfo, at: datetime, workdays: Workdays) -> Iterator[Due]:
    """Where that clock hangs: the day's on a working day, the week's on its first, or a day later.

    An hour the clocks skip counts as the first moment after the gap, and one they show twice as
    the first of the two; a period has one row, so no night of the year makes it two.
    """
    today = at.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = workdays.on_or_after(monday)
    found = [_due(Kind.WEEKLY, monday, (first, first + timedelta(days=1)), zone)]
    if workdays.is_worked(today):
        found.append(_due(Kind.DAILY, today, (today, today), zone))
    return (due for due in found if due.covers(at))


def tend_digests(at: datetime) -> None:
    """Each minute: write down what fell due, give up what is too old, hand out what can go."""
    zones = User.objects.active().order_by().values_list("time_zone", flat=True).distinct()
    workdays = team_workdays()
    for zone in zones:
        for due in digests_due(ZoneInfo(zone), at, workdays):
            _write_down(due, zone)
    open_ones = Digest.objects.filter(state__in=(State.WAITING, State.SENDING))
    open_ones.filter(state=State.SENDING, claimed_at__lt=at - SENDS_WITHIN).update(
        state=State.UNKNOWN, ended_at=at
    )
    open_ones.filter(state=State.WAITING, until__lte=at).update(state=State.MISSED, ended_at=at)
    for pk in Digest.objects.to_send(at).order_by("try_at", "pk").values_list("pk", flat=True):
        _hand_out(pk)


def send_digest(digest_id: int, *, at: datetime) -> None:
    """Claim a digest and send it. Nobody who comes second finds anything to claim."""
    claimed = (
        Digest.objects.to_send(at)
        .filter(pk=digest_id)
        .update(state=State.SENDING, attempts=F("attempts") + 1, claimed_at=at)
    )
    if not claimed:
        return
    digest = Digest.objects.select_related("person").get(pk=digest_id)
    try:
        said = _said(digest, at)
    except Exception as problem:
        _put_back(digest, problem, at=at)
        raise
    if said is None:
        _end(digest, State.EMPTY, at=at)
    else:
        _send(digest, said, at=at)


def _send(digest: Digest, mail: EmailMultiAlternatives, *, at: datetime) -> None:
    """Reach the mail server first: whatever fails there, nothing has left yet."""
    connection = get_connection()
    try:
        connection.open()
    except (AnymailError, OSError) as problem:
        _put_back(digest, problem, at=at)
        return
    try:
        connection.send_messages([mail])
    except (AnymailError, OSError) as problem:
        if was_refused(problem):
            _put_back(digest, problem, at=at)
        else:
            _end(digest, State.UNKNOWN, at=at, error=type(problem).__name__)
            logger.exception("Nobody knows whether digest %d left", digest.pk)
    else:
        _end(digest, State.SENT, at=at)
    finally:
        connection.close()


def was_refused(problem: BaseException) -> bool:
    """Does the other side say that it took nothing, or was it never reached?"""
    if isinstance(problem, SMTPResponseException | SMTPRecipientsRefused):
        return True
    if isinstance(problem, AnymailError) and problem.status_code is not None:
        return True
    cause: BaseException | None = problem
    while cause is not None:
        never_reached = getattr(cause, "reason", None) or cause
        if isinstance(never_reached, NewConnectionError | ConnectTimeoutError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _due(kind: Digest.Kind, period: date, days: tuple[date, date], zone: ZoneInfo) -> Due:
    """From the morning of the first day until the evening of the last."""
    start = local_moment(days[0], time.fromisoformat(settings.DIGEST_AT), zone)
    return Due(kind, period, start, local_moment(days[1], EVENING, zone))


def _write_down(due: Due, zone: str) -> None:
    """A row for everybody who gets it and has none yet."""
    known = Digest.objects.of_period(due.kind, due.period).filter(person=OuterRef("pk"))
    people = _who_gets(due.kind).filter(time_zone=zone).exclude(Exists(known))
    Digest.objects.bulk_create(
        (
            Digest(
                person=person, kind=due.kind, period=due.period, try_at=due.start, until=due.until
            )
            for person in people
        ),
        ignore_conflicts=True,
    )


def _who_gets(kind: str) -> UserQuerySet:
    role = User.Role.MANAGER if kind == Kind.WEEKLY else User.Role.LIAISON
    off = NoticeChoices.objects.filter(person=OuterRef("pk"), **{kind: False})
    return User.objects.active().filter(role=role).exclude(Exists(off))


def _said(digest: Digest, at: datetime) -> EmailMultiAlternatives | None:
    """The mail, or None: nothing to say, switched off meanwhile, or gone."""
    person = digest.person
    if not person.is_active or not getattr(choices_of(person), digest.kind):
        return None
    report = digest_for(person, digest.kind, on=digest.period, now=at)
    return None if report.is_empty else letter(person, report, digest=digest, now=at)


def _put_back(digest: Digest, problem: BaseException, *, at: datetime) -> None:
    """Wait for the next attempt, twice as long each time. The problem's text is not kept: it
    could quote the mail."""
    wait = min(FIRST_RETRY * 2 ** (digest.attempts - 1), LONGEST_RETRY)
    mine = Digest.objects.filter(pk=digest.pk, state=State.SENDING, attempts=digest.attempts)
    mine.update(state=State.WAITING, try_at=at + wait, error=type(problem).__name__)
    logger.warning("Digest %d is tried again: %s", digest.pk, type(problem).__name__)


def _end(digest: Digest, state: Digest.State, *, at: datetime, error: str = "") -> None:
    mine = Digest.objects.filter(pk=digest.pk, state=State.SENDING, attempts=digest.attempts)
    mine.update(state=state, ended_at=at, error=error)


def _hand_out(digest_id: int) -> None:
    """Until the next tick, which finds again whatever a broker lost."""
    from visits import tasks  # noqa: PLC0415  tasks call this module

    try:
        tasks.send_digest.apply_async((digest_id,), expires=settings.TICK.total_seconds())
    except BrokerError as problem:
        logger.warning("A digest was not queued: %s", type(problem).__name__)
