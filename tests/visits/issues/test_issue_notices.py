"""Whoever gets an issue hears of it; whoever has to tell the office is reminded until he did."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories
from visits.issues import services
from visits.notices.digests import digest_for
from visits.notices.models import Notice

HOUR = timedelta(hours=1)
AT_NORTHERN = "at Northern Family Medicine: Reports take six days"


def told(person):
    return [one.sentence for one in Notice.objects.visible_to(person)]


def to_tell(person, now):
    day = digest_for(person, "daily", on=now.date(), now=now)
    return [issue.said for issue in day.untold]


@pytest.fixture
def fixed(issue, dana, now):
    services.resolve_issue(issue, by=dana, at=now + HOUR, answer="Two more readers")
    return issue


# --- Assigned to you ---


def test_a_rule_gives_it_to_a_colleague_who_hears_of_it(
    ana, ben, northern_practice, now, complain, rule_to
):
    rule_to(ben)
    for _ in range(2):
        services.raise_issue(northern_practice, by=ana, at=now, complaint=complain())
    assert told(ben) == [f"Ana North raised an issue that you see to, {AT_NORTHERN}"] * 2
    assert told(ana) == []


def test_sent_twice_it_is_told_once(ana, ben, northern_practice, now, complain, rule_to):
    rule_to(ben)
    said = complain()
    for _ in range(2):
        services.raise_issue(northern_practice, by=ana, at=now, complaint=said)
    assert len(told(ben)) == 1


def test_what_stays_with_who_raised_it_is_no_news(issue, ana):
    assert told(ana) == []


def test_what_an_office_sent_in_is_told_to_who_gets_it(ana, northern_practice, now, complain):
    services.take_issue(northern_practice, at=now, complaint=complain())
    assert told(ana) == [f"The office raised an issue that you see to, {AT_NORTHERN}"]


def test_handed_on_and_opened_again_are_told_to_who_has_it(issue, ana, ben, dana, now):
    services.hand_on_issue(issue, by=dana, at=now, to=ben)
    services.resolve_issue(issue, by=ben, at=now + HOUR, answer="Two more readers")
    services.reopen_issue(issue, by=ana, at=now + 2 * HOUR, why="Still six days")
    assert told(ben) == [
        f"Ana North opened an issue of yours again, {AT_NORTHERN}",
        "Dana Manager handed you an issue of Northern Family Medicine: Reports take six days",
    ]
    services.hand_on_issue(issue, by=ben, at=now + 3 * HOUR, to=dana)
    services.hand_on_issue(issue, by=dana, at=now + 4 * HOUR, to=ana)
    assert len(told(ben)) == 2
    assert len(told(dana)) == len(told(ana)) == 1


def test_an_outsider_gets_a_letter_and_no_notice(issue, dana, now, rosa):
    services.hand_on_issue(issue, by=dana, at=now, to=rosa)
    assert not Notice.objects.exists()


def test_a_colleague_of_elsewhere_reads_it_while_he_has_the_issue(issue, cleo, dana, now, client):
    services.hand_on_issue(issue, by=dana, at=now, to=cleo)
    (notice,) = Notice.objects.visible_to(cleo)
    client.force_login(cleo)
    assert client.get(notice.path).status_code == 200
    services.hand_on_issue(issue, by=dana, at=now + HOUR, to=dana)
    assert told(cleo) == []
    assert client.get(notice.path).status_code == 404


# --- Fixed, and the office does not know ---


def test_who_raised_it_is_reminded_until_the_office_was_told(fixed, ana, ben, now, telling):
    assert to_tell(ana, now) == ["Reports take six days"]
    assert to_tell(ben, now) == []
    services.tell_office(fixed, by=ben, at=now + 2 * HOUR, telling=telling)
    assert to_tell(ana, now) == []


def test_without_a_raiser_who_works_there_it_is_the_owners(
    ana, ben, cleo, dana, northern_practice, now, complain
):
    """The office itself, a manager, and a cover whose days are over."""
    for issue in (
        services.take_issue(northern_practice, at=now, complaint=complain(said="From the office")),
        services.raise_issue(
            northern_practice, by=dana, at=now, complaint=complain(said="From Dana")
        ),
        services.raise_issue(northern_practice, by=ben, at=now, complaint=complain(said="Ben's")),
    ):
        services.resolve_issue(issue, by=dana, at=now, answer="Mended")
    assert to_tell(ana, now) == ["From the office", "From Dana"]
    assert to_tell(ben, now) == ["Ben's"]
    ben.assignments.update(ends_on=now.date())
    assert to_tell(ana, now) == ["From the office", "From Dana", "Ben's"]
    assert to_tell(ben, now) == to_tell(cleo, now) == []


def test_the_digest_says_what_was_done(fixed, ana, client):
    client.force_login(ana)
    page = client.get("/notices/digest/").content.decode()
    assert "1 fixed issue to tell" in page
    assert "Two more readers" in page


def test_reminders_cost_the_same_for_one_and_for_many(
    fixed, ana, northern_practice, django_assert_num_queries, now
):
    with CaptureQueriesContext(connection) as few:
        assert len(to_tell(ana, now)) == 1
    for _ in range(5):
        more = factories.IssueFactory(practice=northern_practice, raised_by=ana)
        services.resolve_issue(more, by=ana, at=now, answer="Mended")
    with django_assert_num_queries(len(few)):
        assert len(to_tell(ana, now)) == 6
