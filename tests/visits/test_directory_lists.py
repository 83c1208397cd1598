"""The lists of physicians and practices: what they show to whom, and what they refuse."""

import csv
import io

import pytest
from django.urls import reverse

from accounts.models import AccessLog
from contacts.models import Organization, Physician
from liaison_crm.core.periods import Month, site_today
from tests import factories
from tests.clock import noon_days_ago
from visits.reports import periods

LISTS = ["physicians", "practices"]


@pytest.fixture
def span(now):
    """The months the pages speak of on the day the tests run."""
    return periods.recent_span(now)


@pytest.fixture
def now():
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def northern(northern_practice, ana, span, now):
    """A physician and a practice of the North, with referrals and a visit by Ana."""
    person = factories.PhysicianFactory(first_name="Priya", last_name="Raman")
    factories.AffiliationFactory(physician=person, practice=northern_practice)
    for month in (span.recent.start, span.before.start):
        factories.VolumeCellFactory(
            month=month, practice=northern_practice, physician=person, referrals=4321
        )
    visit = factories.VisitFactory(
        practice=northern_practice, liaison=ana, held_at=noon_days_ago(41)
    )
    factories.AttendeeFactory(visit=visit, physician=person)
    return person


@pytest.fixture
def southern(southern_practice):
    person = factories.PhysicianFactory(first_name="Tom", last_name="Albrecht")
    factories.AffiliationFactory(physician=person, practice=southern_practice)
    return person


def shown(client, viewer, name, **asked):
    client.force_login(viewer)
    response = client.get(reverse(name), asked)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


# --- Who sees what ---


@pytest.mark.parametrize("name", LISTS)
def test_a_liaison_starts_with_his_own_territories(client, ana, cleo, northern, southern, name):
    page = shown(client, ana, name)
    assert "Northern Family Medicine" in page
    assert "Southern Family Medicine" not in page
    assert "in my territories" in page


@pytest.mark.parametrize("name", LISTS)
def test_nobody_learns_a_colleagues_volumes_or_visits(client, cleo, northern, southern, name):
    page = shown(client, cleo, name, territory="all")
    assert "Northern Family Medicine" in page  # the directory is open
    assert "4,321" not in page
    assert "41 days ago" not in page
    assert shown(client, cleo, name, territory="all", falling="1").count("<tr>") <= 1
    unseen = shown(client, cleo, name, territory="all", unseen="30")
    assert "Northern Family Medicine" not in unseen
    assert "Southern Family Medicine" in unseen


@pytest.mark.parametrize("name", LISTS)
def test_the_manager_sees_every_territory_with_its_numbers(client, dana, northern, southern, name):
    page = shown(client, dana, name)
    assert "Northern Family Medicine" in page
    assert "Southern Family Medicine" in page
    assert "4,321" in page
    assert "41 days ago" in page


def test_the_unassigned_territory_cannot_be_named_by_a_liaison(client, ana, unassigned):
    client.force_login(ana)
    for pk in (unassigned.pk, 10**9):
        response = client.get(reverse("physicians"), {"territory": pk})
        assert response.status_code == 400


# --- What can be asked ---


def test_physicians_are_found_by_every_filter(client, dana, northern, southern, north):
    northern.primary_specialty = factories.SpecialtyFactory(
        taxonomy_code="999Z77777X", name="Cardiology"
    )
    northern.save()
    group = factories.OrganizationFactory(
        name="Cuyahoga Health", network=Organization.Network.COMPETITOR
    )
    practice = northern.affiliations.get().practice
    practice.organization = group
    practice.save()
    for asked in (
        {"q": "rama"},
        {"q": northern.npi},
        {"specialty": "Cardiology"},
        {"territory": north.pk},
        {"network": "competitor"},
        {"organization": group.pk},
        {"q": "raman", "specialty": "Cardiology", "sort": "-referrals"},
    ):
        page = shown(client, dana, "physicians", **asked)
        assert "Priya Raman" in page, asked
        assert "Tom Albrecht" not in page, asked
        assert "1 physician" in page, asked


def test_who_is_retired_shows_only_when_asked_for(client, dana, northern, southern):
    southern.status = Physician.Status.RETIRED
    southern.save()
    assert "Albrecht" not in shown(client, dana, "physicians")
    assert "Albrecht" in shown(client, dana, "physicians", status="retired")
    both = shown(client, dana, "physicians", status="any")
    assert "Albrecht" in both
    assert "Raman" in both


def test_a_closed_practice_shows_only_when_asked_for(client, dana, southern_practice):
    southern_practice.closed_on = site_today()
    southern_practice.save()
    assert "Southern Family" not in shown(client, dana, "practices")
    assert "Southern Family" in shown(client, dana, "practices", status="closed")


def test_a_practice_without_organization_is_of_unknown_network(client, dana, northern_practice):
    assert "Northern Family" in shown(client, dana, "practices", network="unknown")
    assert "Northern Family" not in shown(client, dana, "practices", network="own")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("sort", ["name", "-name", "-referrals", "change", "-change", "seen"])
def test_every_order_leads_through_all_pages(client, dana, name, sort):
    practices = factories.PracticeFactory.create_batch(60)
    for practice in practices:
        factories.AffiliationFactory(practice=practice)
    first = shown(client, dana, name, sort=sort)
    assert 'rel="next"' in first
    after = first.split('rel="next" href="?')[1].split('"')[0].replace("&amp;", "&")
    client.force_login(dana)
    second = client.get(f"{reverse(name)}?{after}").content.decode()
    assert 'rel="prev"' in second
    assert first.count("<tr>") + second.count("<tr>") == 60 + 2


# --- What is refused ---


@pytest.mark.parametrize("name", [*LISTS, "physicians-export", "practices-export"])
@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"territroy": "5"}, "territroy"),
        ({"sort": "password"}, "sort"),
        ({"status": "gone"}, "status"),
        ({"territory": "٣"}, "territory"),
        ({"organization": "9223372036854775808"}, "organization"),
        ({"q": "a" * 201}, "q"),
        ({"q": " ".join("abcdefghijk")}, "q"),
        ({"q": "a\x00b"}, "q"),
        ({"after": "-1"}, "after"),
        ({"after": "1e20"}, "after"),
        ({"unseen": "31"}, "unseen"),
    ],
)
def test_a74_what_cannot_be_asked_is_named(client, dana, name, asked, named):
    client.force_login(dana)
    response = client.get(reverse(name), asked)
    assert response.status_code == 400
    assert named in response.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_a76_a_place_that_is_no_row_is_not_found(client, dana, name):
    client.force_login(dana)
    assert client.get(reverse(name), {"after": 9223372036854775807}).status_code == 404


@pytest.mark.parametrize("words", ["%", "_", "\\", "' OR 1=1--", "(((", "a & !b", "<script>"])
def test_a74_signs_in_a_search_are_letters(client, dana, northern, words):
    page = shown(client, dana, "physicians", q=words)
    assert "Raman" not in page
    assert "<script>" not in page


# --- Cost ---


@pytest.mark.parametrize("who", ["ana", "dana"])
@pytest.mark.parametrize("name", LISTS)
def test_one_row_and_fifty_cost_the_same_queries(
    client, request, django_assert_max_num_queries, north, who, name
):
    client.force_login(request.getfixturevalue(who))
    client.get(reverse(name))

    def queries(**asked):
        with django_assert_max_num_queries(12) as counted:
            assert client.get(reverse(name), asked).status_code == 200
        return len(counted.captured_queries)

    factories.AffiliationFactory(practice__territory=north, practice__organization=None)
    one = queries(), queries(sort="-referrals")
    for practice in factories.PracticeFactory.create_batch(
        55, territory=north, organization=factories.OrganizationFactory()
    ):
        factories.AffiliationFactory(practice=practice)
    assert (queries(), queries(sort="-referrals")) == one


# --- The file ---


def downloaded(client, viewer, name, **asked):
    client.force_login(viewer)
    response = client.get(reverse(f"{name}-export"), asked)
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", LISTS)
def test_the_file_holds_the_list_as_asked_for_and_is_noted(client, dana, northern, southern, name):
    rows = downloaded(client, dana, name, sort="-referrals")
    assert [row["Practice"] for row in rows] == [
        "Northern Family Medicine",
        "Southern Family Medicine",
    ]
    assert rows[0]["Referrals in the last 3 months"] == "4321"
    assert rows[0]["Last seen"] != ""
    assert rows[0]["Liaison"] == "Ana North"
    noted = AccessLog.objects.get(action=AccessLog.Action.EXPORT)
    assert (noted.user, noted.subject) == (dana, name)
    assert noted.detail == {"asked": "sort=-referrals", "rows": 2}


@pytest.mark.parametrize("name", LISTS)
def test_the_file_keeps_a_colleagues_relationship_blank(client, cleo, northern, southern, name):
    rows = {row["Practice"]: row for row in downloaded(client, cleo, name, territory="all")}
    for column in ("Referrals in 12 months", "Same months last year", "Last seen"):
        assert rows["Northern Family Medicine"][column] == ""
    assert rows["Southern Family Medicine"]["Referrals in 12 months"] == "0"


def test_a13_no_name_in_the_file_is_a_formula(client, dana, northern_practice):
    northern_practice.name = "=cmd|'/c calc'!A1"
    northern_practice.save()
    assert downloaded(client, dana, "practices")[0]["Practice"] == "'=cmd|'/c calc'!A1"


def test_the_span_ends_with_a_closed_month(now):
    assert Month.of(periods.recent_span(now).recent.last) < Month.of(site_today(now))
