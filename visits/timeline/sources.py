"""What there is of each kind, in the columns all kinds share: `on`, `facts`, and the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Extract, JSONObject

from contacts.corrections.models import ChangeRequest
from contacts.models import Affiliation, StaffMember
from liaison_crm.core.periods import Month, site_today
from referrals.models import VolumeCell
from visits.education.models import Hearing
from visits.issues.models import Issue
from visits.issues.querysets import IssueQuerySet
from visits.models import FollowUp, Topic, Visit
from visits.querysets import FollowUpQuerySet, names_met, spoken
from visits.timeline.events import Subject
from visits.voice.models import VoiceAnswer

Rows = QuerySet[Any, Any]


def _visits(subject: Subject) -> Iterator[Rows]:
    topics = Topic.objects.filter(visits=OuterRef("pk")).values("name")
    yield (
        Visit.objects.visible_to(subject.viewer)
        .filter(**subject.met)
        .annotate(
            on=F("held_at"),
            facts=_facts(
                subject,
                outcome="outcome",
                note="note",
                by="liaison__name",
                people=ArraySubquery(names_met("pk")),
                topics=ArraySubquery(topics),
            ),
        )
    )


def _promises(subject: Subject) -> Iterator[Rows]:
    """At the moment of the visit where it was made; else on its day."""
    made = Coalesce("visit__held_at", _noon("promised_on"))
    yield _with_promise_facts(_promises_about(subject), subject).annotate(on=made)


def _promises_kept(subject: Subject) -> Iterator[Rows]:
    kept = _promises_about(subject).kept()
    yield _with_promise_facts(kept, subject).annotate(on=F("kept_at"))


def _with_promise_facts(rows: FollowUpQuerySet, subject: Subject) -> Rows:
    """What went with a visit that was taken back was never promised."""
    standing = rows.visible_to(subject.viewer).exclude(visit__taken_back_at__isnull=False)
    return standing.annotate(
        facts=_facts(
            subject,
            promise="promise",
            owner="owner__name",
            kept_by="kept_by__name",
            due_on="due_on",
            is_kept=_is_set("kept_at"),
            is_dropped=_is_set("dropped_at"),
            is_told=_is_set("told_at"),
        )
    )


def _promises_about(subject: Subject) -> FollowUpQuerySet:
    everything: FollowUpQuerySet = FollowUp.objects.all()
    if subject.kind == "practice":
        return everything.filter(practice=subject.pk)
    return everything.any_of(
        everything.filter(promised_to_physician=subject.pk),
        everything.filter(visit__attendees__physician=subject.pk),
    )


def _issues(subject: Subject) -> Iterator[Rows]:
    yield _with_issue_facts(_issues_about(subject), subject).annotate(on=F("raised_at"))


def _issues_told(subject: Subject) -> Iterator[Rows]:
    yield _with_issue_facts(_issues_about(subject).closed(), subject).annotate(on=F("told_at"))


def _issues_about(subject: Subject) -> IssueQuerySet:
    everything: IssueQuerySet = Issue.objects.standing()
    if subject.kind == "practice":
        return everything.filter(practice=subject.pk)
    return everything.any_of(
        everything.filter(said_by_physician=subject.pk),
        everything.filter(told_to_physician=subject.pk),
        everything.filter(visit__attendees__physician=subject.pk),
    )


def _with_issue_facts(rows: IssueQuerySet, subject: Subject) -> Rows:
    """Scoped by the practice: a colleague who only sees to an issue does not see the line."""
    return rows.visible_to(subject.viewer).annotate(
        facts=_facts(
            subject,
            said="said",
            category="category",
            line="service_line__name",
            answer="answer",
            state="state",
            raised_by="raised_by__name",
            told_by="told_by__name",
        )
    )


def _messages(subject: Subject) -> Iterator[Rows]:
    about = (
        {"practice": subject.pk}
        if subject.kind == "practice"
        else {"visit__attendees__physician": subject.pk}
    )
    yield (
        Hearing.objects.visible_to(subject.viewer)
        .filter(**about)
        .annotate(
            on=F("told_at"),
            facts=_facts(
                subject,
                message="version__message__title",
                message_id="version__message_id",
                version="version__number",
                newest="version__message__version",
                by="told_by__name",
            ),
        )
    )


def _corrections(subject: Subject) -> Iterator[Rows]:
    rows = ChangeRequest.objects.visible_to(subject.viewer).exclude(state="withdrawn")
    yield rows.filter(**{subject.kind: subject.pk}).annotate(
        on=F("asked_at"),
        facts=_facts(
            subject,
            fact="kind",
            state="state",
            by="by__name",
            word_back="word_back",
        ),
    )


def _voices(subject: Subject) -> Iterator[Rows]:
    """What the office said by its card. No physician signs it."""
    if subject.kind == "practice":
        yield (
            VoiceAnswer.objects.visible_to(subject.viewer)
            .filter(practice=subject.pk)
            .annotate(
                on=F("answered_at"),
                facts=JSONObject(face="face", word="word", line="service_line__name"),
            )
        )


def _came(subject: Subject) -> Iterator[Rows]:
    """Physicians who began to work there; of one physician, where he began."""
    known = _affiliations(subject).filter(starts_on__isnull=False)
    yield known.annotate(on=_noon("starts_on"), facts=_at_work(subject))


def _went(subject: Subject) -> Iterator[Rows]:
    gone = _affiliations(subject).filter(ends_on__lte=site_today(subject.now))
    yield gone.annotate(on=_noon("ends_on"), facts=_at_work(subject))


def _at_work(subject: Subject) -> JSONObject:
    return _facts(subject, name=spoken("physician__"), physician="physician_id")


def _affiliations(subject: Subject) -> Rows:
    """Facts of the directory, which everybody reads."""
    return Affiliation.objects.visible_to(subject.viewer).filter(**{subject.kind: subject.pk})


def _staff_came(subject: Subject) -> Iterator[Rows]:
    """People of the office, as we came to know them."""
    yield from (
        rows.annotate(on=F("created_at"), facts=JSONObject(name="name", job="job"))
        for rows in _staff(subject)
    )


def _staff_went(subject: Subject) -> Iterator[Rows]:
    yield from (
        rows.filter(left_on__isnull=False).annotate(
            on=_noon("left_on"), facts=JSONObject(name="name", job="job")
        )
        for rows in _staff(subject)
    )


def _staff(subject: Subject) -> Iterator[Rows]:
    if subject.kind == "practice":
        yield StaffMember.objects.visible_to(subject.viewer).filter(practice=subject.pk)


def _referrals(subject: Subject) -> Iterator[Rows]:
    """By month, each near its end; the running month would look like a fall."""
    running = Month.of(site_today(subject.now))
    yield (
        VolumeCell.objects.visible_to(subject.viewer)
        .filter(**{subject.kind: subject.pk}, month__lt=running.start)
        .order_by()
        .values("month")
        .annotate(
            sent=Sum("referrals"),
            row=Cast(Extract("month", "epoch"), BigIntegerField()),
            on=_noon("month", days=27),
        )
        .annotate(facts=JSONObject(month="month", sent="sent"))
    )


SOURCES: tuple[tuple[str, Callable[[Subject], Iterator[Rows]]], ...] = (
    ("visit", _visits),
    ("promise", _promises),
    ("promise_kept", _promises_kept),
    ("issue", _issues),
    ("issue_told", _issues_told),
    ("message", _messages),
    ("voice", _voices),
    ("came", _came),
    ("went", _went),
    ("staff_came", _staff_came),
    ("staff_went", _staff_went),
    ("correction", _corrections),
    ("referrals", _referrals),
)


def _facts(subject: Subject, **columns: Any) -> JSONObject:
    """On a physician's line also where; on a practice's that would be a join for nothing."""
    where = {"practice": "practice__name"} if subject.kind == "physician" else {}
    return JSONObject(**columns, **where)


def _is_set(column: str) -> Any:
    return ExpressionWrapper(Q(**{f"{column}__isnull": False}), output_field=BooleanField())


def _noon(column: str, *, days: int = 0) -> Any:
    """A day as the moment that lies in it for everybody from Hawaii to Kolkata."""
    return ExpressionWrapper(
        Cast(column, DateTimeField()) + Value(timedelta(days=days, hours=12)),
        output_field=DateTimeField(),
    )
