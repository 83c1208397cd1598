"""Write notices: once for each person and event, whoever tells it and however often."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from liaison_crm.core.wording import count_of, short_day
from visits.issues.models import IssueStep, Outsider
from visits.models import FollowUp, PlannedVisit, PromiseHandover
from visits.notices.models import Notice, NoticeChoices

Kind = Notice.Kind
LONGEST = 400
UNSEEN_KEPT_SECONDS = 60
ISSUE_WORDS = {
    IssueStep.Kind.RAISED.value: "raised an issue that you see to, at",
    IssueStep.Kind.HANDED_ON.value: "handed you an issue of",
    IssueStep.Kind.REOPENED.value: "opened an issue of yours again, at",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice to be: to whom, of which event, in which words, leading where."""

    person: int
    kind: Notice.Kind
    key: str
    sentence: str
    path: str
    practice: int | None = None
    issue: int | None = None


def tell(notices: Iterable[Told], *, at: datetime | None = None) -> int:
    """Keep those that are new; returns how many. Without `at` it happens now."""
    asked = list(notices)
    return _keep(asked, at=at or timezone.now()) if asked else 0


@transaction.atomic
def _keep(asked: list[Told], *, at: datetime) -> int:
    fresh = _not_yet_told(asked)
    unwanted = _unwanted({one.person for one in fresh})
    rows = [
        Notice(
            person_id=one.person,
            kind=one.kind,
            key=one.key,
            practice_id=one.practice,
            issue_id=one.issue,
            sentence=one.sentence[:LONGEST],
            path=one.path,
            made_at=at,
            is_wanted=(one.person, one.kind) not in unwanted,
        )
        for one in fresh
    ]
    # Two clocks may find the same event at once: the second insert of it does nothing.
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    for person in {one.person for one in fresh}:
        transaction.on_commit(partial(forget_count, person))
    return len(rows)


def tell_handed_on(follow_up: FollowUp, *, by: User, to: User) -> None:
    """A promise is somebody's now, by another's hand."""
    if by == to:
        return
    at = timezone.now()
    tell(
        [
            Told(
                person=to.pk,
                kind=Kind.ASSIGNED,
                key=f"promise:{follow_up.pk}:to:{to.pk}:{at:%Y-%m-%d}",
                sentence=f"{by} handed you a promise to {follow_up.practice}, due "
                f"{short_day(follow_up.due_on)}: {follow_up.promise}",
                path=f"{reverse('follow-ups')}?practice={follow_up.practice_id}",
                practice=follow_up.practice_id,
            )
        ],
        at=at,
    )


def tell_handover(handover: PromiseHandover) -> None:
    """Many promises are somebody's now, by one tap: one notice for all of them."""
    if handover.to_id == handover.made_by_id:
        return
    promises = count_of(len(handover.promises), "promise")
    tell(
        [
            Told(
                person=handover.to_id,
                kind=Kind.ASSIGNED,
                key=f"promises:{handover.pk}",
                sentence=f"{handover.made_by} handed you {promises}.",
                path=reverse("follow-ups"),
            )
        ],
        at=handover.made_at,
    )


def tell_planned(plan: PlannedVisit, *, by: User) -> None:
    """A manager put a stop on a liaison's day."""
    if by.pk == plan.liaison_id:
        return
    reason = f": {plan.reason}" if plan.reason else "."
    tell(
        [
            Told(
                person=plan.liaison_id,
                kind=Kind.ASSIGNED,
                key=f"stop:{plan.pk}",
                sentence=f"{by} put {plan.practice} on your plan for "
                f"{short_day(plan.planned_on)}{reason}",
                path=plan.practice.get_absolute_url(),
                practice=plan.practice_id,
            )
        ]
    )


def tell_issue(step: IssueStep, *, to: User | Outsider, at: datetime) -> None:
    """An issue is a colleague's to see to, by another's hand. An outsider gets a letter instead."""
    if isinstance(to, Outsider) or to == step.by:
        return
    issue = step.issue
    tell(
        [
            Told(
                person=to.pk,
                kind=Kind.ASSIGNED,
                key=f"issue-step:{step.pk}",
                sentence=f"{step.who} {ISSUE_WORDS[step.kind]} {issue.practice}: {issue.said}",
                path=issue.get_absolute_url(),
                practice=issue.practice_id,
                issue=issue.pk,
            )
        ],
        at=at,
    )


def see_notices(person: User, *, at: datetime) -> int:
    """Everything of the person's that is there now has been seen."""
    seen = Notice.objects.filter(person=person).unseen().update(seen_at=at)
    forget_count(person.pk)
    return seen


def unseen_count(person: User) -> int:
    """How many notices wait. Kept for a minute, since every page shows it."""
    key = _count_key(person.pk)
    known = cache.get(key)
    if known is None:
        known = Notice.objects.visible_to(person).unseen().count()
        cache.set(key, known, UNSEEN_KEPT_SECONDS)
    return int(known)


def forget_count(person_id: int) -> None:
    cache.delete(_count_key(person_id))


def choices_of(person: User) -> NoticeChoices:
    """What the person wants; not saved where he never chose."""
    return NoticeChoices.objects.filter(person=person).first() or NoticeChoices(person=person)


@transaction.atomic
def choose_notices(person: User, **wanted: bool) -> NoticeChoices:
    """Switch events and digests of one's own on or off."""
    NoticeChoices.objects.get_or_create(person=person)
    choices = NoticeChoices.objects.select_for_update().get(person=person)
    for name, value in wanted.items():
        setattr(choices, name, value)
    choices.save(update_fields=[*wanted, "updated_at"])
    return choices


def _count_key(person_id: int) -> str:
    return f"unseen-notices:{person_id}"


def _not_yet_told(notices: list[Told]) -> list[Told]:
    told = set(
        Notice.objects.filter(
            person__in={one.person for one in notices}, key__in={one.key for one in notices}
        ).values_list("person", "key")
    )
    fresh = {(one.person, one.key): one for one in notices if (one.person, one.key) not in told}
    return list(fresh.values())


def _unwanted(people: Collection[int]) -> set[tuple[int, Any]]:
    """What was switched off, as (person, kind)."""
    chosen = NoticeChoices.objects.filter(person__in=people)
    return {
        (choices.person_id, kind)
        for choices in chosen
        for kind in Kind.values
        if not getattr(choices, kind)
    }
