"""The one screen on which a visit is logged."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.workdays.reports import team_workdays
from tests import factories
from visits.models import FollowUp, PlannedVisit, Visit

NEW = "/visits/new/"


@pytest.fixture
def plan(ana, northern_practice, doctor):
    return factories.PlannedVisitFactory(
        liaison=ana,
        practice=northern_practice,
        physician=doctor,
        planned_on=timezone.localdate(),
    )


@pytest.fixture
def phone(client, ana):
    client.force_login(ana)
    return client


def filled(phone, address, **changes):
    """What the page would send as it stands, with what the person then changes."""
    read = phone.get(address).content.decode()
    values = re.findall(
        r'<input type="(?:hidden|datetime-local)" name="(\w+)" value="([^"]*)"', read
    )
    ticked = re.findall(r'name="(\w+)" value="(\w*)"[^>]*checked', read)
    said = {name: value for name, value in values if name != "csrfmiddlewaretoken"}
    for name, value in ticked:
        said.setdefault(name, []).append(value)
    return {**said, **changes}


def key_of(page):
    (key,) = re.findall(r'name="client_key" value="([0-9a-f-]{36})"', page.content.decode())
    return key


def test_a_planned_visit_needs_nothing_but_its_outcome(phone, plan, doctor):
    said = filled(phone, f"{NEW}?plan={plan.pk}", outcome="good_talk")
    response = phone.post(NEW, said)
    assert response.status_code == 302, response.context["form"].errors
    assert response["Location"] == reverse("today")
    visit = Visit.objects.get()
    assert [one.physician for one in visit.attendees.all()] == [doctor]
    plan.refresh_from_db()
    assert plan.visit == visit


def test_an_unplanned_one_goes_back_to_the_practice(phone, northern_practice):
    said = filled(phone, f"{NEW}?practice={northern_practice.pk}", outcome="drop_off")
    response = phone.post(NEW, said)
    assert response["Location"] == northern_practice.get_absolute_url()
    assert Visit.objects.get().outcome == "drop_off"


def test_the_second_tap_on_save_changes_nothing(phone, plan):
    said = filled(phone, f"{NEW}?plan={plan.pk}", outcome="good_talk", promise="Call back")
    assert phone.post(NEW, said).status_code == 302
    assert phone.post(NEW, said).status_code == 302
    assert Visit.objects.count() == 1
    assert FollowUp.objects.count() == 1


def test_other_content_under_the_same_key_is_refused_in_words(phone, plan):
    said = filled(phone, f"{NEW}?plan={plan.pk}", outcome="good_talk")
    phone.post(NEW, said)
    response = phone.post(NEW, {**said, "note": "Something else"})
    assert response.status_code == 200
    assert "Another visit was sent under this key already." in response.content.decode()
    assert Visit.objects.count() == 1


def test_no_access_drops_the_people_ticked_beforehand(phone, plan):
    said = filled(phone, f"{NEW}?plan={plan.pk}", outcome="no_access")
    assert phone.post(NEW, said).status_code == 302
    assert not Visit.objects.get().attendees.exists()


def test_without_an_outcome_it_asks_for_one_and_keeps_the_rest(phone, plan):
    said = filled(phone, f"{NEW}?plan={plan.pk}", note="They were in a hurry.")
    response = phone.post(NEW, said)
    read = response.content.decode()
    assert "Choose how it went." in read
    assert "They were in a hurry." in read
    assert str(said["client_key"]) in read
    assert not Visit.objects.exists()


def test_topics_note_and_the_wish_to_come_again(phone, northern_practice, topic):
    said = filled(
        phone,
        f"{NEW}?practice={northern_practice.pk}",
        outcome="quick_hello",
        topics=[topic.pk],
        note="Two lines\nof a note",
        again="2w",
    )
    phone.post(NEW, said)
    visit = Visit.objects.get()
    assert list(visit.topics.all()) == [topic]
    assert visit.note == "Two lines\nof a note"
    assert visit.see_again_on == timezone.localdate(visit.held_at) + timedelta(days=14)


def test_a_promise_goes_to_the_one_person_met(phone, plan, doctor):
    said = filled(phone, f"{NEW}?plan={plan.pk}", outcome="good_talk", promise="Send it", due="1d")
    phone.post(NEW, said)
    promise = FollowUp.objects.get()
    assert promise.promised_to_physician == doctor
    assert promise.due_on == team_workdays().after(promise.promised_on)


def test_a_promise_to_several_is_one_to_the_office(phone, plan, doctor, kim):
    people = [f"p{doctor.pk}", f"s{kim.pk}"]
    said = filled(
        phone, f"{NEW}?plan={plan.pk}", outcome="good_talk", promise="Send it", people=people
    )
    phone.post(NEW, said)
    assert FollowUp.objects.get().promised_to is None


def test_the_person_expected_is_ticked_and_stands_first(phone, plan, doctor, kim):
    read = phone.get(f"{NEW}?plan={plan.pk}").content.decode()
    ticked = re.findall(r'name="people" value="(\w+)"[^>]*checked', read)
    assert ticked == [f"p{doctor.pk}"]
    assert re.findall(r'name="people" value="(\w+)"', read) == [f"p{doctor.pk}", f"s{kim.pk}"]


def test_many_people_stand_behind_a_plus(phone, northern_practice):
    for _ in range(9):
        factories.AffiliationFactory(practice=northern_practice)
    form = phone.get(f"{NEW}?practice={northern_practice.pk}").context["form"]
    assert len(form.people_at_hand()) == 3
    assert len(form.other_people()) == 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": ["p999999"]},
        {"people": ["x1"]},
        {"outcome": "splendid"},
        {"topics": ["999999"]},
        {"again": "9y"},
        {"channel": "pigeon"},
        {"client_key": "not-a-key"},
        {"held_at": "2026-02-30T10:00"},
        {"held_at": "yesterday"},
        {"held_at": "1989-12-31T10:00"},
        {"held_at": "9999-12-31T23:59"},
        {"note": "x" * 2001},
        {"note": "bidi \N{RIGHT-TO-LEFT OVERRIDE}"},
        {"promise": "x" * 201},
        {"note": "nul \0"},
    ],
)
def test_bad_input_is_refused_and_writes_nothing(phone, northern_practice, wrong):
    said = filled(phone, f"{NEW}?practice={northern_practice.pk}", outcome="good_talk")
    response = phone.post(NEW, {**said, **wrong})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Visit.ever.exists()


@pytest.mark.parametrize(
    "asked", ["practice=abc", "practice=٣", "plan=1.5", "practice=" + "9" * 30]
)
def test_an_address_that_names_nothing_is_not_there(phone, asked):
    assert phone.get(f"{NEW}?{asked}").status_code == 404


def test_notes_are_shown_as_they_were_written(phone, northern_practice):
    note = "<script>alert(1)</script> {{7*7}} ${jndi:x} ' OR 1=1--"
    said = filled(phone, f"{NEW}?practice={northern_practice.pk}", outcome="good_talk", note=note)
    phone.post(NEW, said)
    for address in (Visit.objects.get().get_absolute_url(), northern_practice.get_absolute_url()):
        read = phone.get(address).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in read
        assert "<script>alert" not in read


# --- Where were you? ---


def test_it_offers_todays_stops_and_the_places_visited_lately(phone, plan, ana, north):
    lately = factories.PracticeFactory(name="Lately Visited", territory=north)
    factories.VisitFactory(practice=lately, liaison=ana, held_at=timezone.now())
    read = phone.get(NEW).content.decode()
    assert "Dr. Priya Raman" in read
    assert "Lately Visited" in read


def test_it_finds_the_practices_one_works(phone, northern_practice, southern_practice):
    read = phone.get(f"{NEW}?q=family").content.decode()
    assert "Northern Family Medicine" in read
    assert "Southern Family Medicine" not in read


def test_a_search_that_is_none_is_refused(phone):
    assert phone.get(NEW, {"q": "x" * 201}).status_code == 400
    assert phone.get(NEW, {"q": "a\0b"}).status_code == 400


def test_it_offers_the_doors_nearby_and_no_others(
    phone, northern_practice, southern_practice, north
):
    far = factories.PracticeFactory(territory=north, latitude=44.0, longitude=-81.7)
    response = phone.post(reverse("practices-nearby"), {"latitude": "41.39", "longitude": "-81.72"})
    read = response.content.decode()
    assert northern_practice.name in read
    assert southern_practice.name not in read
    assert far.name not in read


@pytest.mark.parametrize("place", [{}, {"latitude": "91", "longitude": "0"}, {"latitude": "nan"}])
def test_what_is_no_place_is_refused(phone, place):
    assert phone.post(reverse("practices-nearby"), place).status_code == 400


def test_a_key_is_made_for_each_new_page(phone, northern_practice):
    address = f"{NEW}?practice={northern_practice.pk}"
    assert len({key_of(phone.get(address)) for _ in range(3)}) == 3


def test_nobody_logs_in_a_colleagues_name(client, plan, dana):
    client.force_login(dana)
    assert client.get(f"{NEW}?plan={plan.pk}").status_code == 404
    assert PlannedVisit.objects.open().count() == 1


def test_somebody_new_is_named_on_the_same_screen(phone, northern_practice):
    said = filled(
        phone, f"{NEW}?practice={northern_practice.pk}", outcome="good_talk", newcomer="Pat Lee"
    )
    assert phone.post(NEW, said).status_code == 302
    assert [str(one) for one in Visit.objects.get().attendees.all()] == ["Pat Lee"]
