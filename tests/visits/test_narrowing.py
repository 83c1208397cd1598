"""Lists refuse what they do not understand, and narrow by what they do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from visits.models import Visit

LISTS = ("visits", "follow-ups", "referrals")


@pytest.fixture
def phone(client, ana):
    client.force_login(ana)
    return client


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "asked",
    [
        "territroy=5",
        "page=2",
        "practice=abc",
        "practice=%D9%A3",
        "practice=9223372036854775808",
        "practice=-1",
        "practice=1.0",
        "practice=%00",
        "practice=999999",
        "after=0",
        "after=-1",
        "before=1e20",
    ],
)
def test_an_unknown_filter_or_row_is_refused(phone, name, asked):
    """A76, A77"""
    assert phone.get(f"{reverse(name)}?{asked}").status_code == 400


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("visits", "from=2026-03-02&to=2026-03-01"),
        ("visits", "from=2026-02-30"),
        ("visits", "from=02/29/2025"),
        ("visits", "from=2026-W01"),
        ("visits", "to=9999-12-31"),
        ("visits", "outcome=splendid"),
        ("follow-ups", "state=broken"),
        ("referrals", "from=2026-03&to=2026-02"),
        ("referrals", "month=2026-13"),
        ("referrals", "month=202603"),
        ("referrals", "from=1980-01"),
        ("referrals", "network=dark"),
        ("referrals", "status=lost"),
    ],
)
def test_days_and_choices_that_cannot_be_are_refused(phone, name, asked):
    """A20, A78"""
    assert phone.get(f"{reverse(name)}?{asked}").status_code == 400


@pytest.mark.parametrize("name", LISTS)
def test_a_page_that_starts_at_no_row_is_not_there(phone, name):
    assert phone.get(f"{reverse(name)}?after=999999").status_code == 404


def test_a_day_is_the_persons_own_and_both_ends_belong_to_it(phone, ana, northern_practice):
    """Half past eleven at night in New York is the next day in UTC."""
    for moment in (datetime(2026, 3, 3, 4, 30, tzinfo=UTC), datetime(2026, 3, 3, 5, 0, tzinfo=UTC)):
        factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=moment)
    found = phone.get(reverse("visits") + "?from=2026-03-02&to=2026-03-02").context["page"].rows
    assert [visit.held_at.hour for visit in found] == [4]
    both = phone.get(reverse("visits") + "?from=2026-03-02&to=2026-03-03").context["page"].rows
    assert len(both) == 2


def test_visits_narrow_by_everything_at_once(phone, ana, ben, north, northern_practice, doctor):
    wanted = factories.VisitFactory(practice=northern_practice, liaison=ana, outcome="quick_hello")
    factories.AttendeeFactory(visit=wanted, physician=doctor)
    other_place = factories.PracticeFactory(territory=north)
    factories.VisitFactory(practice=other_place, liaison=ana, outcome="quick_hello")
    factories.VisitFactory(practice=northern_practice, liaison=ben, outcome="quick_hello")
    factories.VisitFactory(practice=northern_practice, liaison=ana, outcome="drop_off")
    asked = {
        "practice": northern_practice.pk,
        "physician": doctor.pk,
        "liaison": ana.pk,
        "outcome": "quick_hello",
        "territory": north.pk,
        "from": "2026-03-02",
        "to": "2026-03-02",
    }
    assert phone.get(reverse("visits"), asked).context["page"].rows == [wanted]


def test_a_long_list_is_walked_to_its_end_and_back(phone, ana, northern_practice, now):
    for minutes in range(120):
        factories.VisitFactory(
            practice=northern_practice, liaison=ana, held_at=now - timedelta(minutes=minutes)
        )
    seen, address = [], reverse("visits")
    while address:
        page = phone.get(address).context["page"]
        seen += page.rows
        address = f"{reverse('visits')}?after={page.next}" if page.next else ""
    assert seen == list(Visit.objects.all())
    last = phone.get(f"{reverse('visits')}?before={seen[100].pk}").context["page"]
    assert last.rows == seen[50:100]


def test_follow_ups_are_ones_own_until_one_asks(phone, ana, ben, northern_practice):
    mine = factories.FollowUpFactory(practice=northern_practice, owner=ana)
    his = factories.FollowUpFactory(practice=northern_practice, owner=ben)

    def list_of(**asked):
        return phone.get(reverse("follow-ups"), asked).context["page"].rows

    assert list_of() == [mine]
    assert set(list_of(everyone="1")) == {mine, his}
    assert list_of(owner=ben.pk) == [his]


def test_follow_ups_by_state(phone, ana, northern_practice):
    today = timezone.localdate()
    late = factories.FollowUpFactory(practice=northern_practice, owner=ana)
    kept = factories.FollowUpFactory(
        practice=northern_practice, owner=ana, kept_at=timezone.now(), kept_by=ana
    )
    due = factories.FollowUpFactory(
        practice=northern_practice, owner=ana, due_on=today + timedelta(days=3)
    )

    def list_of(state):
        return phone.get(reverse("follow-ups"), {"state": state}).context["page"].rows

    assert list_of("open") == [late, due]
    assert list_of("overdue") == [late]
    assert list_of("kept") == [kept]


def test_a_manager_sees_who_is_late(client, dana, ana, ben, northern_practice):
    for owner, count in ((ana, 1), (ben, 2)):
        for _ in range(count):
            factories.FollowUpFactory(practice=northern_practice, owner=owner)
    client.force_login(dana)
    owners = client.get(reverse("follow-ups")).context["owners"]
    assert [(one.name, one.overdue) for one in owners] == [("Ben Cover", 2), ("Ana North", 1)]


def test_referrals_narrow_as_the_number_counted_them(phone, northern_practice, doctor, north):
    own = factories.FacilityFactory(code="own", network="own")
    rival = factories.FacilityFactory(code="rival", network="competitor")
    unknown = factories.FacilityFactory(code="else", network="unknown")
    rows = {
        (destination.code, day.month): factories.ReferralFactory(
            practice=northern_practice, physician=doctor, destination=destination, referred_on=day
        )
        for destination in (own, rival, unknown)
        for day in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 1))
    }

    def found(**asked):
        page = phone.get(reverse("referrals"), asked).context["page"]
        return {(row.destination.code, row.referred_on.month) for row in page.rows}

    everything = set(rows)
    assert found() == everything
    assert found(network="in") == {one for one in everything if one[0] == "own"}
    assert found(network="out") == {one for one in everything if one[0] == "rival"}
    assert found(month="2026-02") == {one for one in everything if one[1] == 2}
    assert found(**{"from": "2026-01", "to": "2026-02"}) == {o for o in everything if o[1] < 3}
    assert (
        found(territory=north.pk, physician=doctor.pk, practice=northern_practice.pk) == everything
    )
    assert found(destination=own.pk, month="2026-03") == {("own", 3)}
    assert found(status="completed") == set()
