"""Managers change which days the team works; everyone reads it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.errors import ClosedDayGone, ClosedDayTaken, NotAHoliday
from accounts.models import ClosedDay
from accounts.workdays import services
from accounts.workdays.reports import team_workdays

BRIDGE = date(2026, 11, 27)
COLUMBUS = date(2026, 10, 12)


def test_a_day_of_the_teams_own_is_off_until_it_is_taken_out(dana, now):
    closed = services.close_day(BRIDGE, name="Day after Thanksgiving", by=dana)
    assert not team_workdays().is_worked(BRIDGE)
    services.remove_closed_day(closed, by=dana, at=now)
    assert team_workdays().is_worked(BRIDGE)
    with pytest.raises(ClosedDayGone):
        services.remove_closed_day(closed, by=dana, at=now)
    services.restore_closed_day(closed, by=dana)
    assert not team_workdays().is_worked(BRIDGE)


def test_a_holiday_can_be_worked(dana):
    assert not team_workdays().is_worked(COLUMBUS)
    services.work_holiday(COLUMBUS, by=dana)
    assert team_workdays().is_worked(COLUMBUS)
    with pytest.raises(NotAHoliday):
        services.work_holiday(BRIDGE, by=dana)


def test_a_day_stands_once(dana, now):
    first = services.close_day(BRIDGE, name="Bridge", by=dana)
    with pytest.raises(ClosedDayTaken):
        services.close_day(BRIDGE, name="Again", by=dana)
    services.remove_closed_day(first, by=dana, at=now)
    services.close_day(BRIDGE, name="Again", by=dana)
    with pytest.raises(ClosedDayTaken):
        services.restore_closed_day(first, by=dana)


def test_liaisons_read_it_only(ana, dana, now):
    row = services.close_day(BRIDGE, name="Bridge", by=dana)
    for change in (
        lambda: services.close_day(COLUMBUS, name="Mine", by=ana),
        lambda: services.work_holiday(COLUMBUS, by=ana),
        lambda: services.remove_closed_day(row, by=ana, at=now),
        lambda: services.restore_closed_day(row, by=ana),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert ClosedDay.objects.standing().get() == row


def test_the_site_keeps_the_holidays_of_its_state(settings, db):
    settings.SITE_STATE = "MA"
    assert not team_workdays().is_worked(date(2026, 4, 20))


def test_the_page_says_what_is_off_and_changes_it(client, dana):
    client.force_login(dana)
    page, year = reverse("working-days"), {"year": "2026"}
    client.post(page, {"day": str(BRIDGE), "name": "Day after Thanksgiving"})
    shown = client.get(page, year).content.decode()
    assert "Day after Thanksgiving" in shown
    assert "Christmas Day" in shown
    client.post(reverse("work-holiday"), {"day": str(COLUMBUS)})
    assert "A public holiday that you work" in client.get(page, year).content.decode()
    row = ClosedDay.objects.get(day=BRIDGE)
    client.post(reverse("remove-closed-day", args=[row.pk]))
    assert "Put back" in client.get(page, year).content.decode()
    assert client.get(page, {"year": "12"}).status_code == 404


def test_a_day_that_cannot_be_is_refused_on_the_form(client, dana):
    client.force_login(dana)
    for day in ("", "2026-02-30", "9999-12-31", "tomorrow"):
        answer = client.post(reverse("working-days"), {"day": day, "name": "Odd"})
        assert answer.status_code == 200
    assert not ClosedDay.objects.exists()
