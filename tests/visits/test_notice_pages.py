"""The inbox, the choices, the preview, and the same over HTTP."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tests import factories
from visits.notices import telling
from visits.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_counts_left():
    cache.clear()


@pytest.fixture
def notice(ana, northern_practice):
    return factories.NoticeFactory(
        person=ana,
        practice=northern_practice,
        sentence="Due today at <b>Parma</b>: Call back",
        made_at=timezone.now(),
    )


def page(client, person, name="notices", **query):
    client.force_login(person)
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_notice_is_there_for_its_person_alone(client, ana, ben, notice):
    assert "Due today at &lt;b&gt;Parma&lt;/b&gt;" in page(client, ana)
    assert "1 new notice" in page(client, ana)
    assert "Parma" not in page(client, ben)
    assert "Nothing to tell you" in page(client, ben)


def test_every_page_counts_what_is_new(client, ana, notice):
    assert '<em data-count="notices">1</em>' in page(client, ana, "today")
    client.post(reverse("see-notices"))
    assert "data-count" not in page(client, ana, "today")
    assert Notice.objects.get().seen_at is not None


def test_reading_the_page_marks_nothing(client, ana, notice):
    page(client, ana)
    assert Notice.objects.get().seen_at is None


def test_the_count_costs_one_query_a_minute(client, ana, notice, django_assert_num_queries):
    telling.unseen_count(ana)
    with django_assert_num_queries(0):
        telling.unseen_count(ana)


def test_the_list_costs_the_same_for_one_and_for_many(
    client, ana, notice, django_assert_max_num_queries
):
    page(client, ana)
    factories.NoticeFactory.create_batch(20, person=ana)
    client.force_login(ana)
    with django_assert_max_num_queries(6):
        client.get(reverse("notices"))


def test_older_ones_are_a_page_away(client, ana):
    factories.NoticeFactory.create_batch(51, person=ana)
    first = Notice.objects.order_by("-made_at", "-pk")[49]
    assert 'rel="next"' in page(client, ana)
    assert 'rel="prev"' in page(client, ana, after=first.pk)
    client.force_login(ana)
    assert client.get(reverse("notices"), {"after": 999_999_999}).status_code == 404


def test_everyone_chooses_among_what_concerns_him(client, ana, dana, erin):
    shown = {}
    for person in (ana, dana, erin):
        said = page(client, person, "notice-choices")
        boxes = ("imported", "daily", "weekly")
        shown[person.name] = [name for name in boxes if f'name="{name}"' in said]
    assert shown == {
        "Ana North": ["daily"],
        "Dana Manager": ["weekly"],
        "Erin Admin": ["imported"],
    }


def test_a_box_left_empty_is_off_and_the_others_stay(client, ana):
    client.force_login(ana)
    client.post(reverse("notice-choices"), {"assigned": "on", "falling": "on", "daily": "on"})
    choices = telling.choices_of(ana)
    assert (choices.assigned, choices.due, choices.weekly) == (True, False, True)


def test_the_preview_says_what_the_mail_would(client, ana, dana, erin, notice):
    said = page(client, ana, "digest")
    assert "New for you" in said
    assert "Due today at &lt;b&gt;Parma&lt;/b&gt;" in said
    assert "Sent at 07:00 New York time on working days" in said
    assert "Your team&#x27;s week" in page(client, dana, "digest")
    client.force_login(erin)
    assert client.get(reverse("digest")).status_code == 404


def test_an_empty_preview_says_so(client, ana):
    assert "An empty digest is not sent." in page(client, ana, "digest")


def test_programs_read_and_mark_and_choose(client, ana, notice):
    client.force_login(ana)
    (row,) = client.get("/api/v1/notices/?unseen=true").json()["results"]
    assert row["id"] == notice.pk
    assert client.post("/api/v1/notices/seen/", content_type="application/json").status_code == 204
    assert client.get("/api/v1/notices/?unseen=true").json()["results"] == []
    changed = client.patch(
        "/api/v1/notice-choices/", {"due": False}, content_type="application/json"
    ).json()
    assert (changed["due"], changed["daily"]) == (False, True)
    refused = client.patch("/api/v1/notice-choices/", {"x": 1}, content_type="application/json")
    assert refused.status_code == 400
