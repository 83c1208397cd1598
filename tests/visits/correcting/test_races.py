"""A correction sent eight times at once is one."""

import pytest

from tests.visits.test_races import all_at_once
from visits import errors
from visits.correcting.services import Reason, correct_visit, withdraw_visit
from visits.models import Correction, Visit

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_correction_sent_eight_times_at_once_is_one(visit, ana, told, later):
    why, record = Reason(words="The wrong door."), told(note="New.")

    def send():
        return correct_visit(visit, by=ana, at=later, reason=why, record=record).pk

    assert all_at_once(*[send] * 8) == [Correction.objects.get().pk] * 8


def test_of_two_who_take_it_back_one_does(visit, ana, dana, later):
    answers = all_at_once(
        *(
            lambda person=person: withdraw_visit(
                visit, by=person, at=later, reason=Reason(words=f"{person} says so.")
            )
            for person in (ana, dana)
        )
    )
    assert [type(answer) for answer in answers].count(errors.VisitTakenBack) == 1
    assert Correction.objects.count() == 1
    assert Visit.ever.get().taken_back_at == later
