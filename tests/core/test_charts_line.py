"""The line chart: what is drawn for a year, for gaps, for nothing, for very much."""

import re
from datetime import date

import pytest

from liaison_crm.core.charts import Event, MonthLine, MonthPoint, draw_line, year_over_year
from liaison_crm.core.charts.line import MIDDLE, NARROW, WIDE

NOVEMBER = date(2026, 11, 1)


def month(back):
    at = NOVEMBER.year * 12 + NOVEMBER.month - 1 - back
    return date(at // 12, at % 12 + 1, 1)


def a_year(values, before=None, provisional=0):
    before = before or [None] * len(values)
    pairs = list(zip(values, before, strict=True))
    points = (
        MonthPoint(month(len(pairs) - 1 - at), now, then, at >= len(pairs) - provisional)
        for at, (now, then) in enumerate(pairs)
    )
    return MonthLine("Referrals per month", tuple(points))


def end_words(chart, frame=WIDE):
    drawn = draw_line(chart, frame)
    return [mark.text for mark in (drawn.now_label, drawn.then_label) if mark]


def corners(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)]


def test_months_stand_beside_the_same_month_a_year_earlier():
    points = year_over_year({date(2026, 11, 1): 9, date(2025, 11, 1): 4}, through=NOVEMBER)
    assert len(points) == 12
    assert points[0].month == date(2025, 12, 1)
    assert (points[-1].value, points[-1].before) == (9, 4)
    assert (points[-2].value, points[-2].before) == (0, 0)


def test_months_from_one_on_may_be_provisional():
    points = year_over_year({}, through=NOVEMBER, provisional_from=date(2026, 10, 1))
    assert [point.provisional for point in points[-3:]] == [False, True, True]


def test_more_is_higher_and_later_is_further_right():
    drawn = draw_line(a_year([100, 150, 120]))
    (x0, y0), (x1, y1), (x2, y2) = corners(drawn.now)
    assert x0 < x1 < x2
    assert y1 < y2 < y0


def test_the_gap_is_a_gain_where_this_year_is_higher_and_a_loss_where_it_is_lower():
    drawn = draw_line(a_year([10, 20, 30], before=[20, 20, 20]))
    assert len(drawn.gains) == len(drawn.losses) == 1


def test_gains_and_losses_meet_where_the_lines_cross():
    drawn = draw_line(a_year([10, 30], before=[30, 10]))
    crossing = corners(drawn.losses[0])[1]
    assert crossing in corners(drawn.gains[0])
    assert crossing[0] == pytest.approx((drawn.left + drawn.right) / 2, abs=0.2)


def test_equal_years_leave_no_gap():
    drawn = draw_line(a_year([10, 20, 10], before=[10, 20, 10]))
    assert drawn.gains == drawn.losses == ()


def test_a_provisional_month_is_drawn_apart_and_fills_no_gap():
    drawn = draw_line(a_year([10, 20, 3], before=[8, 8, 8], provisional=1))
    assert corners(drawn.now)[-1] == corners(drawn.now_open)[0]
    assert len(corners(drawn.now_open)) == 2
    assert drawn.end_open
    assert drawn.losses == ()
    assert end_words(a_year([10, 3], provisional=1)) == ["3 so far"]


def test_the_last_months_say_their_numbers_in_words_where_there_is_room():
    chart = a_year([10, 1234], before=[9, 8])
    assert end_words(chart, WIDE) == ["1,234 in November", "8 a year ago"]
    assert end_words(chart, NARROW) == ["1,234", "8"]


def test_end_labels_never_lie_over_each_other():
    drawn = draw_line(a_year([10, 500], before=[9, 499]))
    heights = [mark.y for mark in (drawn.now_label, drawn.then_label) if mark]
    assert abs(heights[0] - heights[1]) >= 15.9


def test_a_small_change_does_not_look_steep():
    scales = [mark.text for mark in draw_line(a_year([10, 60, 100])).grid]
    assert scales[0] == "0"


def test_values_in_the_upper_half_get_a_scale_of_their_own():
    assert draw_line(a_year([400, 460, 520])).grid[0].text == "400"


def test_events_stand_over_their_month_and_clear_of_each_other():
    events = (Event(month(1), "Reports in 2 days"), Event(month(0), "Medina clinic opens"))
    chart = a_year([10] * 12)
    drawn = draw_line(MonthLine(chart.title, chart.points, events))
    first, second = drawn.events
    assert abs(first.label_y - second.label_y) >= 12
    assert all(mark.label_y < mark.y for mark in drawn.events)


def test_an_event_outside_the_months_is_left_out():
    chart = a_year([1, 2])
    drawn = draw_line(MonthLine(chart.title, chart.points, (Event(date(2020, 1, 1), "Long ago"),)))
    assert drawn.events == ()


@pytest.mark.parametrize("frame", [WIDE, MIDDLE, NARROW])
@pytest.mark.parametrize(
    ("values", "before"),
    [
        ([], []),
        ([7], [None]),
        ([7], [9]),
        ([0, 0, 0], [0, 0, 0]),
        ([None, None], [None, None]),
        ([5, None, 7], [None, 4, None]),
        ([1e12, 3e12, 2e12], [1, 2, 3]),
        ([5, 5, 5], [5, 5, 5]),
        ([0.5, 0.25], [0, 0]),
        (list(range(24)), [None] * 24),
    ],
)  # fmt: skip
def test_every_drawing_stays_on_its_paper(values, before, frame):
    drawn = draw_line(a_year(values, before), frame)
    text = str(drawn).lower()
    assert "nan" not in text.replace("nancy", "")
    assert "inf" not in text
    for x, y in corners(drawn.now + drawn.then + drawn.now_open + "".join(drawn.gains)):
        assert 0 <= x <= frame.width
        assert 0 <= y <= frame.height
    for mark in (*drawn.grid, *drawn.months):
        assert 0 <= mark.y <= frame.height


def test_names_of_months_thin_out_before_they_touch():
    drawn = draw_line(a_year(list(range(24))), NARROW)
    assert len(drawn.months) <= 4
    assert drawn.months[-1].text == "Nov 26"
