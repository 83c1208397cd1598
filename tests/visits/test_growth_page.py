"""The page on growth: what it compares, what each viewer learns, and what he can do about it."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog
from liaison_crm.core.periods import Month, site_today
from referrals.models import RollupRun
from tests import factories
from tests.clock import noon_days_ago
from visits.models import PlannedVisit
from visits.reports.cuts import Asked
from visits.reports.periods import last_closed_month


@pytest.fixture
def last():
    """The last closed month on the day the tests run."""
    return last_closed_month(timezone.now())


@pytest.fixture
def world(north, south, ana, cleo, northern_practice, southern_practice, last):
    """The North lost 600 of 1,000 referrals, nearly all of one physician; the South won 1,234."""
    raman = factories.PhysicianFactory(first_name="Priya", last_name="Raman")
    albrecht = factories.PhysicianFactory(first_name="Tom", last_name="Albrecht")
    for physician, practice, now, before in (
        (raman, northern_practice, 400, 1000),
        (albrecht, southern_practice, 3234, 2000),
    ):
        factories.AffiliationFactory(physician=physician, practice=practice)
        for month, referrals in ((last, now), (last.last_year, before)):
            factories.VolumeCellFactory(
                month=month.start,
                practice=practice,
                physician=physician,
                referrals=referrals,
                in_network=referrals // 2,
                out_of_network=referrals // 2,
            )
    visit = factories.VisitFactory(
        practice=northern_practice, liaison=ana, held_at=noon_days_ago(41)
    )
    factories.AttendeeFactory(visit=visit, physician=raman)
    factories.VolumeCellFactory(month=(last - 20).start, referrals=1)  # known from before a year
    RollupRun.objects.create(
        kind=RollupRun.Kind.NIGHTLY,
        period=site_today(),
        state=RollupRun.State.DONE,
        as_of=timezone.now(),
        finished_at=timezone.now(),
    )
    return raman, albrecht


def shown(client, viewer, **asked):
    client.force_login(viewer)
    response = client.get(reverse("growth"), asked)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def test_the_manager_reads_the_change_its_parts_and_who_to_send(client, dana, world):
    page = shown(client, dana, period="month")
    assert "Referrals are up 21.1% on" in page  # 3,634 against 3,000
    assert "South brings most of the gain" in page
    assert "North fell 60%" in page
    assert "one practice explains nearly all of it" in page
    needs = page[page.index("Needs a visit") : page.index("Team")]
    assert "Priya Raman" in needs
    assert "60%" in needs
    assert "41 days ago" in needs
    assert "Ana North" in needs
    assert "Tom Albrecht" not in needs
    team = page[page.index("Coverage goal") : page.index("Refer most")]
    assert team.index("Ana North") < team.index("Cleo South")  # by name: no leaderboard


def test_a_liaison_reads_his_own_territories_and_nothing_of_a_colleagues(client, cleo, ana, world):
    mine = shown(client, ana, period="month")
    assert "Referrals are down 60% on" in mine
    page = shown(client, cleo, period="month")
    assert "Referrals are up 61.7% on" in page
    for word in ("Raman", "Northern Family", "North fell", "41 days", "1,000", "Ana North"):
        assert word not in page


def test_a_territory_a_liaison_does_not_work_cannot_be_chosen(client, cleo, world, north):
    client.force_login(cleo)
    for territory in (north.pk, 10**9):
        answer = client.get(reverse("growth"), {"territory": territory})
        assert answer.status_code == 400
        assert "territory" in answer.content.decode()


@pytest.mark.parametrize(
    "asked",
    [{"period": "decade"}, {"service_line": "x"}, {"teritory": "1"}, {"territory": "٣"}],
)
def test_what_cannot_be_asked_is_refused(client, dana, asked):
    client.force_login(dana)
    for name in ("growth", "growth-export"):
        assert client.get(reverse(name), asked).status_code == 400


def test_it_can_be_cut_to_a_territory_and_a_service(client, dana, world, north, south, last):
    imaging = factories.ServiceLineFactory(code="imaging", name="Imaging")
    factories.VolumeCellFactory(
        month=last.start, practice__territory=south, service_line=imaging, referrals=77
    )
    north_page = shown(client, dana, period="month", territory=north.pk)
    assert "Referrals are down 60% on" in north_page
    assert "Albrecht" not in north_page
    imaging_page = shown(client, dana, period="month", service_line=imaging.pk)
    assert "77 referrals in" in imaging_page
    none = shown(client, dana, territory=north.pk, service_line=imaging.pk)
    assert "No referrals in this part" in none


def test_an_empty_market_says_when_numbers_will_come(client, dana, erin, ana):
    assert "the night after the first file" in shown(client, dana)
    assert "Import referrals" not in shown(client, ana)
    assert "Import referrals" in shown(client, erin)


def test_the_plan_of_a_visit_starts_here_and_shows_here(
    client, dana, ana, world, northern_practice
):
    raman, _ = world
    page = shown(client, dana, period="month")
    link = page[page.index('data-key="v" href="') + 19 :].split('"')[0].replace("&amp;", "&")
    form = client.get(link)
    assert form.status_code == 200
    text = form.content.decode()
    assert "400 referrals instead of 1000" in text
    answer = client.post(
        reverse("plan-visit"),
        {
            "practice": northern_practice.pk,
            "physician": raman.pk,
            "liaison": ana.pk,
            "planned_on": site_today().isoformat(),
            "next": "/growth/?period=month",
        },
    )
    assert answer.url == "/growth/?period=month"
    plan = PlannedVisit.objects.get()
    assert (plan.liaison, plan.physician) == (ana, raman)
    again = shown(client, dana, period="month")
    assert "Planned" in again
    assert 'data-key="v"' not in again


def test_a_practice_without_an_owner_is_assigned_from_here(client, dana, world, unassigned, ana):
    raman, _ = world
    place = raman.affiliations.get().practice
    ana.assignments.all().delete()
    page = shown(client, dana, period="month")
    assert f"{reverse('assign', args=[place.territory_id])}?next=" in page
    place.territory = unassigned
    place.save()
    page = shown(client, dana, period="month")
    assert reverse("place-practice", args=[place.pk]) in page


@pytest.mark.parametrize("who", ["ana", "dana"])
def test_a_large_market_costs_no_more_queries(
    client, request, who, world, north, last, django_assert_max_num_queries
):
    client.force_login(request.getfixturevalue(who))
    asked = reverse("growth")
    client.get(asked)

    def queries():
        cache.clear()
        client.get(reverse("more"))  # the navigation's count is remembered from the page before
        with django_assert_max_num_queries(12) as counted:
            assert client.get(asked).status_code == 200
        return len(counted.captured_queries)

    one = queries()
    for n in range(20):
        place = factories.PracticeFactory(territory=north, county_fips=f"39{2 * n + 1:03d}")
        line = factories.ServiceLineFactory(code=f"line-{n}", name=f"Line {n}")
        for month, referrals in ((last, 5), (last.last_year, 9 + n)):
            factories.VolumeCellFactory(
                month=month.start, practice=place, service_line=line, referrals=referrals
            )
    assert queries() == one


def test_the_file_says_what_the_page_says_and_is_noted(client, cleo, world):
    client.force_login(cleo)
    answer = client.get(reverse("growth-export"), {"period": "month"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Cut"], row["Name"], row["Referrals"]) for row in rows] == [
        ("All", "", "3234"),
        ("Territory", "South", "3234"),
        ("Service", "Cardiology", "3234"),
    ]
    noted = AccessLog.objects.get(action=AccessLog.Action.EXPORT)
    assert (noted.user, noted.subject) == (cleo, "growth")


# --- What is compared ---


def test_only_closed_months_are_compared(now):
    noon = now  # 2 March 2026: January closes on 2 March, February is over but not closed
    asked = Asked.for_period("quarter", now=noon, territory=None, service_line=None)
    assert Month.of(asked.during.last) < Month(2026, 2)
    assert len(asked.during.months()) == 3


def test_months_whose_year_before_nobody_counted_are_left_out(now):
    year = Asked.for_period("year", now=now, territory=None, service_line=None)
    last = Month.of(year.during.last)
    assert year.known(None) == year
    assert year.known((last - 30).start) == year
    shorter = year.known((last - 16).start)
    assert (Month.of(shorter.during.start), Month.of(shorter.during.last)) == (last - 4, last)
    assert year.known((last - 3).start) == year  # nothing to compare: told as it is


def test_the_page_says_what_it_does_not_know(client, dana, northern_practice, last):
    for back in range(16):
        factories.VolumeCellFactory(
            practice=northern_practice, month=(last - back).start, referrals=10
        )
    page = shown(client, dana, period="year")
    assert "Referrals are level with" in page  # four months against four
    assert "Nothing is known from before" in page


# --- What is kept ---


def test_sums_are_kept_until_the_next_count_or_move(client, dana, world, north, south, last):
    def heading():
        return shown(client, dana, period="month").split("<h1>")[1].split("</h1>")[0]

    first = heading()
    late = factories.VolumeCellFactory(month=last.start, practice__territory=north, referrals=4000)
    RollupRun.objects.update(as_of=timezone.now())  # the run is the same one
    late.practice.save()  # a practice was written: perhaps it moved
    second = heading()
    assert second != first
    late.delete()
    assert heading() == second  # nothing was counted since
    RollupRun.objects.create(
        kind=RollupRun.Kind.BY_HAND,
        period=site_today(),
        state=RollupRun.State.DONE,
        as_of=timezone.now() + timedelta(seconds=1),
    )
    assert heading() == first


def test_nobody_is_served_anothers_sums(client, dana, ana, ben, cleo, world):
    every = shown(client, dana, period="month")
    assert "3,634" in every or "Referrals are up 21.1% on" in every
    for liaison in (ana, ben):
        assert "Referrals are down 60% on" in shown(client, liaison, period="month")
    assert "Referrals are up 61.7% on" in shown(client, cleo, period="month")
    cleo.assignments.all().delete()
    assert "No referrals counted yet" in shown(client, cleo, period="month")
