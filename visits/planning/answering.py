"""Answer a suggestion: take it onto the day, or decline it for a while and take that back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.workdays.reports import team_workdays
from contacts.models import Practice
from visits.days import day_for
from visits.errors import NotDismissed, NothingSuggested
from visits.models import PlannedVisit
from visits.planning.days import day_plan
from visits.planning.models import Dismissal
from visits.planning.suggesting import Asked, Suggestion, suggestions
from visits.services import Stop, plan_visit
from visits.services.scope import must_work

LONGEST_REASON = 160

DAYS: Mapping[str, int] = {
    Dismissal.Why.NOT_NOW: 7,
    Dismissal.Why.HANDLED: 30,
    Dismissal.Why.NOT_WORTH_IT: 90,
    Dismissal.Why.OTHER: 30,
}


@transaction.atomic
def accept_suggestion(practice: Practice, *, by: User, asked: Asked) -> PlannedVisit:
    """Take a suggested practice onto the day, with the reason it was suggested for."""
    reason = _suggested(practice, by=by, asked=asked).main.sentence
    stop = Stop(planned_on=asked.on, reason=_cut(reason))
    today = day_for(asked.liaison, asked.at)
    return plan_visit(practice, by=by, today=today, stop=stop, liaison=asked.liaison)


@transaction.atomic
def dismiss_suggestion(
    practice: Practice, *, by: User, asked: Asked, why: str, words: str = ""
) -> Dismissal:
    """Suggest the practice no more for the reasons it has, until they change or the days are over.

    The days count from the one that is planned. Tapped twice at once, it is declined once.
    """
    must_work(practice, by)
    # Two taps at once take turns: for the second it is not suggested any more.
    Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    dismissal = Dismissal(
        liaison=asked.liaison,
        practice=practice,
        marks=_suggested(practice, by=by, asked=asked).marks,
        why=why,
        words=words,
        until=asked.on + timedelta(days=DAYS[why]),
        dismissed_by=by,
        dismissed_at=asked.at,
    )
    dismissal.full_clean()
    dismissal.save()
    return dismissal


@transaction.atomic
def undo_dismissal(dismissal: Dismissal, *, by: User, at: datetime) -> None:
    """Let the practice be suggested again."""
    if not Dismissal.objects.visible_to(by).contains(dismissal):
        raise PermissionDenied
    standing = Dismissal.objects.filter(pk=dismissal.pk, undone_at=None)
    if not standing.update(undone_at=at):
        raise NotDismissed("This was taken back already.")


def _suggested(practice: Practice, *, by: User, asked: Asked) -> Suggestion:
    """What the page shows of this practice now, or a refusal."""
    must_work(practice, by)
    if asked.liaison != by and not by.sees_all_territories:
        raise PermissionDenied
    day = day_plan(asked.liaison, viewer=by, on=asked.on)
    found = suggestions(
        asked, viewer=by, workdays=team_workdays(), stops=day.places, limit=None
    ).of(practice.pk)
    if found is None:
        raise NothingSuggested(f"{practice} is not suggested any more.")
    return found


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_REASON else f"{sentence[: LONGEST_REASON - 1]}…"
