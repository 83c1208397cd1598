"""Sparks, bars, meters and small multiples."""

import pytest

from liaison_crm.core.charts import (
    Bar,
    Bars,
    Multiples,
    Panel,
    draw_bars,
    draw_meter,
    draw_multiples,
    draw_spark,
)
from liaison_crm.core.charts.scale import ticks


def test_a_spark_runs_from_edge_to_edge_and_ends_in_a_dot():
    spark = draw_spark([1, 3, 2], width=80, height=20)
    assert spark.d == "M0,18L40,2L80,10"
    assert spark.end == (80, 10)


def test_a_spark_takes_its_tone_from_its_trend():
    assert draw_spark([9, 9, 5, 5]).tone == "down"
    assert draw_spark([5, 5, 9, 9]).tone == "up"
    assert draw_spark([5, 5, 5.1, 5]).tone == ""
    assert draw_spark([5, 5, 9, 9], tone="down").tone == "down"


@pytest.mark.parametrize("values", [[], [None, None]])
def test_a_spark_of_nothing_draws_nothing(values):
    spark = draw_spark(values)
    assert (spark.d, spark.end) == ("", None)


@pytest.mark.parametrize("values", [[4], [0, 0, 0], [7, 7], [None, 3], [1e15, 2e15]])
def test_a_spark_stays_in_its_box(values):
    spark = draw_spark(values, width=88, height=24)
    x, y = spark.end or (-1, -1)
    assert 0 <= x <= 88
    assert 2 <= y <= 22


def test_a_meter_fills_its_share_and_no_more():
    assert draw_meter(71, goal=80).filled == "71%"
    assert draw_meter(71, goal=80).goal == "80%"
    assert draw_meter(250).filled == "100%"
    assert draw_meter(-3).filled == "0%"
    assert draw_meter(None).filled == "0%"


def test_a_goal_missed_by_a_little_is_not_low():
    assert draw_meter(71, goal=80).low
    assert not draw_meter(78, goal=80).low
    assert not draw_meter(5).low


def test_bars_share_one_scale():
    drawn = draw_bars(Bars("x", (Bar("One", 200), Bar("Two", 50, goal=100))))
    assert [row.meter.filled for row in drawn.rows] == ["100%", "25%"]
    assert drawn.rows[1].meter.goal == "50%"


def test_bars_say_their_value_with_its_unit():
    assert draw_bars(Bars("x", (Bar("a", 12),), unit="%")).rows[0].text == "12%"
    assert draw_bars(Bars("x", (Bar("a", 1200),), unit="days")).rows[0].text == "1,200 days"


@pytest.mark.parametrize("rows", [(), (Bar("a", 0),), (Bar("a", None),)])
def test_bars_of_nothing_are_empty_tracks(rows):
    assert all(row.meter.filled == "0%" for row in draw_bars(Bars("x", rows)).rows)


def test_small_multiples_say_their_sum_and_change():
    drawn = draw_multiples(Multiples("x", (Panel("Cardiology", (30, 30), (20, 20)),)))
    assert drawn.panels[0].total == 60
    assert drawn.panels[0].change == 50


@pytest.mark.parametrize(
    "panel", [Panel("a", ()), Panel("a", (0, 0), (0, 0)), Panel("a", (None, 4))]
)
def test_small_multiples_of_little_are_still_drawn(panel):
    drawn = draw_multiples(Multiples("x", (panel,)))
    assert drawn.panels[0].change is None
    assert "nan" not in str(drawn)


@pytest.mark.parametrize("values", [[0], [3], [0, 0], [1, 1e9], [396, 521], [0.2, 0.9], [-5, 10]])
def test_tick_marks_are_round_and_few(values):
    marks = ticks(values)
    step = marks[1] - marks[0]
    assert 2 <= len(marks) <= 7
    assert step >= 1
    assert str(int(step)).rstrip("0") in {"1", "2", "4", "5"}
