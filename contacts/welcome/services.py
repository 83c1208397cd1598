"""Say when an office welcomes a visit; whoever works the practice may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from django.db import transaction

from accounts.models import User
from contacts.models import Practice, WelcomeWindow
from contacts.services.affiliations import refuse_unless_worked

Week = Mapping[int, tuple[time, time]]


@transaction.atomic
def set_windows(practice: Practice, week: Week, *, by: User) -> None:
    """Make the windows of the office exactly these, one a weekday; none says that nobody knows."""
    refuse_unless_worked(practice, by=by)
    # Two who write at once take turns, so that the later week stands whole.
    Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    known = {window.weekday: window for window in practice.windows.all()}
    for weekday, window in known.items():
        if weekday not in week:
            window.delete()
    for weekday, (opens_at, closes_at) in sorted(week.items()):
        window = known.get(weekday) or WelcomeWindow(practice=practice, weekday=weekday)
        if (window.opens_at, window.closes_at) != (opens_at, closes_at):
            window.opens_at, window.closes_at = opens_at, closes_at
            window.full_clean()
            window.save()
