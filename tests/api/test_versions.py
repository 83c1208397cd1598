"""A70: nobody overwrites what he has not seen; nobody reads twice what has not changed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from contacts.models import Practice, StaffMember
from tests import factories
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(northern_practice):
    return f"staff/{factories.StaffMemberFactory(practice=northern_practice, name='Kim').pk}/"


def change(client, url, body, etag=None):
    return client.patch(url, body, headers={} if etag is None else {"If-Match": etag})


def test_a70_a_change_without_a_version_is_refused(as_ana, url):
    response = change(as_ana, url, {"name": "Pat"})
    assert (response.status_code, response.json()["code"]) == (428, "if_match_missing")
    assert StaffMember.objects.get().name == "Kim"


@pytest.mark.parametrize("etag", ['"x"', "x", "W/{}", '""', '"', "{}x", ","])
def test_a70_another_version_is_refused(as_ana, url, etag):
    current = as_ana.get(url)["ETag"]
    response = change(as_ana, url, {"name": "Pat"}, etag.format(current))
    assert response.status_code == (428 if etag == "," else 412)
    assert StaffMember.objects.get().name == "Kim"


def test_a70_the_right_version_changes_and_gives_the_next(as_ana, url):
    first = as_ana.get(url)["ETag"]
    response = change(as_ana, url, {"name": "Pat"}, f'"other", {first}')
    assert response.status_code == 200
    assert response["ETag"] == as_ana.get(url)["ETag"] != first
    assert change(as_ana, url, {"name": "Lee"}, first).status_code == 412
    assert StaffMember.objects.get().name == "Pat"


def test_a70_a_star_takes_any_version(as_ana, url):
    assert change(as_ana, url, {"name": "Pat"}, "*").status_code == 200


def test_a70_strangers_learn_nothing_from_versions(as_cleo, url):
    for etag, status in ((None, 428), ("*", 404), ('"x"', 404)):
        other = change(as_cleo, url, {"name": "Pat"}, etag)
        absent = change(as_cleo, "staff/999999/", {"name": "Pat"}, etag)
        assert (other.status_code, other.content) == (status, absent.content)


def test_the_version_counts_what_is_shown_of_other_rows(as_ana, url, northern_practice):
    before = as_ana.get(url)["ETag"]
    Practice.objects.filter(pk=northern_practice.pk).update(name="Elm Street Medical")
    assert as_ana.get(url)["ETag"] != before


def test_the_version_counts_rows_that_hang_on_it(as_erin):
    physician = factories.PhysicianFactory()
    url = f"physicians/{physician.pk}/"
    before = as_erin.get(url)["ETag"]
    specialty = factories.SpecialtyFactory()
    assert change(as_erin, url, {"specialties": [specialty.pk]}, before).status_code == 200
    assert change(as_erin, url, {"specialties": []}, before).status_code == 412


def test_an_answer_one_has_is_not_sent_again(as_ana, url):
    etag = as_ana.get(url)["ETag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        response = as_ana.get(url, headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"] == etag
    assert as_ana.get(url, headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a70_of_eight_with_one_version_one_wins(ana, url):
    from datetime import timedelta

    from accounts import services

    _, secret = services.create_token(
        ana,
        by=ana,
        name="Phone",
        lasting=timedelta(days=1),
        at=timezone.now(),
        origin=services.Origin(),
    )
    headers = {"Authorization": f"Token {secret}"}
    etag = Api(headers=headers).get(url)["ETag"]
    start = Barrier(8)

    def rename(number):
        try:
            start.wait()
            return number, change(Api(headers=headers), url, {"name": f"Kim {number}"}, etag)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(rename, range(8)))
    assert sorted(answer.status_code for _, answer in answers) == [200] + [412] * 7
    (winner,) = (number for number, answer in answers if answer.status_code == 200)
    assert StaffMember.objects.get().name == f"Kim {winner}"
