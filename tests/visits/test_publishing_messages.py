"""Service messages are published by managers, in versions, from a first day to a last."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from visits.education import errors, services
from visits.education.models import Message

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
POINTS = "Reports within two days."


def said(**changes):
    return services.Said(
        **{"title": "Echo within two days", "points": POINTS, "valid_from": TODAY, **changes}
    )


@pytest.fixture
def message(dana, now):
    return services.publish_message(said(), by=dana, at=now)


def test_managers_publish_and_liaisons_do_not(message, ana, dana, now):
    assert (message.version, message.versions.get().published_by) == (1, dana)
    for act in (
        lambda: services.publish_message(said(title="Another"), by=ana, at=now),
        lambda: services.revise_message(message, said(), by=ana, at=now),
        lambda: services.withdraw_message(message, by=ana, at=now),
        lambda: services.restore_message(message, by=ana),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_other_words_are_a_new_version_and_other_days_are_not(message, dana, now):
    later = services.revise_message(message, said(valid_until=date(2026, 9, 1)), by=dana, at=now)
    assert (later.version, later.valid_until) == (1, date(2026, 9, 1))
    later = services.revise_message(message, said(points="Within one day."), by=dana, at=now)
    assert later.version == 2
    assert [one.points for one in later.versions.all()] == ["Within one day.", POINTS]


def test_two_messages_of_one_title_are_refused(message, dana, now):
    with pytest.raises(ValidationError, match="a message of this title"):
        services.publish_message(said(), by=dana, at=now)


def test_withdrawing_can_be_undone_and_is_done_once(message, dana, now):
    services.withdraw_message(message, by=dana, at=now)
    assert not Message.objects.current(TODAY).exists()
    with pytest.raises(errors.MessageWithdrawn):
        services.withdraw_message(message, by=dana, at=now)
    with pytest.raises(errors.MessageWithdrawn):
        services.revise_message(message, said(), by=dana, at=now)
    services.restore_message(message, by=dana)
    assert Message.objects.current(TODAY).get() == message
    with pytest.raises(errors.MessageStands):
        services.restore_message(message, by=dana)


@pytest.mark.parametrize(
    ("start", "end", "is_told"),
    [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False)],
)
def test_it_is_told_from_its_first_day_to_its_last(dana, now, start, end, is_told):
    days = {
        "valid_from": TODAY + timedelta(days=start),
        "valid_until": None if end is None else TODAY + timedelta(days=end),
    }
    message = services.publish_message(said(**days), by=dana, at=now)
    assert Message.objects.current(TODAY).exists() is message.is_current(TODAY) is is_told
