"""The order of a day: all its stops, no later than given, and never a longer way for nothing."""

from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from visits.planning.route import DAY_ENDS, DAY_STARTS, HAIR, STAY_MINUTES, Call, Day, best_order

quarter = st.integers(DAY_STARTS // 15, DAY_ENDS // 15 - 2).map(lambda number: number * 15)
points = st.tuples(st.floats(41.2, 41.6), st.floats(-82.0, -81.5))
windows = st.tuples(quarter, st.sampled_from([30, 60, 120])).map(lambda w: (w[0], w[0] + w[1]))
calls = st.builds(
    Call,
    point=st.none() | points,
    agreed_at=st.none() | st.none() | quarter,
    window=st.none() | windows,
)


@settings(max_examples=120, deadline=None)
@given(st.lists(calls, max_size=7), st.none() | points)
def test_an_order_is_the_same_stops_and_never_worse(stops, start):
    order = best_order(stops, start)
    assert sorted(order) == list(range(len(stops)))
    day = Day(stops, start)
    before, after = day.cost(range(len(stops))), day.cost(order)
    assert after.late_minutes <= before.late_minutes
    if before.late_minutes == 0:
        # It kept every time and door as given, so the new one keeps them and is no longer.
        assert after.late_minutes == 0
        assert after.miles <= before.miles + HAIR


@settings(max_examples=40, deadline=None)
@given(st.lists(calls, min_size=2, max_size=5), st.none() | points)
def test_a_time_that_can_be_kept_is_kept(stops, start):
    """Among all orders of a few stops; what none of them reaches is given up by no more."""
    day = Day(stops, start)
    best = min(day.cost(order) for order in permutations(range(len(stops))))
    found = day.cost(best_order(stops, start))
    assert found.late_minutes <= best.late_minutes + HAIR
    assert found.miles <= best.miles + 0.01 * best.miles + HAIR or found < best


def north(miles: float, **when) -> Call:
    return Call((41.0 + miles / 69.1, -81.7), **when)


def test_stops_on_one_road_are_driven_in_one_direction():
    assert best_order([north(9), north(3), north(6)], (41.0, -81.7)) == [1, 2, 0]


def test_without_a_start_the_way_begins_at_a_stop():
    assert best_order([north(6), north(0), north(3)]) in ([0, 2, 1], [1, 2, 0])


def test_an_agreed_time_bends_the_way():
    """The farthest first, because they expect him at nine."""
    stops = [north(3), north(30, agreed_at=9 * 60 + 45), north(6)]
    assert best_order(stops, (41.0, -81.7))[-1] != 1
    order = best_order([north(1), north(20, agreed_at=8 * 60 + 30)], (41.0, -81.7))
    assert order == [1, 0]


def test_a_lunch_window_waits_for_noon():
    lunch = north(1, window=(12 * 60, 13 * 60))
    order = best_order([lunch, north(2), north(3), north(4)], (41.0, -81.7))
    day = Day([lunch, north(2), north(3), north(4)], (41.0, -81.7))
    assert day.cost(order).late_minutes == 0
    assert day.cost(order).miles <= day.cost([0, 1, 2, 3]).miles


def test_a_visit_that_cannot_be_finished_by_closing_is_late():
    door = Call((41.0, -81.7), window=(DAY_STARTS, DAY_STARTS + 30))
    day = Day([door, Call((41.0, -81.7))])
    assert day.cost([0, 1]).late_minutes == 0
    assert day.cost([1, 0]).late_minutes == STAY_MINUTES - (30 - STAY_MINUTES)


def test_a_stop_without_a_place_counts_as_amid_the_others():
    day = Day([north(0), north(10), Call(None)])
    assert abs(day.legs[2][0] - day.legs[2][1]) < HAIR


def test_nothing_is_ordered_into_nothing():
    assert best_order([]) == []
    assert Day([]).miles([]) == 0
