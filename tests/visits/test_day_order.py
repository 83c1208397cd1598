"""The order of a day: dragged, sorted by travel, and never mixed from two devices."""

from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied

from contacts.welcome.services import set_windows
from tests import factories
from tests.visits.test_races import all_at_once
from visits import errors, services
from visits.models import PlannedVisit
from visits.planning.days import day_plan
from visits.planning.models import StartPoint
from visits.planning.routing import order_by_travel, set_start_point

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def stops(ana, north):
    """Four stops on one road to the north, in a foolish order: 9, 3, 12 and 6 miles."""
    made = {}
    for position, away in enumerate((9, 3, 12, 6)):
        practice = factories.PracticeFactory(
            name=f"Mile {away}", territory=north, latitude=41.3 + away / 69, longitude=-81.7
        )
        made[away] = factories.PlannedVisitFactory(
            liaison=ana, practice=practice, planned_on=TUESDAY, position=position
        )
    return made


def order(person):
    day = PlannedVisit.objects.open().filter(liaison=person, planned_on=TUESDAY).in_order()
    return [int(stop.practice.name.split()[1]) for stop in day]


def ids(stops, *miles):
    return [stops[away].pk for away in miles]


def test_stops_go_into_the_order_a_person_dragged(ana, stops):
    services.order_stops(
        ana, by=ana, on=TUESDAY, order=ids(stops, 3, 6, 9, 12), seen=ids(stops, 9, 3, 12, 6)
    )
    assert order(ana) == [3, 6, 9, 12]


def test_an_order_made_for_another_day_is_refused(ana, stops, now):
    foolish = ids(stops, 9, 3, 12, 6)
    for seen, wanted in (
        (ids(stops, 3, 9, 12, 6), foolish),  # moved meanwhile
        (foolish[:3], foolish[:3]),  # added meanwhile
        (foolish, foolish[:3]),  # one left away
        (foolish, [*foolish, foolish[0]]),  # one twice
        (foolish, [*foolish[:3], 987654]),  # somebody's
    ):
        with pytest.raises(errors.DayChanged):
            services.order_stops(ana, by=ana, on=TUESDAY, order=wanted, seen=seen)
    services.drop_plan(stops[12], by=ana, at=now)
    with pytest.raises(errors.DayChanged):
        services.order_stops(ana, by=ana, on=TUESDAY, order=foolish, seen=foolish)
    assert order(ana) == [9, 3, 6]


def test_a_day_is_ordered_by_its_liaison_or_a_manager(ana, ben, dana, stops):
    told = {"on": TUESDAY, "order": ids(stops, 3, 6, 9, 12), "seen": ids(stops, 9, 3, 12, 6)}
    with pytest.raises(PermissionDenied):
        services.order_stops(ana, by=ben, **told)
    with pytest.raises(PermissionDenied):
        order_by_travel(ana, by=ben, on=TUESDAY, seen=[])
    services.order_stops(ana, by=dana, **told)
    assert order(ana) == [3, 6, 9, 12]


def test_by_travel_says_what_it_saves_and_is_undone(ana, stops):
    set_start_point(ana, by=ana, zip_code="44129")
    seen = ids(stops, 9, 3, 12, 6)
    done = order_by_travel(ana, by=ana, on=TUESDAY, seen=seen)
    assert order(ana) in ([3, 6, 9, 12], [12, 9, 6, 3])
    assert done.miles_now < done.miles_before
    assert done.words.startswith(f"{done.miles_before - done.miles_now:.1f} miles less")
    services.order_stops(ana, by=ana, on=TUESDAY, order=done.was, seen=done.now)
    assert order(ana) == [9, 3, 12, 6]


def test_agreed_times_and_open_doors_are_kept(ana, stops):
    PlannedVisit.objects.filter(pk=stops[12].pk).update(starts_at=time(9))
    set_windows(stops[3].practice, {1: (time(12), time(13))}, by=ana)
    order_by_travel(ana, by=ana, on=TUESDAY, seen=ids(stops, 9, 3, 12, 6))
    found = order(ana)
    assert found[-1] == 3
    assert not day_plan(ana, viewer=ana, on=TUESDAY).late


def test_the_best_order_stays_as_it_is(ana, stops):
    order_by_travel(ana, by=ana, on=TUESDAY, seen=ids(stops, 9, 3, 12, 6))
    again = [stop.plan.pk for stop in day_plan(ana, viewer=ana, on=TUESDAY).stops]
    done = order_by_travel(ana, by=ana, on=TUESDAY, seen=again)
    assert (done.was, done.words) == (done.now, "This is the best order already.")


def test_a_start_is_ones_own(ana, ben, stops):
    set_start_point(ana, by=ana, zip_code="44107")
    assert str(StartPoint.objects.get().zip_code) == "44107 Lakewood, OH"
    assert not StartPoint.objects.visible_to(ben)
    with pytest.raises(PermissionDenied):
        set_start_point(ana, by=ben, zip_code="44107")
    with pytest.raises(errors.ZipCodeUnknown):
        set_start_point(ana, by=ana, zip_code="00000")
    set_start_point(ana, by=ana, zip_code="")
    assert not StartPoint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_devices_do_not_mix_their_orders(ana, stops):
    seen = ids(stops, 9, 3, 12, 6)
    wanted = [ids(stops, 3, 6, 9, 12), ids(stops, 12, 9, 6, 3)]
    answers = all_at_once(
        *(
            lambda order=order: services.order_stops(
                ana, by=ana, on=TUESDAY, order=order, seen=seen
            )
            for order in wanted
        )
    )
    assert [type(answer) for answer in answers].count(errors.DayChanged) == 1
    assert order(ana) in ([3, 6, 9, 12], [12, 9, 6, 3])


def test_the_page_orders_and_takes_it_back(client, ana, stops):
    client.force_login(ana)
    day = f"/plan/{TUESDAY}/"
    seen = ",".join(map(str, ids(stops, 9, 3, 12, 6)))
    answer = client.post(f"{day}by-travel/", {"seen": seen})
    assert answer["Location"].startswith(f"{day}?was=")
    page = client.get(answer["Location"]).content.decode()
    assert "miles less" in page
    now = ",".join(str(stop.plan.pk) for stop in day_plan(ana, viewer=ana, on=TUESDAY).stops)
    client.post(f"{day}order/", {"order": seen, "seen": now, "next": day})
    assert order(ana) == [9, 3, 12, 6]
    stale = client.post(f"{day}order/", {"order": seen, "seen": now, "next": day}, follow=True)
    assert "changed on another device" in stale.content.decode()
    assert client.post(f"{day}order/", {"order": "x", "seen": seen}).status_code == 404
    assert client.get(f"{day}?was=9,9").status_code == 200
