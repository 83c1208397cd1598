"""A45: whatever order the same messages come in, the tables end the same."""

from collections.abc import Callable
from contextlib import suppress
from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.hl7.models import Hl7Message
from referrals.models import Referral
from tests import factories
from tests.referrals.hl7.messages import order, ref, siu, take

IS = (
    "status",
    "status_at",
    "physician__npi",
    "service_line__code",
    "referred_on",
    "scheduled_on",
    "completed_on",
    "patient_key",
)


@pytest.fixture
def told(npi) -> Callable[[str], list[bytes]]:
    """A referral's life as its source told it, with a change of mind about what it is."""
    factories.ServiceLineFactory(code="ortho", name="Orthopedics")
    other = factories.PhysicianFactory()

    def life(number: str) -> list[bytes]:
        return [
            ref(number, npi=npi, at="20260301090000-0500"),
            siu(number, "S12", "20260301100000"),
            siu(number, "S26", "20260301120000"),
            ref(number, npi=other.npi, event="I13", line="ortho", began="", at="20260301130000"),
            ref(number, npi=npi, event="I14", at="20260301150000-0500", began=""),
            siu(number, "S13", "20260301140000"),
            order(number, "XO", "20260301160000", npi=npi),
        ]

    return life


def end_of(number: str) -> str:
    """What the tables hold of this referral, and of the messages that told of it."""
    referrals = Referral.objects.filter(external_id=number)
    messages = Hl7Message.objects.filter(control_id__startswith=f"{number}-")
    parts = (
        list(referrals.values_list(*IS)),
        sorted(referrals.values_list("events__status", "events__happened_at")),
        sorted(messages.values_list("made_at", "kind", "outcome", "code")),
    )
    return repr(parts)


def test_a45_five_messages_in_every_order(told):
    """A45: all 120 orders of five: a referral, an appointment, no show, change, cancellation."""
    orders = list(permutations(range(5)))
    lives = {f"R{number:03}": told(f"R{number:03}") for number in range(len(orders))}
    for place in range(5):
        take(b"".join(life[of[place]] for life, of in zip(lives.values(), orders, strict=True)))
    ends = {end_of(number) for number in lives}
    assert len(ends) == 1, ends
    assert "cancelled" in ends.pop()


class Undo(Exception):
    """Takes everything back, for the next order."""


def taken(messages: list[bytes], together: int = 1) -> str:
    """How it ends where they come a few at a time; nothing of it stays."""
    end = ""
    with suppress(Undo), transaction.atomic():
        for start in range(0, len(messages), together):
            take(b"".join(messages[start : start + together]))
        end = end_of("R1")
        raise Undo
    return end


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a45_any_order_and_any_slices_of_seven(told, data):
    messages = told("R1")
    places = data.draw(st.permutations(range(len(messages))))
    together = data.draw(st.integers(1, len(messages)))
    assert taken([messages[place] for place in places], together) == taken(messages)
