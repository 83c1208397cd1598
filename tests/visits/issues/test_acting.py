"""An issue is seen to, resolved, told to the office; it closes by that alone, and may come back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests import factories
from visits import errors as visit_errors
from visits.issues import errors, services
from visits.issues.models import Issue, IssueStep

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def resolved(issue, by, at):
    services.resolve_issue(issue, by=by, at=at, answer="Two more readers; reports take a day.")
    return issue


def closed(issue, by, at, telling):
    services.tell_office(resolved(issue, by, at), by=by, at=at, telling=telling)
    issue.refresh_from_db()
    return issue


def kinds(issue):
    return [step.kind for step in issue.steps.in_order()]


def test_it_goes_from_raised_to_told(issue, ana, ben, dana, now, telling, kim):
    services.acknowledge_issue(issue, by=ben, at=now + HOUR)
    issue.refresh_from_db()
    assert (issue.state, issue.acknowledged_by) == ("acknowledged", ben)
    assert issue.due_at == issue.resolve_by
    services.resolve_issue(issue, by=dana, at=now + 2 * HOUR, answer=" Two more readers. ")
    issue.refresh_from_db()
    assert (issue.state, issue.answer, issue.resolver) == ("resolved", "Two more readers.", dana)
    assert issue.due_at is None
    assert issue.is_open
    services.tell_office(issue, by=ana, at=now + DAY, telling=telling)
    issue.refresh_from_db()
    assert (issue.state, issue.told_by, issue.told_to) == ("closed", ana, kim)
    assert (issue.told_at, issue.told_how) == (now + DAY, "phone")
    assert not issue.is_open
    steps = [(step.kind, step.who) for step in issue.steps.in_order()]
    assert steps == [
        ("raised", "Ana North"),
        ("acknowledged", "Ben Cover"),
        ("resolved", "Dana Manager"),
        ("told", "Ana North"),
    ]
    assert issue.steps.get(kind="told").words == "Kim Soto, by phone"


def test_an_issue_without_an_answer_cannot_be_told(issue, ana, now, telling):
    with pytest.raises(errors.IssueMoved, match="Nobody has resolved this yet"):
        services.tell_office(issue, by=ana, at=now, telling=telling)
    with pytest.raises(errors.NoAnswer):
        services.resolve_issue(issue, by=ana, at=now, answer=" \n ")
    services.acknowledge_issue(issue, by=ana, at=now)
    with pytest.raises(errors.IssueMoved, match="Ana North sees to it"):
        services.tell_office(issue, by=ana, at=now, telling=telling)


def test_who_was_told_worked_there(issue, ana, now, southern_practice):
    stranger = factories.StaffMemberFactory(practice=southern_practice)
    telling = services.Telling(how="phone", to_staff=stranger)
    with pytest.raises(visit_errors.NotAtThisPractice):
        services.tell_office(resolved(issue, ana, now), by=ana, at=now, telling=telling)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "closed", "due_at": None},
        {"state": "resolved", "due_at": None},
        {"told_at": timezone.now()},
        {"owner": None},
        {"due_at": None},
    ],
)
def test_the_database_holds_it_whoever_writes(issue, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.filter(pk=issue.pk).update(**columns)


def test_a_resolved_issue_closes_by_no_column_alone(issue, ana, now):
    resolved(issue, ana, now)
    for columns in (
        {"state": "closed"},
        {"state": "closed", "told_at": now},
        {"state": "closed", "told_at": now, "told_by": ana},
        {"state": "closed", "told_by": ana, "told_how": "phone"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Issue.objects.filter(pk=issue.pk).update(**columns)


def test_its_steps_are_never_rewritten(issue):
    for change in ("UPDATE visits_issuestep SET words = 'x'", "DELETE FROM visits_issuestep"):
        with (
            pytest.raises(Exception, match="append_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)
    assert kinds(issue) == ["raised"]


def test_it_is_opened_again_while_it_is_not_fixed(issue, ana, ben, now, telling):
    services.reopen_issue(resolved(issue, ana, now), by=ben, at=now + DAY, why="Still six days")
    issue.refresh_from_db()
    assert (issue.state, issue.answer, issue.resolved_at) == ("raised", "", None)
    assert issue.clock_from == now + DAY
    closed(issue, ana, now + 2 * DAY, telling)
    services.reopen_issue(issue, by=ana, at=now + 20 * DAY, why="It is slow again")
    issue.refresh_from_db()
    assert (issue.state, issue.told_at, issue.acknowledged_at) == ("raised", None, None)
    assert kinds(issue)[-3:] == ["resolved", "told", "reopened"]


def test_after_ninety_days_it_is_a_new_one(issue, ana, now, telling):
    closed(issue, ana, now, telling)
    with pytest.raises(errors.TooLongClosed):
        services.reopen_issue(issue, by=ana, at=now + 90 * DAY, why="Slow again")
    with pytest.raises(errors.NoReason):
        services.reopen_issue(issue, by=ana, at=now + DAY, why="  ")
    services.reopen_issue(issue, by=ana, at=now + 90 * DAY - HOUR, why="Slow again")


def test_an_open_issue_is_not_opened(issue, ana, now):
    with pytest.raises(errors.IssueMoved):
        services.reopen_issue(issue, by=ana, at=now, why="Hm")


def test_telling_is_taken_back_for_a_week_by_who_said_so(issue, ana, ben, dana, now, telling):
    closed(issue, ana, now, telling)
    with pytest.raises(PermissionDenied):
        services.take_back_telling(issue, by=ben, at=now)
    services.take_back_telling(issue, by=ana, at=now + HOUR)
    issue.refresh_from_db()
    assert (issue.state, issue.told_by, issue.answer != "") == ("resolved", None, True)
    services.tell_office(issue, by=ana, at=now, telling=telling)
    with pytest.raises(errors.TooLateToTakeBack):
        services.take_back_telling(issue, by=dana, at=now + 7 * DAY)
    services.take_back_telling(issue, by=dana, at=now + DAY)
    with pytest.raises(errors.IssueMoved):
        services.take_back_telling(issue, by=dana, at=now + DAY)


def test_its_author_withdraws_it_and_brings_it_back(issue, ana, ben, now, telling):
    services.acknowledge_issue(issue, by=ben, at=now)
    with pytest.raises(PermissionDenied):
        services.withdraw_issue(issue, by=ben, at=now)
    services.withdraw_issue(issue, by=ana, at=now)
    issue.refresh_from_db()
    assert (issue.state, issue.due_at) == ("withdrawn", None)
    assert not Issue.objects.standing().exists()
    for act in (
        lambda: services.acknowledge_issue(issue, by=ana, at=now),
        lambda: services.resolve_issue(issue, by=ana, at=now, answer="Done"),
        lambda: services.tell_office(issue, by=ana, at=now, telling=telling),
        lambda: services.reopen_issue(issue, by=ana, at=now, why="Hm"),
        lambda: services.remark_on_issue(issue, by=ana, at=now, words="Hm"),
        lambda: services.withdraw_issue(issue, by=ana, at=now),
    ):
        with pytest.raises(errors.IssueMoved, match="withdra"):
            act()
    services.restore_issue(issue, by=ana, at=now)
    issue.refresh_from_db()
    assert (issue.state, issue.due_at, issue.acknowledged_by) == (
        "acknowledged",
        issue.resolve_by,
        ben,
    )
    with pytest.raises(errors.IssueMoved):
        services.restore_issue(issue, by=ana, at=now)


def test_a_resolved_issue_is_not_withdrawn(issue, ana, now):
    with pytest.raises(errors.IssueMoved):
        services.withdraw_issue(resolved(issue, ana, now), by=ana, at=now)


def test_it_is_handed_on_and_the_time_to_resolve_runs_on(issue, ana, ben, dana, cleo, now, rosa):
    services.acknowledge_issue(issue, by=ana, at=now)
    resolve_by = issue.resolve_by
    services.hand_on_issue(issue, by=dana, at=now + DAY, to=cleo)
    issue.refresh_from_db()
    assert (issue.owner, issue.state, issue.acknowledged_by) == (cleo, "raised", None)
    assert issue.resolve_by == resolve_by
    assert issue.due_at == issue.acknowledge_by > now + DAY
    services.hand_on_issue(issue, by=cleo, at=now + DAY, to=rosa)
    issue.refresh_from_db()
    assert (issue.owner, issue.outsider) == (None, rosa)
    with pytest.raises(PermissionDenied):
        services.hand_on_issue(issue, by=cleo, at=now, to=ben)
    with pytest.raises(PermissionDenied):
        services.hand_on_issue(issue, by=ben, at=now, to=ben)
    with pytest.raises(errors.CannotSeeToIt, match="Rosa Diaz has this issue"):
        services.hand_on_issue(issue, by=dana, at=now, to=rosa)
    ben.is_active = False
    ben.save()
    with pytest.raises(errors.CannotSeeToIt, match="cannot sign in"):
        services.hand_on_issue(issue, by=dana, at=now, to=ben)


def test_whoever_has_it_sees_it_though_he_works_elsewhere(issue, cleo, dana, now):
    assert not Issue.objects.visible_to(cleo).exists()
    services.hand_on_issue(issue, by=dana, at=now, to=cleo)
    assert Issue.objects.visible_to(cleo).get() == issue
    assert IssueStep.objects.visible_to(cleo).count() == 2
    resolved(issue, cleo, now)


def test_nobody_sees_what_he_has_once_he_cannot_sign_in(issue, cleo, dana, now):
    services.hand_on_issue(issue, by=dana, at=now, to=cleo)
    cleo.is_active = False
    assert not Issue.objects.visible_to(cleo).exists()


def test_strangers_change_nothing(issue, cleo, now, telling):
    before = Issue.objects.values().get()
    for act in (
        lambda: services.acknowledge_issue(issue, by=cleo, at=now),
        lambda: services.remark_on_issue(issue, by=cleo, at=now, words="Hm"),
        lambda: services.resolve_issue(issue, by=cleo, at=now, answer="Done"),
        lambda: services.tell_office(issue, by=cleo, at=now, telling=telling),
        lambda: services.take_back_telling(issue, by=cleo, at=now),
        lambda: services.reopen_issue(issue, by=cleo, at=now, why="Hm"),
        lambda: services.hand_on_issue(issue, by=cleo, at=now, to=cleo),
        lambda: services.withdraw_issue(issue, by=cleo, at=now),
        lambda: services.restore_issue(issue, by=cleo, at=now),
        lambda: services.renew_link(issue, by=cleo, at=now),
        lambda: services.revoke_link(issue, by=cleo, at=now),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert Issue.objects.values().get() == before
    assert kinds(issue) == ["raised"]
