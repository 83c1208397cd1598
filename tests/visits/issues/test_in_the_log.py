"""On the screen that logs a visit an issue is raised in two taps, and fixed ones are told."""

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories
from visits.issues import services
from visits.issues.models import Issue
from visits.models import Visit


@pytest.fixture
def phone(ana):
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def log(phone, northern_practice):
    """Sends the screen as it opens, with what was tapped on it."""

    def send(**tapped):
        page = phone.get(f"/visits/new/?practice={northern_practice.pk}")
        form = page.context["form"]
        said = {
            "practice": northern_practice.pk,
            "client_key": form["client_key"].value(),
            "held_at": timezone.localtime().strftime("%Y-%m-%dT00:01"),
            "channel": "in_person",
            "outcome": "good_talk",
            **tapped,
        }
        return phone.post("/visits/new/", said), said

    return send


@pytest.fixture
def fixed(ana, northern_practice, complain):
    issue = services.raise_issue(northern_practice, by=ana, at=timezone.now(), complaint=complain())
    services.resolve_issue(issue, by=ana, at=timezone.now(), answer="Two more readers")
    return issue


def test_two_taps_raise_it(log, kim, ana):
    answer, _ = log(issue_category="scheduling", people=[f"s{kim.pk}"])
    assert answer.status_code == 302
    issue = Issue.objects.get()
    assert (issue.category, issue.said, issue.said_by) == ("scheduling", "Scheduling", kim)
    assert (issue.visit, issue.raised_by) == (Visit.objects.get(), ana)


def test_their_words_and_the_service_go_with_it(log, radiology, kim, doctor):
    log(
        issue_category="report_speed",
        issue_said="Six days for a scan",
        issue_line=radiology.pk,
        people=[f"s{kim.pk}", f"p{doctor.pk}"],
    )
    issue = Issue.objects.get()
    assert (issue.said, issue.service_line) == ("Six days for a scan", radiology)
    assert issue.said_by is None


def test_the_visit_sent_twice_raises_one(log, phone):
    _, said = log(issue_category="billing")
    assert phone.post("/visits/new/", said).status_code == 302
    assert (Visit.objects.count(), Issue.objects.count()) == (1, 1)
    other = phone.post("/visits/new/", {**said, "issue_category": "access"})
    assert "Another visit was sent under this key" in other.content.decode()
    assert Issue.objects.get().category == "billing"


def test_words_without_a_kind_are_not_lost(log):
    answer, _ = log(issue_said="Six days for a scan")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Choose what it is about." in page
    assert "Six days for a scan" in page
    assert not Visit.objects.exists()


def test_a_visit_without_an_issue_raises_none(log):
    assert log(issue_category="")[0].status_code == 302
    assert not Issue.objects.exists()


def test_what_was_fixed_is_told_with_one_tap(log, fixed, kim, ana):
    log(issue_told=[fixed.pk], people=[f"s{kim.pk}"])
    fixed.refresh_from_db()
    assert (fixed.state, fixed.told_by, fixed.told_to) == ("closed", ana, kim)
    assert fixed.told_how == "in_person"


def test_on_the_phone_it_is_told_by_phone(log, fixed):
    log(issue_told=[fixed.pk], channel="phone")
    fixed.refresh_from_db()
    assert (fixed.told_how, fixed.told_to) == ("phone", None)


def test_without_access_nobody_was_told(log, fixed):
    log(issue_told=[fixed.pk], outcome="no_access")
    fixed.refresh_from_db()
    assert fixed.state == "resolved"


def test_what_a_colleague_told_meanwhile_does_not_refuse_the_visit(log, fixed, ben):
    telling = services.Telling(how="phone")
    services.tell_office(fixed, by=ben, at=timezone.now(), telling=telling)
    answer, _ = log(issue_told=[fixed.pk])
    assert answer.status_code == 302
    fixed.refresh_from_db()
    assert fixed.told_by == ben


def test_an_issue_of_elsewhere_cannot_be_told_here(log, cleo, southern_practice, complain):
    other = services.raise_issue(
        southern_practice, by=cleo, at=timezone.now(), complaint=complain()
    )
    services.resolve_issue(other, by=cleo, at=timezone.now(), answer="Mended")
    assert log(issue_told=[other.pk, "x", 999_999])[0].status_code == 302
    other.refresh_from_db()
    assert other.state == "resolved"


def test_the_same_store_told_to_the_service_is_passed_over(fixed, ana, northern_practice):
    """Two screens opened before either was sent: both visits are stored, one of them told it."""
    told = services.ToldThere((fixed,), services.Telling(how="in_person"))
    for _ in range(2):
        visit = factories.VisitFactory(practice=northern_practice, liaison=ana)
        told.store(visit, by=ana, at=timezone.now())
    assert fixed.steps.filter(kind="told").count() == 1
