"""Issues over HTTP: raised once, moved by the services of the pages, told before they close."""

import pytest

from tests import factories
from visits.issues import services
from visits.issues.models import Issue


@pytest.fixture
def kim(northern_practice):
    return factories.StaffMemberFactory(practice=northern_practice, name="Kim Soto")


@pytest.fixture
def said(northern_practice, kim):
    return {
        "practice": northern_practice.pk,
        "category": "report_speed",
        "said": "Reports take six days",
        "by_staff": kim.pk,
        "client_key": "6f2a6a4e-9b7e-4b7c-9a56-0e3d3a5c1b13",
    }


@pytest.fixture
def asked_by(api):
    """`asked_by(ana)("post", "issues/", {...})`, as the person."""

    def build(person):
        client = api(person)

        def ask(method, path, body=None):
            return getattr(client, method)(path, body, format="json")

        return ask

    return build


def test_it_is_taken_to_its_end(asked_by, ana, kim, said):
    ask = asked_by(ana)
    made = ask("post", "issues/", said)
    assert made.status_code == 201
    path = f"issues/{made.json()['id']}/"
    assert ask("post", f"{path}tell/", {"how": "phone"}).json()["code"] == "issue_moved"
    for act, body, state in (
        ("acknowledge", {}, "acknowledged"),
        ("remark", {"words": "Called them"}, "acknowledged"),
        ("resolve", {"answer": "Two more readers"}, "resolved"),
        ("tell", {"how": "phone", "to_staff": kim.pk}, "closed"),
        ("untell", {}, "resolved"),
        ("tell", {"how": "phone"}, "closed"),
        ("reopen", {"why": "Six days again"}, "raised"),
        ("withdraw", {}, "withdrawn"),
        ("restore", {}, "raised"),
    ):
        answer = ask("post", f"{path}{act}/", body)
        assert (answer.status_code, answer.json().get("state")) == (200, state), act
    steps = [step["kind"] for step in ask("get", path).json()["steps"]]
    assert steps[:5] == ["raised", "acknowledged", "remarked", "resolved", "told"]


def test_it_is_stored_once_however_often_it_is_sent(asked_by, ana, said):
    ask = asked_by(ana)
    first, second = (ask("post", "issues/", said).json()["id"] for _ in range(2))
    assert first == second
    other = ask("post", "issues/", {**said, "said": "Reports take a week"})
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert Issue.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("?state=open", 2),
        ("?state=unresolved", 1),
        ("?state=resolved", 1),
        ("?state=withdrawn", 1),
        ("?category=billing", 1),
        ("?state=overdue", 1),
    ],
)
def test_it_is_listed_and_narrowed(asked_by, ana, northern_practice, now, query, count):
    rows = [
        services.raise_issue(
            northern_practice,
            by=ana,
            at=now,
            complaint=services.Complaint(category=category, said="It is slow"),
        )
        for category in ("billing", "access", "other")
    ]
    services.resolve_issue(rows[1], by=ana, at=now, answer="Mended")
    services.withdraw_issue(rows[2], by=ana, at=now)
    assert len(asked_by(ana)("get", f"issues/{query}").json()["results"]) == count


def test_it_is_handed_on_to_one_person(asked_by, dana, ana, ben, said):
    rosa = factories.OutsiderFactory()
    ask = asked_by(dana)
    path = f"issues/{asked_by(ana)('post', 'issues/', said).json()['id']}/hand-on/"
    for wrong in ({"owner": ben.pk, "outsider": rosa.pk}, {"owner": None}):
        assert ask("post", path, wrong).status_code == 400
    assert ask("post", path, {"outsider": rosa.pk}).json()["outsider"] == rosa.pk
    assert ask("post", path, {"owner": ben.pk}).json()["owner"] == ben.pk


def test_rules_are_set_changed_and_dropped(asked_by, dana, ben):
    rosa = factories.OutsiderFactory()
    client = asked_by(dana)
    made = client("post", "issue-rules/", {"category": "billing", "outsider": rosa.pk})
    assert made.json()["acknowledge_within_hours"] == 4
    again = client("post", "issue-rules/", {"category": "billing", "owner": ben.pk})
    assert again.status_code == 400
    assert client("delete", f"issue-rules/{made.json()['id']}/").status_code == 204
    assert client("get", "issue-rules/").json()["results"] == []


def test_the_trend_is_a_list(asked_by, ana, said):
    ask = asked_by(ana)
    ask("post", "issues/", said)
    row = ask("get", "issues/trend/").json()[0]
    assert (row["category"], row["issues"], row["offices"]) == ("report_speed", 1, 1)
    assert len(row["months"]) == 12
