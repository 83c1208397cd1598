"""The pages of issues: each shows what one may see, and its forms do what they say."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories
from visits.issues import services
from visits.issues.models import Issue, IssueRule, Outsider

DAY = timedelta(days=1)


def browser(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def raise_now(ana, northern_practice, complain):
    """Raises an issue in real time: pages read the clock."""

    def build(practice=None, by=None, days_ago=0, **said):
        return services.raise_issue(
            practice or northern_practice,
            by=by or ana,
            at=timezone.now() - days_ago * DAY,
            complaint=complain(**said),
        )

    return build


def shown(answer):
    return re.findall(r"<b>(Issue \w+)</b>", answer.content.decode())


def test_the_list_holds_what_waits_the_soonest_first(ana, cleo, dana, southern_practice, raise_now):
    raise_now(said="Issue one")
    raise_now(said="Issue two", days_ago=9)
    raise_now(southern_practice, by=cleo, said="Issue south")
    assert shown(browser(ana).get("/issues/")) == ["Issue two", "Issue one"]
    assert shown(browser(cleo).get("/issues/")) == ["Issue south"]
    assert set(shown(browser(dana).get("/issues/"))) == {"Issue one", "Issue two", "Issue south"}
    assert shown(browser(ana).get("/issues/?state=overdue")) == ["Issue two"]


def test_each_state_has_its_list_and_its_number(ana, raise_now):
    fixed, told, gone = (raise_now(said=f"Issue {name}") for name in ("fixed", "told", "gone"))
    raise_now(said="Issue open")
    now = timezone.now()
    for issue in (fixed, told):
        services.resolve_issue(issue, by=ana, at=now, answer="Mended")
    services.tell_office(told, by=ana, at=now, telling=services.Telling(how="phone"))
    services.withdraw_issue(gone, by=ana, at=now)
    client = browser(ana)
    lists = {
        state: shown(client.get(f"/issues/?state={state}"))
        for state in ("open", "untold", "closed", "all")
    }
    assert lists == {
        "open": ["Issue open"],
        "untold": ["Issue fixed"],
        "closed": ["Issue told"],
        "all": ["Issue open", "Issue told", "Issue fixed"],
    }
    page = client.get("/issues/").content.decode()
    assert "Open 1" in page
    assert "Not told 1" in page
    assert "1 issue</a> is fixed and the office does not know" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("category=billing", ["Issue bill"]),
        ("service_line={line}", ["Issue line"]),
        ("no_line=1", ["Issue bill", "Issue theirs"]),
        ("outsider={rosa}", ["Issue theirs"]),
        ("owner={ana}", ["Issue bill", "Issue line"]),
        ("practice={practice}", ["Issue bill", "Issue line", "Issue theirs"]),
        ("mine=1", ["Issue bill", "Issue line", "Issue theirs"]),
    ],
)
def test_it_is_narrowed(ana, northern_practice, radiology, rosa, rule_to, raise_now, asked, found):
    rule_to(rosa, category="access")
    raise_now(said="Issue bill", category="billing")
    raise_now(said="Issue line", service_line=radiology)
    raise_now(said="Issue theirs", category="access")
    query = asked.format(line=radiology.pk, rosa=rosa.pk, ana=ana.pk, practice=northern_practice.pk)
    assert sorted(shown(browser(ana).get(f"/issues/?{query}"))) == found


def test_a_filter_nobody_knows_is_refused(ana):
    for query in ("colour=red", "state=lost", "category=weather", "owner=x", "practice=999999"):
        assert browser(ana).get(f"/issues/?{query}").status_code == 400, query


def test_managers_see_who_is_late(ana, dana, rosa, rule_to, raise_now):
    rule_to(rosa, category="billing")
    raise_now(category="billing", days_ago=9)
    raise_now(category="billing", days_ago=8)
    raise_now(days_ago=9)
    page = browser(dana).get("/issues/")
    late = [(one.name, one.late, one.is_outsider) for one in page.context["late"]]
    assert late == [("Rosa Diaz", 2, True), ("Ana North", 1, False)]
    assert browser(ana).get("/issues/").context["late"] == ()


def test_a_liaison_takes_an_issue_to_its_end(ana, kim, raise_now):
    issue, client = raise_now(by_staff=kim), browser(ana)
    page = f"/issues/{issue.pk}/"
    for act, said in (
        ("acknowledge", {}),
        ("remark", {"words": "Called them"}),
        ("resolve", {"answer": "Two more readers"}),
        ("tell", {"how": "phone", "to": f"s{kim.pk}"}),
    ):
        answer = client.post(f"{page}{act}/", said)
        assert (answer.status_code, answer["Location"]) == (302, page), act
    text = client.get(page).content.decode()
    for words in ("Ana North told Kim Soto", "Called them", "Two more readers", "Acknowledged"):
        assert words in text
    issue.refresh_from_db()
    assert (issue.state, issue.told_to) == ("closed", kim)
    client.post(f"{page}untell/")
    issue.refresh_from_db()
    assert issue.state == "resolved"
    client.post(f"{page}reopen/", {"why": "Six days again"})
    client.post(f"{page}withdraw/")
    assert "Restore" in client.get(page).content.decode()
    client.post(f"{page}restore/")
    issue.refresh_from_db()
    assert issue.state == "raised"


def test_who_raised_it_there_stands_first_among_those_to_tell(ana, kim, raise_now):
    issue = raise_now(by_staff=kim)
    services.resolve_issue(issue, by=ana, at=timezone.now(), answer="Mended")
    page = browser(ana).get(f"/issues/{issue.pk}/")
    assert page.context["tell"]["to"].value() == f"s{kim.pk}"


@pytest.mark.parametrize(
    ("act", "said", "words"),
    [
        ("resolve", {"answer": ""}, "This field is required."),
        ("tell", {"how": "pigeon"}, "Select a valid choice"),
        ("tell", {"how": "phone"}, "Nobody has resolved this yet."),
        ("hand-on", {"to": "u0"}, "Select a valid choice"),
        ("remark", {"words": ""}, "This field is required."),
    ],
)
def test_what_is_refused_says_why_on_the_page(ana, raise_now, act, said, words):
    issue = raise_now()
    answer = browser(ana).post(f"/issues/{issue.pk}/{act}/", said)
    assert answer.status_code == 200
    if act != "tell" or said["how"] == "phone":
        assert words in answer.content.decode()
    issue.refresh_from_db()
    assert issue.state == "raised"


def test_the_second_to_tap_hears_who_was_first(ana, ben, raise_now):
    issue = raise_now()
    services.acknowledge_issue(issue, by=ben, at=timezone.now())
    answer = browser(ana).post(f"/issues/{issue.pk}/acknowledge/", follow=True)
    assert "Ben Cover sees to it" in answer.content.decode()


def test_it_is_handed_on_to_a_colleague_or_by_a_link(dana, ben, rosa, raise_now):
    issue, client = raise_now(), browser(dana)
    client.post(f"/issues/{issue.pk}/hand-on/", {"to": f"o{rosa.pk}"})
    issue.refresh_from_db()
    assert issue.outsider == rosa
    page = client.get(f"/issues/{issue.pk}/").content.decode()
    assert "Goes out within a minute to rosa@hospital.example.org" in page
    assert services.address_of(issue.links.get()) in page
    client.post(f"/issues/{issue.pk}/link/revoke/")
    assert "No link works" in client.get(f"/issues/{issue.pk}/").content.decode()
    client.post(f"/issues/{issue.pk}/link/renew/")
    assert issue.links.standing().count() == 1
    client.post(f"/issues/{issue.pk}/hand-on/", {"to": f"u{ben.pk}"})
    issue.refresh_from_db()
    assert issue.owner == ben


def test_only_managers_are_shown_the_link_itself(ana, rosa, rule_to, raise_now):
    rule_to(rosa)
    issue = raise_now()
    page = browser(ana).get(f"/issues/{issue.pk}/").content.decode()
    assert "/answer/" not in page


def test_he_who_handed_it_on_is_not_led_to_a_page_he_may_not_see(cleo, dana, ana, raise_now):
    issue = raise_now()
    services.hand_on_issue(issue, by=dana, at=timezone.now(), to=cleo)
    page = browser(cleo).get(f"/issues/{issue.pk}/").content.decode()
    assert f"/practices/{issue.practice_id}/" not in page
    answer = browser(cleo).post(f"/issues/{issue.pk}/hand-on/", {"to": f"u{ana.pk}"})
    assert answer["Location"] == "/issues/"


def test_it_is_raised_from_the_page_of_a_practice(ana, northern_practice, kim):
    client = browser(ana)
    page = client.get(f"/issues/new/?practice={northern_practice.pk}")
    said = {
        "practice": northern_practice.pk,
        "client_key": page.context["form"]["client_key"].value(),
        "category": "scheduling",
        "said": "Nobody calls back",
        "by": f"s{kim.pk}",
    }
    for _ in range(2):
        answer = client.post("/issues/new/", said)
        assert answer["Location"] == f"/practices/{northern_practice.pk}/"
    issue = Issue.objects.get()
    assert (issue.said_by, issue.owner) == (kim, ana)
    assert "Nobody calls back" in client.get(answer["Location"]).content.decode()
    refused = client.post("/issues/new/", {**said, "category": ""})
    assert "Choose what it is about." in refused.content.decode()
    assert 'data-outbox="issue"' in refused.content.decode()


def test_it_may_come_from_a_visit(ana, northern_practice):
    visit = factories.VisitFactory(practice=northern_practice, liaison=ana)
    page = browser(ana).get(f"/issues/new/?practice={northern_practice.pk}&visit={visit.pk}")
    assert f'name="visit" value="{visit.pk}"' in page.content.decode()


def test_managers_set_the_rules(dana, ana, rosa, ben):
    client = browser(dana)
    said = {
        "category": "billing",
        "to": f"o{rosa.pk}",
        "acknowledge_within_hours": 9,
        "resolve_within_hours": 45,
    }
    client.post("/issues/rules/new/", said)
    rule = IssueRule.objects.get()
    assert (rule.answers, rule.resolve_within_hours) == (rosa, 45)
    again = client.post("/issues/rules/new/", said)
    assert "There is a rule for this category" in again.content.decode()
    client.post(f"/issues/rules/{rule.pk}/", {**said, "to": f"u{ben.pk}"})
    rule.refresh_from_db()
    assert rule.owner == ben
    for person, sees in ((dana, True), (ana, False)):
        page = browser(person).get("/issues/rules/").content.decode()
        assert "Ben Cover" in page
        assert ("Change" in page) is sees
    client.post(f"/issues/rules/{rule.pk}/drop/")
    assert "Restore" in client.get("/issues/rules/").content.decode()
    client.post(f"/issues/rules/{rule.pk}/restore/")
    assert IssueRule.objects.standing().get() == rule


def test_managers_name_people_outside(dana):
    client = browser(dana)
    client.post("/issues/outsiders/new/", {"name": "Rosa Diaz", "email": "Rosa@Example.org"})
    rosa = Outsider.objects.get()
    assert rosa.email == "rosa@example.org"
    client.post(f"/issues/outsiders/{rosa.pk}/", {"name": "Rosa D.", "email": rosa.email})
    client.post(f"/issues/outsiders/{rosa.pk}/drop/")
    rosa.refresh_from_db()
    assert (rosa.name, rosa.dropped_at is None) == ("Rosa D.", False)
    client.post(f"/issues/outsiders/{rosa.pk}/restore/")
    rosa.refresh_from_db()
    assert rosa.dropped_at is None


@pytest.mark.parametrize(
    "path", ["/issues/", "/issues/?state=all", "/issues/rules/", "/practices/"]
)
def test_a_list_costs_the_same_with_more_rows(
    ana, northern_practice, rosa, rule_to, raise_now, path
):
    path = f"/practices/{northern_practice.pk}/" if path == "/practices/" else path

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    client = browser(ana)
    for number in range(5):
        line = factories.ServiceLineFactory(code=f"l{number}", name=f"L{number}")
        rule_to(rosa if number % 2 else ana, service_line=line)
        raise_now(service_line=line, said=f"Issue n{number}")
        if number == 0:
            client.get(path)
            few = queries()
    assert queries() == few <= 14


def test_an_issue_costs_the_same_with_a_longer_story(ana, raise_now):
    issue, client = raise_now(), browser(ana)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/issues/{issue.pk}/").status_code == 200
        return len(captured)

    client.get(f"/issues/{issue.pk}/")
    few = queries()
    for words in ("One", "Two", "Three"):
        services.remark_on_issue(issue, by=ana, at=timezone.now(), words=words)
    assert queries() == few <= 14
