"""After seven days a visit says something else only with a reason, and what it said stays."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError

from tests import factories
from visits import errors, services
from visits.correcting.services import (
    Reason,
    correct_visit,
    reinstate_visit,
    withdraw_visit,
)
from visits.models import Correction, FollowUp, Visit
from visits.reports.histories import changes_of


@pytest.fixture
def why():
    return Reason(words="The wrong outcome was tapped.")


def test_the_visit_says_the_new_and_the_correction_the_old(
    visit, ana, kim, told, topic, why, later
):
    record = told(
        outcome=Visit.Outcome.QUICK_HELLO,
        physicians=(),
        staff=(kim,),
        topics=(),
        note="As it should be.",
        see_again_on=date(2026, 4, 1),
    )
    held_at = visit.held_at
    correct_visit(visit, by=ana, at=later, reason=why, record=record)
    visit.refresh_from_db()
    assert (visit.outcome, visit.note) == (Visit.Outcome.QUICK_HELLO, "As it should be.")
    assert [str(one) for one in visit.attendees.all()] == ["Kim Soto"]
    correction = Correction.objects.get()
    assert (correction.what, correction.reason) == ("corrected", why.words)
    assert (correction.made_by, correction.made_at) == (ana, later)
    assert correction.before == {
        "held_at": held_at.isoformat(),
        "outcome": "Good talk",
        "channel": "In person",
        "met": ["Dr. Priya Raman"],
        "topics": ["Report speed"],
        "note": "As it was.",
        "see_again_on": None,
        "messages": [],
    }


def test_two_corrections_keep_both_that_went_before(visit, ana, told, why, later):
    correct_visit(visit, by=ana, at=later, reason=why, record=told(note="Second."))
    again = Reason(words="Once more.")
    correct_visit(visit, by=ana, at=later, reason=again, record=told(note="Third."))
    assert [one.before["note"] for one in visit.corrections.all()] == ["As it was.", "Second."]


def test_for_seven_days_no_reason_is_asked_of_its_liaison(visit, ana, told, why, later):
    in_time = later - timedelta(seconds=1)
    with pytest.raises(errors.StillChangeable):
        correct_visit(visit, by=ana, at=in_time, reason=why, record=told(note="New."))
    with pytest.raises(errors.StillChangeable):
        withdraw_visit(visit, by=ana, at=in_time, reason=why)


def test_who_oversees_him_corrects_at_any_time(visit, dana, told, why, now):
    correct_visit(visit, by=dana, at=now, reason=why, record=told(note="Dana knows better."))
    assert Correction.objects.get().made_by == dana
    visit.refresh_from_db()
    assert visit.liaison.name == "Ana North"


def test_nobody_else_does(visit, ben, cleo, told, why, later):
    for person in (ben, cleo):
        with pytest.raises(PermissionDenied):
            correct_visit(visit, by=person, at=later, reason=why, record=told(note="Mine."))
        with pytest.raises(PermissionDenied):
            withdraw_visit(visit, by=person, at=later, reason=why)


def test_a_reason_is_asked(visit, ana, told, later):
    with pytest.raises(ValidationError, match="blank"):
        correct_visit(visit, by=ana, at=later, reason=Reason(words=" "), record=told(note="New."))
    visit.refresh_from_db()
    assert visit.note == "As it was."


def test_it_is_held_to_the_rules_of_a_visit(visit, ana, told, why, later):
    tomorrow = told(held_at=later + timedelta(days=1))
    with pytest.raises(errors.VisitInFuture):
        correct_visit(visit, by=ana, at=later, reason=why, record=tomorrow)
    stranger = told(physicians=(factories.PhysicianFactory(),))
    with pytest.raises(errors.NotAtThisPractice):
        correct_visit(visit, by=ana, at=later, reason=why, record=stranger)
    assert not Correction.objects.exists()


def test_nothing_new_is_no_correction(visit, ana, told, why, later):
    with pytest.raises(errors.NothingCorrected):
        correct_visit(visit, by=ana, at=later, reason=why, record=told(note="As it was."))


def test_sent_again_it_is_the_same_one(visit, ana, told, why, later):
    record = told(note="New.")
    first = correct_visit(visit, by=ana, at=later, reason=why, record=record)
    assert correct_visit(visit, by=ana, at=later, reason=why, record=record) == first
    other = told(note="Other.")
    with pytest.raises(errors.CorrectionSentDifferently):
        correct_visit(visit, by=ana, at=later, reason=why, record=other)


def test_what_did_not_happen_goes_with_all_that_came_of_it(
    ana, northern_practice, told, why, now, later
):
    promise = services.Promise(promise="Call back", due_on=date(2026, 3, 6))
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told(), promise=promise)
    withdraw_visit(visit, by=ana, at=later, reason=why)
    assert not Visit.objects.exists()
    assert not FollowUp.objects.open().exists()
    assert Visit.ever.get().taken_back_at == later
    with pytest.raises(errors.VisitTakenBack):
        withdraw_visit(visit, by=ana, at=later, reason=Reason(words="Again."))
    with pytest.raises(errors.VisitTakenBack):
        correct_visit(visit, by=ana, at=later, reason=Reason(words="Again."), record=told())
    reinstate_visit(visit, by=ana, at=later, reason=Reason(words="It did happen."))
    assert Visit.objects.get() == visit
    assert FollowUp.objects.open().count() == 1
    assert [one.what for one in visit.corrections.all()] == ["taken_back", "restored"]
    with pytest.raises(errors.VisitStands):
        reinstate_visit(visit, by=ana, at=later, reason=Reason(words="Again."))


def test_the_history_says_who_and_why(visit, ana, dana, told, why, now, later):
    services.edit_visit(visit, by=ana, at=now, record=told(note="Edited."))
    correct_visit(visit, by=dana, at=later, reason=why, record=told(note="Corrected."))
    changes = changes_of(visit, visit.corrections.all())
    assert [(one.what, one.by.name, one.reason) for one in changes] == [
        ("Changed the note", "Ana North", ""),
        ("Corrected", "Dana Manager", why.words),
    ]


def test_a_correction_is_never_edited(visit, ana, told, why, later):
    correction = correct_visit(visit, by=ana, at=later, reason=why, record=told(note="New."))
    correction.reason = "Something nicer."
    with pytest.raises(ProgrammingError, match="Cannot update"):
        correction.save()


def test_people_see_those_of_their_practices(visit, ana, ben, cleo, dana, told, why, later):
    correction = correct_visit(visit, by=ana, at=later, reason=why, record=told(note="New."))
    for person in (ana, ben, dana):
        assert list(Correction.objects.visible_to(person)) == [correction]
    assert not Correction.objects.visible_to(cleo).exists()
