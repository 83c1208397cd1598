"""A visit is logged once, by who works there, as something that can have happened."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories
from visits import errors, services
from visits.models import FollowUp, PlannedVisit, Visit


def test_it_keeps_what_was_told(ana, northern_practice, doctor, kim, topic, told, now, today):
    record = told(staff=(kim,), note="Wants faster reports.", see_again_on=date(2026, 4, 2))
    visit = services.log_visit(northern_practice, by=ana, at=now, record=record)
    visit.refresh_from_db()
    assert (visit.practice, visit.liaison) == (northern_practice, ana)
    assert visit.held_at == record.held_at
    assert visit.note == "Wants faster reports."
    assert visit.see_again_on == date(2026, 4, 2)
    assert list(visit.topics.all()) == [topic]
    met = {str(attendee) for attendee in visit.attendees.all()}
    assert met == {"Dr. Priya Raman", "Kim Soto"}


def test_a_wish_to_come_again_plans_nothing(ana, northern_practice, told, now):
    services.log_visit(
        northern_practice, by=ana, at=now, record=told(see_again_on=date(2026, 4, 2))
    )
    assert not PlannedVisit.objects.exists()


def test_the_promise_made_there_is_stored_with_it(ana, northern_practice, doctor, told, now, today):
    promise = services.Promise(
        promise="Send the echo protocol", due_on=date(2026, 3, 6), to_physician=doctor
    )
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told(), promise=promise)
    follow_up = FollowUp.objects.get()
    assert (follow_up.visit, follow_up.owner, follow_up.practice) == (visit, ana, northern_practice)
    assert (follow_up.promised_on, follow_up.due_on) == (today, date(2026, 3, 6))
    assert follow_up.promised_to_physician == doctor


def test_a_refused_promise_leaves_no_visit(ana, northern_practice, told, now):
    promise = services.Promise(promise="Yesterday's news", due_on=date(2026, 3, 1))
    with pytest.raises(errors.DueTooEarly):
        services.log_visit(northern_practice, by=ana, at=now, record=told(), promise=promise)
    assert not Visit.ever.exists()


def test_sending_it_again_gives_the_same_visit(ana, northern_practice, told, now, doctor):
    record = told(client_key=uuid.uuid4())
    promise = services.Promise(promise="Call back", due_on=date(2026, 3, 6))
    first = services.log_visit(northern_practice, by=ana, at=now, record=record, promise=promise)
    later = now + timedelta(days=1)
    again = services.log_visit(northern_practice, by=ana, at=later, record=record, promise=promise)
    assert again == first
    assert Visit.objects.count() == 1
    assert FollowUp.objects.count() == 1
    assert first.attendees.count() == 1


def test_sending_it_again_after_an_edit_still_gives_the_same_visit(
    ana, northern_practice, told, now
):
    record = told()
    first = services.log_visit(northern_practice, by=ana, at=now, record=record)
    services.edit_visit(first, by=ana, at=now, record=told(note="More to say."))
    again = services.log_visit(northern_practice, by=ana, at=now, record=record)
    assert again == first
    assert again.note == "More to say."


@pytest.mark.parametrize(
    "difference", [{"note": "Other"}, {"outcome": Visit.Outcome.DROP_OFF}, {"physicians": ()}]
)
def test_it_refuses_other_content_under_the_same_key(ana, northern_practice, told, now, difference):
    key = uuid.uuid4()
    services.log_visit(northern_practice, by=ana, at=now, record=told(client_key=key))
    with pytest.raises(errors.VisitSentDifferently):
        services.log_visit(
            northern_practice, by=ana, at=now, record=told(client_key=key, **difference)
        )
    assert Visit.ever.count() == 1


def test_it_refuses_another_persons_key(ana, ben, northern_practice, told, now):
    record = told()
    services.log_visit(northern_practice, by=ana, at=now, record=record)
    with pytest.raises(errors.VisitSentDifferently):
        services.log_visit(northern_practice, by=ben, at=now, record=record)


def test_it_refuses_a_stranger(cleo, northern_practice, told, now):
    with pytest.raises(PermissionDenied):
        services.log_visit(northern_practice, by=cleo, at=now, record=told())
    assert not Visit.ever.exists()


def test_a_covering_colleague_and_a_manager_may(ben, dana, northern_practice, told, now):
    for person in (ben, dana):
        visit = services.log_visit(northern_practice, by=person, at=now, record=told())
        assert visit.liaison == person


def test_it_refuses_the_future_but_allows_for_clocks_that_differ(ana, northern_practice, told, now):
    with pytest.raises(errors.VisitInFuture):
        services.log_visit(
            northern_practice, by=ana, at=now, record=told(held_at=now + timedelta(minutes=6))
        )
    soon = told(held_at=now + timedelta(minutes=4))
    assert services.log_visit(northern_practice, by=ana, at=now, record=soon).pk


def test_it_refuses_what_is_older_than_1990(ana, northern_practice, told, now):
    old = told(held_at=datetime(1989, 12, 31, 23, 59, tzinfo=UTC), physicians=())
    with pytest.raises(errors.VisitTooEarly):
        services.log_visit(northern_practice, by=ana, at=now, record=old)


def test_it_refuses_a_practice_that_was_closed_by_then(ana, northern_practice, told, now, today):
    northern_practice.closed_on = today
    northern_practice.save()
    with pytest.raises(errors.PracticeClosed):
        services.log_visit(northern_practice, by=ana, at=now, record=told())
    before = told(held_at=now - timedelta(days=1))
    assert services.log_visit(northern_practice, by=ana, at=now, record=before).pk


def test_it_refuses_people_of_another_practice(
    ana, northern_practice, southern_practice, told, now
):
    stranger = factories.AffiliationFactory(practice=southern_practice).physician
    elsewhere = factories.StaffMemberFactory(practice=southern_practice)
    for people in ({"physicians": (stranger,)}, {"staff": (elsewhere,)}):
        with pytest.raises(errors.NotAtThisPractice):
            services.log_visit(northern_practice, by=ana, at=now, record=told(**people))


def test_it_refuses_people_who_had_left(ana, northern_practice, doctor, kim, told, now, today):
    doctor.affiliations.update(ends_on=today)
    with pytest.raises(errors.NotAtThisPractice):
        services.log_visit(northern_practice, by=ana, at=now, record=told())
    kim.left_on = today - timedelta(days=1)
    kim.save()
    with pytest.raises(errors.NotAtThisPractice):
        services.log_visit(
            northern_practice, by=ana, at=now, record=told(physicians=(), staff=(kim,))
        )


def test_nobody_is_met_without_access(ana, northern_practice, told, now):
    with pytest.raises(errors.NobodyWasMet):
        services.log_visit(
            northern_practice, by=ana, at=now, record=told(outcome=Visit.Outcome.NO_ACCESS)
        )
    shut_out = told(outcome=Visit.Outcome.NO_ACCESS, physicians=())
    assert services.log_visit(northern_practice, by=ana, at=now, record=shut_out).pk


@pytest.mark.parametrize(
    ("again_on", "refusal"),
    [
        (date(2026, 3, 2), errors.SeeAgainTooSoon),
        (date(2026, 3, 1), errors.SeeAgainTooSoon),
        (date(9999, 12, 31), errors.TooFarAhead),
    ],
)
def test_it_refuses_a_day_to_come_again_that_cannot_be(
    ana, northern_practice, told, now, again_on, refusal
):
    with pytest.raises(refusal):
        services.log_visit(northern_practice, by=ana, at=now, record=told(see_again_on=again_on))


def test_a_leap_day_is_a_day(ana, northern_practice, told):
    at = datetime(2028, 2, 29, 17, 0, tzinfo=UTC)
    record = told(held_at=at, see_again_on=date(2028, 3, 29))
    assert services.log_visit(northern_practice, by=ana, at=at, record=record).held_at == at


def test_the_day_is_the_liaisons_own(ana, northern_practice, told):
    """Half past eight in the evening in New York is the next day in UTC."""
    evening = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
    stop = factories.PlannedVisitFactory(
        liaison=ana, practice=northern_practice, planned_on=date(2026, 3, 2)
    )
    visit = services.log_visit(northern_practice, by=ana, at=evening, record=told(held_at=evening))
    stop.refresh_from_db()
    assert stop.visit == visit


@pytest.mark.parametrize("note", ["\N{RIGHT-TO-LEFT OVERRIDE}evil", "bell\a", "nul\0"])
def test_it_refuses_text_that_hides_something(ana, northern_practice, told, now, note):
    with pytest.raises(ValidationError):
        services.log_visit(northern_practice, by=ana, at=now, record=told(note=note))
    assert not Visit.ever.exists()


def test_the_open_stop_of_that_day_is_done(ana, northern_practice, told, now, today):
    stop = factories.PlannedVisitFactory(liaison=ana, practice=northern_practice)
    tomorrow = factories.PlannedVisitFactory(
        liaison=ana, practice=northern_practice, planned_on=today + timedelta(days=1)
    )
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told())
    stop.refresh_from_db()
    tomorrow.refresh_from_db()
    assert stop.visit == visit
    assert tomorrow.visit is None


def test_a_stop_left_from_yesterday_is_done_when_it_is_named(
    ana, northern_practice, told, now, today
):
    left = factories.PlannedVisitFactory(
        liaison=ana, practice=northern_practice, planned_on=today - timedelta(days=1)
    )
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told(), plan=left)
    left.refresh_from_db()
    assert left.visit == visit


def test_a_colleagues_stop_stays_his(ana, ben, northern_practice, told, now):
    hers = factories.PlannedVisitFactory(liaison=ana, practice=northern_practice)
    services.log_visit(northern_practice, by=ben, at=now, record=told(), plan=hers)
    hers.refresh_from_db()
    assert hers.visit is None


def test_a_stop_that_was_dropped_meanwhile_does_not_stop_the_visit(
    ana, northern_practice, told, now
):
    dropped = factories.PlannedVisitFactory(liaison=ana, practice=northern_practice, dropped_at=now)
    visit = services.log_visit(northern_practice, by=ana, at=now, record=told(), plan=dropped)
    dropped.refresh_from_db()
    assert visit.pk
    assert dropped.visit is None


def test_somebody_new_is_entered_with_the_visit_and_once(ana, northern_practice, told, now):
    record = told(newcomer="Pat Lee")
    visit = services.log_visit(northern_practice, by=ana, at=now, record=record)
    services.log_visit(northern_practice, by=ana, at=now, record=record)
    pat = northern_practice.staff.get()
    assert pat.name == "Pat Lee"
    assert visit.attendees.filter(staff_member=pat).count() == 1


def test_somebody_known_is_not_entered_again(ana, northern_practice, kim, told, now):
    record = told(newcomer=" kim SOTO ")
    visit = services.log_visit(northern_practice, by=ana, at=now, record=record)
    assert northern_practice.staff.get() == kim
    assert visit.attendees.filter(staff_member=kim).exists()


def test_a_refused_visit_enters_nobody(ana, northern_practice, told, now):
    record = told(newcomer="Pat Lee", outcome=Visit.Outcome.NO_ACCESS, physicians=())
    with pytest.raises(errors.NobodyWasMet):
        services.log_visit(northern_practice, by=ana, at=now, record=record)
    assert not northern_practice.staff.exists()
