"""A45: whatever order the same messages come in, the tables end the same."""

from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.hl7.models import Hl7Message
from referrals.models import Referral, ReferralEvent
from tests import factories
from tests.referrals.hl7.messages import order, ref, siu, take


@pytest.fixture
def told(npi) -> list[bytes]:
    """A referral's life as its source told it, with a change of mind about what it is."""
    factories.ServiceLineFactory(code="ortho", name="Orthopedics")
    other = factories.PhysicianFactory()
    return [
        ref("R1", npi=npi, at="20260301090000-0500"),
        siu("R1", "S12", "20260301100000"),
        siu("R1", "S26", "20260301120000"),
        ref("R1", npi=other.npi, event="I13", line="ortho", began="", at="20260301130000-0500"),
        siu("R1", "S13", "20260301140000"),
        ref("R1", npi=npi, event="I14", at="20260301150000-0500", began=""),
        order("R1", "XO", "20260301160000", npi=npi),
    ]


class Undo(Exception):
    """Takes everything back, for the next order."""


def end_of(messages: list[bytes], together: int = 1) -> list[str]:
    """What the tables hold after these messages, a few at a time; nothing of it stays."""
    ended: list[object] = []
    try:
        with transaction.atomic():
            for start in range(0, len(messages), together):
                take(b"".join(messages[start : start + together]))
            ended += Referral.objects.values_list(
                "external_id",
                "status",
                "status_at",
                "physician__npi",
                "service_line__code",
                "referred_on",
                "scheduled_on",
                "completed_on",
                "patient_key",
            )
            ended += sorted(ReferralEvent.objects.values_list("status", "happened_at"))
            ended += sorted(Hl7Message.objects.values_list("control_id", "outcome", "code"))
            raise Undo
    except Undo:
        pass
    return [repr(row) for row in ended]


def test_a45_five_messages_in_every_order(told):
    """A45: all 120 orders of five: a referral, an appointment, no show, change, cancellation."""
    five = [told[place] for place in (0, 1, 2, 3, 5)]
    expected = end_of(five)
    assert any("cancelled" in row for row in expected)
    for messages in permutations(five):
        assert end_of(list(messages)) == expected


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a45_any_order_and_any_slices_of_seven(told, data):
    messages = data.draw(st.permutations(range(len(told))))
    together = data.draw(st.integers(1, len(told)))
    assert end_of([told[place] for place in messages], together) == end_of(told)
