"""Whatever is done to referrals, in whatever order, rolled up and rebuilt are equal row for row."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from referrals import rollups
from referrals.models import Facility, Referral, ReferralEvent, Status, VolumeMark
from referrals.rollups import ledger
from tests import factories
from tests.referrals.files import GOOD, PER_ROW, as_csv, import_bytes
from tests.referrals.volumes import counted_by_hand, live_cells

NUMBERS = st.integers(0, 2)
DAYS = st.dates(date(2025, 12, 1), date(2026, 3, 1))
STATUSES = st.sampled_from(Status.values)
NETWORKS = st.sampled_from(["own", "in_network", "friendly", "competitor", "unknown"])


class Volumes(RuleBasedStateMachine):
    """Three of everything, referrals that come, change, move and go, and runs in between."""

    @initialize()
    def build(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.numbers = count()
        self.now = factories.NOON
        self.practices = [factories.PracticeFactory(name=f"P{n}") for n in range(3)]
        self.physicians = [factories.PhysicianFactory() for _ in range(3)]
        self.lines = [factories.ServiceLineFactory(code=f"l{n}", name=f"L{n}") for n in range(3)]
        self.places = [factories.FacilityFactory(code=f"d{n}", name=f"D{n}") for n in range(3)]
        self.source = factories.SourceFactory()

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def columns(self, numbers, day):
        practice, physician, line, place = numbers
        return {
            "practice": self.practices[practice],
            "physician": self.physicians[physician],
            "service_line": self.lines[line],
            "destination": self.places[place],
            "referred_on": day,
        }

    @rule(numbers=st.tuples(*[NUMBERS] * 4), day=DAYS, status=STATUSES, delay=st.integers(-3, 9))
    def insert(self, numbers, day, status, delay):
        factories.ReferralFactory(
            source=self.source,
            external_id=f"made {next(self.numbers)}",
            status=status,
            scheduled_on=day + timedelta(days=delay),
            **self.columns(numbers, day),
        )

    @rule(
        rows=st.lists(
            st.tuples(st.integers(0, 9), st.tuples(*[NUMBERS] * 4), DAYS, STATUSES),
            min_size=1,
            max_size=8,
        )
    )
    def load(self, rows):
        """A file that brings new referrals, corrects old ones, and may contradict itself."""
        content = as_csv(
            [
                {
                    **GOOD,
                    "external_id": f"file {number}",
                    "referring_npi": self.physicians[keys[1]].npi,
                    "practice_id": str(self.practices[keys[0]].pk),
                    "service_line": f"l{keys[2]}",
                    "destination": f"d{keys[3]}",
                    "referred_on": day.isoformat(),
                    "status": status,
                    "status_at": (day + timedelta(days=number % 2)).isoformat(),
                    # Makes each file another one.
                    "patient_number": str(next(self.numbers)) if not index else "",
                }
                for index, (number, keys, day, status) in enumerate(rows)
            ]
        )
        import_bytes(content, mode=PER_ROW, source=self.source)

    @precondition(lambda self: Referral.objects.exists())
    @rule(place=st.integers(0, 99), status=STATUSES, day=DAYS)
    def edit(self, place, status, day):
        referral = self.one(place)
        referral.status, referral.completed_on = status, day
        referral.save()

    @precondition(lambda self: Referral.objects.exists())
    @rule(place=st.integers(0, 99), numbers=st.tuples(*[NUMBERS] * 4), day=DAYS)
    def move(self, place, numbers, day):
        Referral.objects.filter(pk=self.one(place).pk).update(**self.columns(numbers, day))

    @rule(of=NUMBERS, to=NUMBERS)
    def move_all(self, of, to):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE referrals_referral SET practice_id = %s WHERE practice_id = %s",
                [self.practices[to].pk, self.practices[of].pk],
            )

    @precondition(lambda self: Referral.objects.exists())
    @rule(place=st.integers(0, 99))
    def delete(self, place):
        self.one(place).delete()

    @rule(of=NUMBERS)
    def delete_many(self, of):
        doomed = Referral.objects.filter(practice=self.practices[of])
        ReferralEvent.objects.filter(referral__in=doomed).delete()
        doomed.delete()

    @rule(place=NUMBERS, network=NETWORKS)
    def change_network(self, place, network):
        Facility.objects.filter(pk=self.places[place].pk).update(network=network)

    @rule()
    def begin_a_run_that_fails(self):
        run = ledger.open_by_hand(self.now)
        for chunk in run.chunks.all():
            rollups.count_chunk(chunk.pk)
        rollups.publishing.fail(run, "The machine says so.")

    @rule(data=st.data())
    def run(self, data):
        """Something may happen between the chunks being counted and their being published."""
        run = ledger.open_by_hand(self.now)
        for chunk in run.chunks.all():
            rollups.count_chunk(chunk.pk)
        if Referral.objects.exists() and data.draw(st.booleans()):
            self.one(data.draw(st.integers(0, 99))).delete()
        rollups.finish(run)
        assert all(difference.is_pending for difference in rollups.differences())

    @rule()
    def run_to_the_end(self):
        rollups.roll_up(self.now)
        assert not VolumeMark.objects.exists()
        assert live_cells() == counted_by_hand()

    @invariant()
    def every_difference_is_marked(self):
        if hasattr(self, "undo"):
            assert all(difference.is_pending for difference in rollups.differences())

    def one(self, place):
        referrals = Referral.objects.order_by("pk")
        return referrals[place % referrals.count()]


@pytest.mark.django_db
def test_rolled_up_equals_rebuilt_whatever_happens():
    run_state_machine_as_test(
        Volumes,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
