"""Corrections as pages: proposed on the phone, marked everywhere, decided at the desk."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts.corrections import services
from contacts.corrections.services import Correction
from contacts.models import ChangeRequest, NpiMatch
from tests import factories

pytestmark = pytest.mark.django_db


def as_person(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def ask(ana, northern_practice, now):
    """Ana says something of her practice."""

    def propose_it(kind="phone", *, by=None, why="", **value):
        said = value or {"phone": "3305550100"}
        correction = Correction(kind=kind, value=said, practice=northern_practice, why=why)
        return services.propose(correction, by=by or ana, at=now)

    return propose_it


def page(person, name, *args, **query) -> str:
    response = as_person(person).get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_new_suite_takes_the_suite_alone(ana, northern_practice):
    """The rest of the address is there already."""
    client, address = as_person(ana), reverse("new-correction")
    shown = client.get(address, {"practice": northern_practice.pk})
    form = shown.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "into"}
    sent |= {"practice": northern_practice.pk, "kind": "address", "suite": "200"}
    response = client.post(address, sent)
    assert response["Location"] == northern_practice.get_absolute_url()
    request = ChangeRequest.objects.get()
    assert request.proposed["suite"] == "200"
    assert request.proposed["street"] == northern_practice.street
    assert client.post(address, sent).status_code == 302
    assert ChangeRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"kind": "phone", "phone": "555"}, "phone"),
        ({"kind": "phone", "phone": ""}, "phone"),
        ({"kind": "closed", "on": "2099-01-01"}, "on"),
        ({"kind": "joined", "first_name": "Linh"}, "last_name"),
        ({"kind": ""}, "kind"),
        ({"kind": "king"}, "kind"),
    ],
)
def test_a_mistake_is_shown_at_its_field(ana, northern_practice, value, field):
    sent = {"practice": northern_practice.pk, "client_key": uuid4(), **value}
    response = as_person(ana).post(reverse("new-correction"), sent)
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize("query", [{}, {"practice": "x"}, {"practice": 987654}, {"town": 1}])
def test_nothing_to_correct_is_not_there(ana, query):
    assert as_person(ana).get(reverse("new-correction"), query).status_code == 404


def test_a_pending_value_shows_as_unverified_with_who_said_so(ana, cleo, ask, northern_practice):
    ask(why="A secret of the north")
    for person in (ana, cleo):
        html = page(person, "practice", northern_practice.pk)
        assert "(330) 555-0100" in html
        assert "Unverified" in html
        assert "Ana North" in html
        assert "A secret" not in html


def test_the_access_rule_stays_with_those_who_work_there(ana, cleo, ask, northern_practice):
    ask("access_rule", access_rule="Back door, ask for Rosa")
    assert "Back door" in page(ana, "practice", northern_practice.pk)
    assert "Back door" not in page(cleo, "practice", northern_practice.pk)


def test_a_newcomer_is_marked_and_can_be_met(ana, ask, northern_practice):
    ask("joined", first_name="Linh", last_name="Nguyen")
    html = page(ana, "practice", northern_practice.pk)
    assert "Dr. Linh Nguyen" in html
    assert "Unverified" in html
    assert "Nguyen" in page(ana, "new-visit", practice=northern_practice.pk)
    assert "Nguyen" in page(ana, "find", q="nguyen")


def test_find_knows_a_number_that_nobody_checked(ana, ask, northern_practice):
    ask()
    assert northern_practice.name in page(ana, "find", q="(330) 555-0100")


def test_the_export_has_the_fact_and_what_is_said_beside_it(ana, ask, northern_practice):
    ask(why="A secret of the north")
    answer = as_person(ana).get(reverse("practices-export"))
    row = next(line for line in b"".join(answer).decode().splitlines() if "Northern Family" in line)
    assert northern_practice.phone in row
    assert "Phone: (330) 555-0100 (Ana North, 2026-03-02)" in row
    assert "secret" not in row


def test_the_asker_hears_what_became_of_it(ana, erin, ask):
    request = ask()
    as_person(erin).post(
        reverse("decline-correction", args=[request.pk]), {"word": "They still answer the old one"}
    )
    html = page(ana, "my-corrections")
    assert "Declined by Erin Admin" in html
    assert "They still answer the old one" in html


def test_the_desk_shows_both_sides_and_approves(erin, ask, northern_practice, now):
    request = ask()
    html = page(erin, "corrections")
    assert "(330) 555-0100" in html
    assert "Proposed: " in html
    as_person(erin).post(reverse("approve-correction", args=[request.pk]), {"as_proposed": "1"})
    northern_practice.refresh_from_db()
    assert northern_practice.phone == "3305550100"


def test_an_edit_and_a_word_go_with_the_approval(erin, ask, northern_practice):
    request = ask()
    address = reverse("approve-correction", args=[request.pk])
    assert as_person(erin).post(address, {"phone": "5"}).status_code == 200
    as_person(erin).post(address, {"phone": "216 555 0177", "word": "Two digits were swapped"})
    request.refresh_from_db()
    northern_practice.refresh_from_db()
    assert (northern_practice.phone, request.state) == ("2165550177", "edited")
    assert request.word_back == "Two digits were swapped"


def test_all_of_a_kind_are_approved_and_undone_together(erin, ask):
    ask()
    ask("fax", fax="2165550101")
    ask("hours", hours="8 to 5")
    desk = as_person(erin)
    answer = desk.post(reverse("approve-corrections"), {"kind": "fax"})
    assert ChangeRequest.objects.open().count() == 2
    desk.post(answer["Location"].split("?batch=")[0] + "approve/", {"kind": ""})
    key = ChangeRequest.objects.get(kind="hours").batch
    assert b"Undo all of it" in desk.get(reverse("corrections"), {"batch": str(key)}).content
    desk.post(reverse("undo-corrections", args=[key]))
    assert set(ChangeRequest.objects.open().values_list("kind", flat=True)) == {"phone", "hours"}


def test_a_manager_reads_the_desk_and_decides_nothing(dana, ask):
    request = ask()
    html = page(dana, "corrections")
    assert "(330) 555-0100" in html
    assert "Approve" not in html
    address = reverse("approve-correction", args=[request.pk])
    assert as_person(dana).post(address, {"as_proposed": "1"}).status_code == 403


def test_one_tap_gives_the_npi_and_another_takes_it_back(erin, ask, northern_practice):
    newcomer = ask("joined", first_name="Linh", last_name="Nguyen").physician
    known = factories.PhysicianFactory(first_name="Linh", last_name="Nguyen")
    factories.PhysicianFactory(first_name="Kim", last_name="Nguyen")
    factories.AffiliationFactory(physician=known, practice=northern_practice)
    desk = as_person(erin)
    shown = desk.get(reverse("find-npi", args=[newcomer.pk]))
    (candidate,) = shown.context["candidates"]
    assert candidate.physician == known
    assert candidate.reasons[:2] == ("same name", "works at the same practice")
    desk.post(reverse("find-npi", args=[newcomer.pk]), {"npi": known.npi})
    newcomer.refresh_from_db()
    assert newcomer.joined_into == known
    assert known.npi in page(erin, "unknown-physicians")
    desk.post(reverse("undo-match", args=[NpiMatch.objects.get().pk]))
    newcomer.refresh_from_db()
    assert newcomer.joined_into is None


def test_the_desk_costs_the_same_for_one_and_for_many(erin, ana, now):
    def more(count):
        for _ in range(count):
            said = Correction(
                kind="phone", value={"phone": "3305550100"}, practice=factories.PracticeFactory()
            )
            services.propose(said, by=ana, at=now)

    desk = as_person(erin)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(reverse("corrections")).status_code == 200
        return len(queries)

    more(1)
    cost()
    alone = cost()
    more(9)
    assert cost() == alone <= 12


def test_today_says_for_four_days_what_became_of_ones_own(ask, ana, ben, erin, northern_practice):
    now = timezone.now()
    for kind, days, by in (("phone", 3, ana), ("fax", 5, ana), ("hours", 1, ben)):
        request = ask(kind, by=by, **{kind: "3305550100"})
        answered_at = now - timedelta(days=days)
        services.decline(request, by=erin, at=answered_at, word=f"No, the {kind} stays")
    shown = page(ana, "today")
    assert "No, the phone stays" in shown
    assert "Declined by Erin" in shown
    assert "No, the fax stays" not in shown
    assert "No, the hours stays" not in shown


def test_a_person_at_the_office_is_corrected_from_the_row(ana, northern_practice):
    member = factories.StaffMemberFactory(practice=northern_practice, name="Kim Soto")
    address = f"{reverse('new-correction')}?person={member.pk}"
    assert f'href="{address}"' in page(ana, "practice", northern_practice.pk)
    assert as_person(ana).get(address).status_code == 200
