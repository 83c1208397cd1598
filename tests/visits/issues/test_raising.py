"""An issue is raised once, finds its owner and its clock, and knows whether it came back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories
from visits import errors as visit_errors
from visits.issues import errors, services
from visits.issues.clock import Targets
from visits.issues.models import Issue

DAY = timedelta(days=1)


def closed(issue, by, at):
    services.resolve_issue(issue, by=by, at=at, answer="Mended")
    services.tell_office(issue, by=by, at=at, telling=services.Telling(how="phone"))
    return issue


def test_it_is_stored_once_however_often_it_is_sent(ana, northern_practice, now, complain):
    said = complain()
    first = services.raise_issue(northern_practice, by=ana, at=now, complaint=said)
    later = now + 9 * DAY
    assert services.raise_issue(northern_practice, by=ana, at=later, complaint=said) == first
    other = complain(said="Reports take a week", client_key=said.client_key)
    with pytest.raises(errors.IssueSentDifferently):
        services.raise_issue(northern_practice, by=ana, at=now, complaint=other)
    assert Issue.objects.count() == first.steps.count() == 1


def test_it_is_raised_by_who_works_there(
    ana, cleo, northern_practice, southern_practice, now, complain, doctor
):
    with pytest.raises(PermissionDenied):
        services.raise_issue(northern_practice, by=cleo, at=now, complaint=complain())
    elsewhere = factories.StaffMemberFactory(practice=southern_practice)
    for stranger in ({"by_staff": elsewhere}, {"by_physician": factories.PhysicianFactory()}):
        with pytest.raises(visit_errors.NotAtThisPractice):
            services.raise_issue(northern_practice, by=ana, at=now, complaint=complain(**stranger))
    visit = factories.VisitFactory(practice=southern_practice)
    with pytest.raises(errors.NotTheirVisit):
        services.raise_issue(northern_practice, by=ana, at=now, complaint=complain(), visit=visit)
    raised = services.raise_issue(
        northern_practice, by=ana, at=now, complaint=complain(by_physician=doctor)
    )
    assert raised.said_by == doctor


def test_without_a_rule_it_stays_with_who_raised_it(issue, ana, now):
    assert (issue.owner, issue.outsider) == (ana, None)
    # It is noon on a Monday, and four working hours fit in the day.
    assert issue.acknowledge_by == datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
    assert issue.resolve_by == datetime(2026, 3, 5, 17, 0, tzinfo=UTC)
    assert issue.due_at == issue.acknowledge_by


def test_what_the_office_sends_in_itself_goes_to_who_owns_the_territory(
    ana, ben, erin, northern_practice, unassigned, now, complain
):
    issue = services.take_issue(northern_practice, at=now, complaint=complain())
    assert (issue.owner, issue.raised_by, issue.source) == (ana, None, "office")
    assert issue.steps.get().who == "The office"
    nobodys = factories.PracticeFactory(territory=unassigned)
    lost = services.take_issue(nobodys, at=now, complaint=complain())
    assert lost.owner == erin
    with pytest.raises(PermissionDenied):
        services.withdraw_issue(issue, by=ana, at=now)
    services.withdraw_issue(issue, by=erin, at=now)


def test_it_is_stored_once_when_the_office_sends_it_twice(ana, northern_practice, now, complain):
    said = complain()
    first = services.take_issue(northern_practice, at=now, complaint=said)
    assert services.take_issue(northern_practice, at=now + DAY, complaint=said) == first
    other = complain(category="billing", client_key=said.client_key)
    with pytest.raises(errors.IssueSentDifferently):
        services.take_issue(northern_practice, at=now, complaint=other)


def test_the_most_specific_rule_counts(
    ana, ben, dana, erin, northern_practice, now, complain, rule_to, rosa, radiology
):
    def owner(**said):
        raised = services.raise_issue(northern_practice, by=ana, at=now, complaint=complain(**said))
        return raised.answers

    other = factories.ServiceLineFactory(code="heart", name="Cardiology")
    rule_to(dana)
    assert owner(category="billing") == dana
    rule_to(ben, service_line=radiology)
    assert owner(category="billing", service_line=radiology) == ben
    rule_to(erin, category="billing")
    assert owner(category="billing", service_line=radiology) == erin
    rule_to(rosa, category="billing", service_line=radiology)
    assert owner(category="billing", service_line=radiology) == rosa
    assert owner(category="billing", service_line=other) == erin
    assert owner(category="billing") == erin
    assert owner(category="access", service_line=other) == dana


def test_a_rule_to_somebody_who_left_is_passed_over(
    ana, ben, dana, northern_practice, now, complain, rule_to
):
    rule_to(ben, category="report_speed")
    rule_to(dana)
    ben.is_active = False
    ben.save()
    raised = services.raise_issue(northern_practice, by=ana, at=now, complaint=complain())
    assert raised.owner == dana


def test_the_rule_says_how_many_working_hours(ana, northern_practice, now, complain, rule_to, rosa):
    rule_to(rosa, targets=Targets(acknowledge=9, resolve=45))
    raised = services.raise_issue(northern_practice, by=ana, at=now, complaint=complain())
    assert raised.acknowledge_by == datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
    # Five working days on, over a weekend in which the clocks change.
    assert raised.resolve_by == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)


def test_nobody_is_late_on_a_holiday(ana, northern_practice, complain, rule_to, rosa):
    """Memorial Day is a Monday; on the Friday before, eight hours are left of nine."""
    rule_to(rosa, targets=Targets(acknowledge=9, resolve=9))
    friday = datetime(2026, 5, 22, 13, 0, tzinfo=UTC)
    raised = services.raise_issue(northern_practice, by=ana, at=friday, complaint=complain())
    assert raised.resolve_by == datetime(2026, 5, 26, 13, 0, tzinfo=UTC)


def test_the_same_within_ninety_days_is_linked_to_the_earlier(
    issue, ana, northern_practice, now, complain, radiology
):
    closed(issue, ana, now)

    def again(at, **said):
        raised = services.raise_issue(northern_practice, by=ana, at=at, complaint=complain(**said))
        return raised.came_back_from

    assert again(now + 89 * DAY) == issue
    assert again(now + 90 * DAY) is None
    assert again(now + DAY, category="billing") is None
    assert again(now + DAY, service_line=radiology) is None


def test_an_open_one_did_not_come_back(issue, ana, northern_practice, now, complain):
    twin = services.raise_issue(northern_practice, by=ana, at=now, complaint=complain())
    assert twin.came_back_from is None


@pytest.mark.parametrize(("late", "raised_late"), [(-2, -2), (-29, -29), (-31, 0), (1, 0)], ids=str)
def test_it_keeps_when_it_was_written_down_without_a_signal(
    ana, northern_practice, now, complain, late, raised_late
):
    said = complain(recorded_at=now + late * DAY)
    raised = services.raise_issue(northern_practice, by=ana, at=now, complaint=said)
    assert raised.raised_at == now + raised_late * DAY
    # Nobody can be late with what had not arrived.
    assert raised.clock_from == raised.created_at == now
