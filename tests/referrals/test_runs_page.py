"""How fresh the numbers are: every count, how complete the months are, what changed later."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from liaison_crm.core.periods import Month, site_today
from liaison_crm.core.wording import lasting
from referrals.models import ArrivalCurve, Restatement, RollupRun
from tests import factories

Kind, State = RollupRun.Kind, RollupRun.State


def run_of(days_ago, **facts):
    at = timezone.now() - timedelta(days=days_ago)
    return RollupRun.objects.create(
        **{
            "kind": Kind.NIGHTLY,
            "period": site_today() - timedelta(days=days_ago),
            "state": State.DONE,
            "as_of": at,
            "started_at": at,
            "finished_at": at + timedelta(seconds=75),
            "marks_claimed": 4321,
            **facts,
        }
    )


def shown(client, viewer):
    client.force_login(viewer)
    response = client.get(reverse("runs"))
    assert response.status_code == 200
    return response.content.decode()


def test_every_count_is_listed_with_what_it_did(client, dana):
    run_of(0)
    run_of(1, state=State.FAILED, finished_at=None, error="The disk is full.")
    page = shown(client, dana)
    for words in ("Counted up to", "4,321", "1 min", "Done", "Failed", "The disk is full."):
        assert words in page


def test_a_missing_count_is_said_loudly(client, dana):
    assert "Nothing has been counted yet" in shown(client, dana)
    run_of(3)
    assert "has not finished" in shown(client, dana)


def test_months_say_how_much_should_have_arrived(client, dana):
    run_of(0)
    ArrivalCurve.objects.create(
        source=factories.SourceFactory(),
        measured_on=site_today(),
        referrals=100,
        shares=[0.5] * 20 + [1.0],
    )
    page = shown(client, dana)
    assert "should have arrived" in page
    assert "Final" in page


def test_a_closed_month_that_changed_is_told_with_both_numbers(client, dana, northern_practice):
    Restatement.objects.create(
        run=run_of(0),
        month=(Month.of(site_today()) - 4).start,
        practice=northern_practice,
        was=31,
        now=29,
    )
    page = shown(client, dana)
    assert "Northern Family Medicine" in page
    assert "31" in page
    assert "29" in page


def test_a_liaison_is_not_shown_the_ledger(client, ana):
    client.force_login(ana)
    assert client.get(reverse("runs")).status_code == 403


def test_more_runs_cost_no_more_queries(client, dana, django_assert_max_num_queries):
    client.force_login(dana)
    client.get(reverse("runs"))

    def queries():
        with django_assert_max_num_queries(12) as counted:
            client.get(reverse("runs"))
        return len(counted.captured_queries)

    run_of(0)
    one = queries()
    for days_ago in range(1, 40):
        run_of(days_ago)
    assert queries() == one


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.42, "0.4 s"), (12, "12 s"), (180, "3 min"), (7300, "2 h")]
)
def test_a_span_is_told_in_one_unit(seconds, words):
    assert lasting(timedelta(seconds=seconds)) == words
