from __future__ import annotations

from datetime import UTC, datetime

import pytest

from liaison_crm.tasks import tick

calls: list[tuple[str, datetime]] = []


def first(at: datetime) -> None:
    calls.append(("first", at))


def failing(at: datetime) -> None:
    raise ValueError("not today")


def last(at: datetime) -> None:
    calls.append(("last", at))


@pytest.fixture(autouse=True)
def no_calls():
    calls.clear()


def test_each_part_is_asked_in_order_at_one_moment(settings):
    settings.TICKS = [f"{__name__}.first", f"{__name__}.last"]
    before = datetime.now(UTC)
    tick()
    assert [name for name, _ in calls] == ["first", "last"]
    assert calls[0][1] == calls[1][1] >= before


def test_one_that_fails_does_not_keep_the_others_waiting(settings):
    settings.TICKS = [f"{__name__}.failing", f"{__name__}.last"]
    with pytest.raises(ExceptionGroup) as caught:
        tick()
    assert [str(problem) for problem in caught.value.exceptions] == ["not today"]
    assert [name for name, _ in calls] == ["last"]


def test_beat_ticks_each_minute_and_a_late_tick_is_dropped(settings):
    (entry,) = settings.CELERY_BEAT_SCHEDULE.values()
    assert entry["task"] == tick.name
    assert entry["schedule"].total_seconds() == entry["options"]["expires"] == 60
