"""Two clocks at once: every notice once, every mail once, every fall once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.core import mail
from django.db import connection

from referrals.models import RollupRun
from tests import factories
from visits.notices import posting, watching
from visits.notices.models import Digest, Notice, PracticeFall
from visits.reports.periods import recent_span

pytestmark = pytest.mark.django_db(transaction=True)

MORNING = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at_once(work, times=4):
    def one(_):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_many_clocks_tell_and_send_everything_once(ana, dana, northern_practice):
    factories.FollowUpFactory(
        practice=northern_practice, owner=ana, promised_on=date(2026, 3, 1), due_on=date(2026, 3, 2)
    )
    span = recent_span(MORNING)
    for months, referrals in ((span.before, 40), (span.recent, 10)):
        factories.VolumeCellFactory(
            month=months.start, practice=northern_practice, referrals=referrals
        )
    RollupRun.objects.create(
        kind="by_hand", period=date(2026, 3, 2), state="done", as_of=MORNING, finished_at=MORNING
    )
    at_once(lambda: watching.tend_notices(MORNING))
    assert PracticeFall.objects.count() == 1
    kinds = Notice.objects.values_list("person__name", "kind").order_by("person__name", "kind")
    assert [one for one in kinds if one[1] != "assigned"] == [
        ("Ana North", "due"),
        ("Ana North", "falling"),
        ("Dana Manager", "falling"),
    ]
    at_once(lambda: posting.tend_digests(MORNING))
    waiting = list(Digest.objects.to_send(MORNING).values_list("pk", flat=True))
    assert len(waiting) == 2

    def send_all():
        for pk in waiting:
            posting.send_digest(pk, at=MORNING)

    at_once(send_all)
    assert sorted(one.to[0] for one in mail.outbox) == [ana.email, dana.email]
    assert set(Digest.objects.values_list("state", flat=True)) == {"sent"}
