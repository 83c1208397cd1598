"""Two people act on an issue at the same moment: one of them did it, the other hears who."""

from datetime import timedelta

import pytest

from tests.visits.test_races import all_at_once
from visits.issues import errors, services
from visits.issues.models import Issue

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_issue_sent_eight_times_at_once_is_one_issue(
    ana, northern_practice, complain, now, rule_to, rosa
):
    rule_to(rosa)
    complaint = complain()

    def send():
        return services.raise_issue(northern_practice, by=ana, at=now, complaint=complaint).pk

    answers = all_at_once(*[send] * 8)
    issue = Issue.objects.get()
    assert answers == [issue.pk] * 8
    assert (issue.steps.count(), issue.links.count()) == (1, 1)


def test_two_people_who_resolve_at_once_leave_one_answer(issue, ana, ben, now):
    answers = all_at_once(
        *(
            lambda by=by: services.resolve_issue(issue, by=by, at=now, answer=f"Said {by}")
            for by in (ana, ben)
        )
    )
    assert {type(one) for one in answers} == {errors.IssueMoved, type(None)}
    issue.refresh_from_db()
    assert issue.answer == f"Said {issue.resolved_by}"
    assert issue.steps.filter(kind="resolved").count() == 1


def test_telling_and_opening_again_at_once_leave_one_of_the_two(issue, ana, ben, now, telling):
    services.resolve_issue(issue, by=ana, at=now, answer="Mended")
    later = now + timedelta(hours=1)
    answers = all_at_once(
        lambda: services.tell_office(issue, by=ana, at=later, telling=telling),
        lambda: services.reopen_issue(issue, by=ben, at=later, why="It is not"),
    )
    issue.refresh_from_db()
    told = issue.steps.filter(kind="told").exists()
    if issue.state == "raised":
        # Opened again, either before the office could be told or after it was.
        assert issue.told_at is None
        assert told is (answers == [None, None])
    else:
        assert (issue.state, told) == ("closed", True)
