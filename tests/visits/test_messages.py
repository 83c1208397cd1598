"""Service messages are told to offices, and it is known who has not heard of them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tests import factories
from visits import services as visits
from visits.correcting.services import Reason, correct_visit
from visits.education import errors, services
from visits.education.models import Hearing, Message
from visits.education.reports import Reach, ledger_of, offices_of, reach_by_territory, reach_of
from visits.models import Visit

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
POINTS = "Reports within two days.\nCall 216-555-0100 for the same day."


def said(**changes):
    return services.Said(
        **{"title": "Echo within two days", "points": POINTS, "valid_from": TODAY, **changes}
    )


@pytest.fixture
def message(dana, now):
    return services.publish_message(said(), by=dana, at=now)


@pytest.fixture
def first(message):
    """The words it was published with."""
    return message.versions.get(number=1)


def state(practice, viewer, on=TODAY):
    return [(one.title, one.state) for one in ledger_of(practice.pk, viewer=viewer, on=on)]


# --- Heard ---


def test_an_office_has_not_heard_then_has_then_heard_an_old_version(
    message, first, ana, dana, northern_practice, now
):
    assert state(northern_practice, ana) == [("Echo within two days", "not_yet")]
    services.tell_office(northern_practice, first, by=ana, at=now)
    assert state(northern_practice, ana) == [("Echo within two days", "heard")]
    services.revise_message(message, said(points="Within one day."), by=dana, at=now)
    (entry,) = ledger_of(northern_practice.pk, viewer=ana, on=TODAY)
    assert (entry.state, entry.heard.number, entry.number) == ("old", 1, 2)
    assert (entry.heard.by, entry.heard.on) == ("Ana North", TODAY)


def test_it_is_noted_once_however_often_it_is_sent(first, ana, dana, northern_practice, now):
    key = uuid4()
    for _ in range(2):
        services.tell_office(northern_practice, first, by=ana, at=now, client_key=key)
    services.tell_office(northern_practice, first, by=ana, at=now)
    assert Hearing.objects.count() == 1
    other = services.publish_message(said(title="Another"), by=dana, at=now).versions.get()
    with pytest.raises(errors.HearingSentDifferently):
        services.tell_office(northern_practice, other, by=ana, at=now, client_key=key)


def test_strangers_note_nothing(first, cleo, ana, northern_practice, now):
    with pytest.raises(PermissionDenied):
        services.tell_office(northern_practice, first, by=cleo, at=now)
    told = services.tell_office(northern_practice, first, by=ana, at=now)
    with pytest.raises(PermissionDenied):
        services.untell_office(told, by=cleo)
    assert not Hearing.objects.visible_to(cleo).exists()


def test_what_a_phone_told_before_it_was_withdrawn_is_kept_and_later_is_refused(
    message, first, ana, dana, northern_practice, now
):
    services.withdraw_message(message, by=dana, at=now)
    first.message.refresh_from_db()
    with pytest.raises(errors.MessageNotCurrent):
        services.tell_office(northern_practice, first, by=ana, at=now)
    earlier = now - timedelta(hours=2)
    told = services.tell_office(northern_practice, first, by=ana, at=earlier)
    assert told.told_at == earlier


def test_noting_it_can_be_undone(first, ana, northern_practice, now):
    told = services.tell_office(northern_practice, first, by=ana, at=now)
    services.untell_office(told, by=ana)
    assert state(northern_practice, ana) == [("Echo within two days", "not_yet")]


def test_undo_is_offered_for_seven_days_and_not_for_what_a_visit_told(
    message, first, ana, northern_practice, now, told
):
    services.tell_office(northern_practice, first, by=ana, at=now)
    offered = [
        days
        for days in (0, 6, 7)
        for entry in ledger_of(northern_practice.pk, viewer=ana, on=TODAY + timedelta(days=days))
        if entry.can_untell
    ]
    assert offered == [0, 6]
    Hearing.objects.all().delete()
    record = told(alongside=(services.ToldAlongside((first,)),))
    visits.log_visit(northern_practice, by=ana, at=now, record=record)
    (entry,) = ledger_of(northern_practice.pk, viewer=ana, on=TODAY)
    assert (entry.state, entry.can_untell) == ("heard", False)


def test_what_was_told_in_a_visit_goes_with_the_visit(first, ana, northern_practice, told, now):
    record = told(alongside=(services.ToldAlongside((first,)),))
    visit = visits.log_visit(northern_practice, by=ana, at=now, record=record)
    assert visits.log_visit(northern_practice, by=ana, at=now, record=record) == visit
    heard = Hearing.objects.get()
    assert (heard.visit, heard.told_by, heard.told_on) == (visit, ana, TODAY)
    assert heard.told_at == visit.held_at
    with pytest.raises(PermissionDenied):
        services.untell_office(heard, by=ana)
    visits.take_back_visit(visit, by=ana, at=now)
    assert state(northern_practice, ana) == [("Echo within two days", "not_yet")]
    visits.restore_visit(visit, by=ana, at=now)
    assert state(northern_practice, ana) == [("Echo within two days", "heard")]


def test_correcting_a_visit_corrects_what_was_told_in_it(
    message, first, ana, dana, northern_practice, told, now
):
    other = services.publish_message(said(title="Another"), by=dana, at=now).versions.get()
    record = told(alongside=(services.ToldAlongside((first,)),))
    visit = visits.log_visit(northern_practice, by=ana, at=now, record=record)
    before = visit.held_at - timedelta(days=1)
    visits.edit_visit(visit, by=ana, at=now, record=told(held_at=before))
    heard = Hearing.objects.get()
    assert (heard.told_at, heard.told_on) == (before, TODAY - timedelta(days=1))
    services.revise_message(message, said(points="Within one day."), by=dana, at=now)
    both = told(alongside=(services.ToldAlongside((first, other)),))
    visits.edit_visit(visit, by=ana, at=now, record=both)
    assert state(northern_practice, ana) == [("Echo within two days", "old"), ("Another", "heard")]
    visits.edit_visit(visit, by=ana, at=now, record=told(alongside=(services.ToldAlongside(()),)))
    assert not Hearing.objects.exists()


def test_a_late_correction_keeps_what_the_visit_told_until_then(
    first, ana, dana, northern_practice, told, now
):
    record = told(alongside=(services.ToldAlongside((first,)),))
    visit = visits.log_visit(northern_practice, by=ana, at=now, record=record)
    kept = correct_visit(
        visit,
        by=dana,
        at=now,
        reason=Reason(words="They heard nothing"),
        record=told(alongside=(services.ToldAlongside(()),)),
    )
    assert kept.before["messages"] == ["Echo within two days, version 1"]
    assert not Hearing.objects.exists()


# --- How far it has come ---


def test_the_reach_counts_each_open_practice_once(message, ana, dana, north, south, now):
    here = factories.PracticeFactory.create_batch(3, territory=north)
    factories.PracticeFactory(territory=south)
    closed = factories.PracticeFactory(territory=north, closed_on=TODAY)
    factories.HearingFactory(practice=closed, version=message.versions.get(), told_by=ana)
    factories.HearingFactory(practice=here[0], version=message.versions.get(), told_by=ana)
    services.revise_message(message, said(points="Within one day."), by=dana, at=now)
    message.refresh_from_db()
    for practice in here[:2]:
        services.tell_office(practice, message.versions.get(number=2), by=ana, at=now)
    factories.HearingFactory(practice=here[2], version=message.versions.get(number=1), told_by=ana)
    assert reach_of([message], viewer=ana) == {message.pk: Reach(practices=3, heard=2, old=1)}
    assert reach_of([message], viewer=dana) == {message.pk: Reach(practices=4, heard=2, old=1)}
    by_territory = {one.name: one.reach for one in reach_by_territory(message, viewer=dana)}
    assert by_territory == {"North": Reach(3, 2, 1), "South": Reach(1, 0, 0)}
    assert list(offices_of(message, viewer=ana, state="old")) == [here[2]]
    assert set(offices_of(message, viewer=dana, state="heard")) == set(here[:2])
    (untold,) = offices_of(message, viewer=dana, state="not_yet", territory=south)
    assert untold.territory == south
    assert not offices_of(message, viewer=dana, state="heard", territory=south).exists()
    assert not Message.objects.not_heard_at(here[0].pk).exists()


# --- Pages ---


def page(client, person, name, *args):
    client.force_login(person)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def told_now(dana):
    """A message that the real clock of the pages finds current."""
    return services.publish_message(
        said(valid_from=timezone.localdate() - timedelta(days=3)), by=dana, at=timezone.now()
    )


def test_everyone_reads_and_managers_edit(client, told_now, ana, dana):
    assert "0 of 0" in page(client, ana, "messages")
    assert "New message" not in page(client, ana, "messages")
    assert "New message" in page(client, dana, "messages")
    assert "Call 216-555-0100" in page(client, ana, "message", told_now.pk)


def test_a_manager_publishes_and_changes_by_form(client, dana, told_now):
    client.force_login(dana)
    form = {"title": "Stroke line", "points": "Call any time.", "valid_from": "2026-03-02"}
    made = client.post(reverse("new-message"), form)
    message = Message.objects.get(title="Stroke line")
    assert made["Location"] == message.get_absolute_url()
    client.post(reverse("edit-message", args=[message.pk]), {**form, "points": "Call 1 or 2."})
    message.refresh_from_db()
    assert message.version == 2
    again = client.post(reverse("new-message"), form)
    assert "There is a message of this title already." in again.content.decode()


def test_it_is_told_and_taken_back_on_the_page_of_a_practice(
    client, told_now, ana, northern_practice
):
    version = told_now.versions.get()
    assert "Not told yet" in page(client, ana, "practice", northern_practice.pk)
    client.post(reverse("tell-message", args=[northern_practice.pk]), {"version": version.pk})
    assert "from Ana North" in page(client, ana, "practice", northern_practice.pk)
    client.post(reverse("untell-message", args=[Hearing.objects.get().pk]))
    assert not Hearing.objects.exists()


def test_the_page_of_a_message_shows_the_offices_behind_each_number(
    client, told_now, ana, dana, northern_practice, north
):
    untold = factories.PracticeFactory(territory=north, name="Never Told Clinic")
    factories.HearingFactory(
        practice=northern_practice, version=told_now.versions.get(), told_by=ana
    )
    services.revise_message(told_now, said(points="Now in one."), by=dana, at=timezone.now())
    client.force_login(ana)
    address = told_now.get_absolute_url()
    said_of = {
        state: client.get(address, {"state": state, "territory": north.pk}).content.decode()
        for state in ("not_yet", "old", "heard")
    }
    assert untold.name in said_of["not_yet"]
    assert northern_practice.name not in said_of["not_yet"]
    assert "version 1, 2 Mar" in said_of["old"]
    assert northern_practice.name in said_of["old"]
    assert "No office there has heard this version" in said_of["heard"]
    assert client.get(address, {"state": "all"}).status_code == 400
    assert client.get(address, {"after": 2**40}).status_code == 404


@pytest.fixture
def logging(northern_practice):
    """The values of the log screen, with `messages_told` as asked."""

    def values(**changes):
        return {
            "practice": northern_practice.pk,
            "client_key": uuid4(),
            "held_at": timezone.localtime().strftime("%Y-%m-%dT00:01"),
            "outcome": "drop_off",
            "due": "1w",
            **changes,
        }

    return values


def test_it_is_told_with_a_visit_and_costs_nobody_else_a_tap(
    client, told_now, ana, dana, northern_practice, logging
):
    client.force_login(ana)
    address = f"{reverse('new-visit')}?practice={northern_practice.pk}"
    shown = client.get(address).content.decode()
    assert "Messages told<small>1 new</small>" in shown
    version = told_now.versions.get()
    assert f'name="messages_told" value="{version.pk}">' in shown
    services.revise_message(told_now, said(points="Now in one."), by=dana, at=timezone.now())
    client.post(reverse("new-visit"), logging(messages_told=[version.pk]))
    assert Hearing.objects.get().version == version
    shown = client.get(address).content.decode()
    assert "New version. They know 1 of 2" in shown
    visit = Hearing.objects.get().visit
    shown = client.get(reverse("edit-visit", args=[visit.pk])).content.decode()
    assert f'name="messages_told" value="{version.pk}" checked>' in shown


def test_without_access_nobody_heard_anything(client, told_now, ana, logging):
    client.force_login(ana)
    told = [told_now.versions.get().pk]
    client.post(reverse("new-visit"), logging(messages_told=told, outcome="no_access"))
    assert Visit.objects.count() == 1
    assert not Hearing.objects.exists()


def test_programs_publish_tell_and_ask_who_has_not_heard(
    client, ana, dana, northern_practice, told_now
):
    client.force_login(ana)
    unheard = f"/api/v1/messages/?not_heard_by={northern_practice.pk}"
    assert [row["id"] for row in client.get(unheard).json()["results"]] == [told_now.pk]
    body = {"practice": northern_practice.pk, "message": told_now.pk}

    def tell(**more):
        given = {**body, **more}
        return client.post("/api/v1/hearings/", given, content_type="application/json")

    assert tell(version=2).json()["code"] == "no_such_version"
    told = tell()
    assert (told.status_code, told.json()["version"]) == (201, 1)
    assert client.get(unheard).json()["results"] == []
    assert client.delete(f"/api/v1/hearings/{told.json()['id']}/").status_code == 204


def test_programs_log_a_visit_with_what_was_told_and_correct_it(
    client, ana, northern_practice, told_now
):
    client.force_login(ana)
    version = client.get(f"/api/v1/messages/{told_now.pk}/").json()["version_id"]
    body = {
        "practice": northern_practice.pk,
        "held_at": timezone.now().isoformat(),
        "outcome": "good_talk",
        "messages_told": [version],
    }
    made = client.post("/api/v1/visits/", body, content_type="application/json")
    assert made.json()["messages_told"] == [version]
    heard = Hearing.objects.get()
    visit = Visit.objects.get(pk=made.json()["id"])
    assert (heard.version.message, heard.visit) == (told_now, visit)
    visits.edit_visit(
        visit,
        by=ana,
        at=timezone.now(),
        record=visits.VisitRecord(held_at=visit.held_at, outcome="no_access"),
    )
    assert client.get(f"/api/v1/visits/{visit.pk}/").json()["messages_told"] == []


def test_of_a_practice_one_does_not_work_nothing_is_known(
    client, cleo, northern_practice, told_now
):
    client.force_login(cleo)
    answer = client.get(f"/api/v1/messages/?not_heard_by={northern_practice.pk}")
    assert answer.json()["results"] == []
