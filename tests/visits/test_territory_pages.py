"""Territories: who sees what, areas with a preview and a way back, people from a day on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Assignment, Handover, Territory, TerritoryArea
from contacts.models import Practice, Realignment
from contacts.services import Area, change_areas
from liaison_crm.core.periods import site_today
from tests import factories
from visits.reports.periods import recent_span

HARTFORD = Area("county", "09003")


@pytest.fixture
def today():
    return site_today()


@pytest.fixture
def orphan(unassigned):
    """A practice in Hartford, which no territory has."""
    return factories.PracticeFactory(
        name="Asylum Hill Practice",
        territory=unassigned,
        zip_code="06105",
        county_fips="09003",
        city="Hartford",
        state="CT",
    )


def page(client, viewer, name, *args, **asked):
    client.force_login(viewer)
    response = client.get(reverse(name, args=args), asked)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


def send(client, viewer, route, *args, **said):
    client.force_login(viewer)
    return client.post(reverse(route, args=args), said, follow=True)


# --- Reading ---


@pytest.fixture
def volumes(northern_practice, southern_practice, ana):
    """4,321 referrals in the North, 1,234 in the South, and a visit in the North."""
    span = recent_span(timezone.now())
    for practice, referrals in ((northern_practice, 4321), (southern_practice, 1234)):
        factories.VolumeCellFactory(practice=practice, month=span.recent.start, referrals=referrals)
    factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=timezone.now())


def test_the_manager_compares_all_territories(client, dana, volumes, north, south):
    text = page(client, dana, "territories")
    for words in ("North", "South", "4,321", "1,234", "100%", "Unassigned", "Ana North"):
        assert words in text


def test_a_liaison_reads_who_has_what_but_only_his_own_numbers(
    client, cleo, ana, volumes, north, unassigned
):
    text = page(client, cleo, "territories")
    assert "North" in text
    assert "Ana North" in text
    assert "1,234" in text
    assert "4,321" not in text
    assert "100%" not in text
    assert "Unassigned" not in text
    other = page(client, cleo, "territory", north.pk)
    assert "Ana North" in other
    assert "4,321" not in other
    for button in ("Look up", "Assign", "Undo", "End"):
        assert f">{button}" not in other
    client.force_login(cleo)
    hidden, missing = (client.get(reverse("territory", args=[pk])) for pk in (unassigned.pk, 10**9))
    assert hidden.status_code == missing.status_code == 404


@pytest.mark.parametrize("name", ["territories", "territory"])
def test_more_territories_cost_no_more_queries(
    client, dana, ana, north, name, django_assert_max_num_queries
):
    client.force_login(dana)
    asked = reverse(name, args=[north.pk] if name == "territory" else [])
    client.get(asked)
    search = {"q": "wayne"} if name == "territory" else {}

    def queries():
        with django_assert_max_num_queries(12) as counted:
            assert client.get(asked, search).status_code == 200
        return len(counted.captured_queries)

    factories.AreaFactory(territory=north, code="44129")
    factories.PracticeFactory(territory=north)
    one = queries()
    for n in range(20):
        other = factories.TerritoryFactory()
        factories.AssignmentFactory(territory=other, user=ana)
        factories.AreaFactory(territory=north, kind="county", code=f"39{2 * n + 1:03d}")
        factories.VolumeCellFactory(practice=factories.PracticeFactory(territory=other))
    assert queries() == one


# --- Areas ---


def test_areas_are_found_previewed_moved_and_moved_back(client, dana, north, orphan, unassigned):
    found = page(client, dana, "territory", north.pk, q="hartford")
    assert 'value="county:09003"' in found
    assert "Hartford County, CT" in found
    shown = page(client, dana, "realign", north.pk, area="county:09003")
    assert "1 practice would move to North" in shown
    assert not TerritoryArea.objects.exists()  # looking moves nothing

    answer = send(client, dana, "realign", north.pk, area="county:09003")
    assert "1 practice moved" in answer.content.decode()
    orphan.refresh_from_db()
    assert orphan.territory == north
    assert answer.redirect_chain[-1][0] == reverse("territory", args=[north.pk])

    done = Realignment.objects.get()
    answer = send(
        client, dana, "undo-realignment", done.pk, next=reverse("territory", args=[north.pk])
    )
    assert "1 practice moved back" in answer.content.decode()
    orphan.refresh_from_db()
    assert orphan.territory == unassigned
    again = send(client, dana, "undo-realignment", done.pk)
    assert "changed hands since" in again.content.decode()


def test_a_zip_code_taken_from_a_colleague_is_said_beforehand(client, dana, north, south, orphan):
    change_areas(south, by=dana, add=[HARTFORD])
    shown = page(client, dana, "realign", north.pk, area="zip:06105")
    assert "1 practice would move to North" in shown
    assert "South" in shown
    send(client, dana, "realign", north.pk, area="zip:06105")
    orphan.refresh_from_db()
    assert orphan.territory == north


def test_areas_are_taken_away(client, dana, north, orphan, unassigned):
    change_areas(north, by=dana, add=[HARTFORD])
    shown = page(client, dana, "realign", north.pk, area="county:09003", leave="on")
    assert "1 practice would have no territory" in shown
    send(client, dana, "realign", north.pk, area="county:09003", leave="on")
    orphan.refresh_from_db()
    assert orphan.territory == unassigned


def test_nothing_chosen_goes_back_and_nonsense_is_refused(client, dana, north):
    client.force_login(dana)
    asked = reverse("realign", args=[north.pk])
    assert client.get(asked).status_code == 302
    for area in ("zip:4412", "state:OH", "zip:" + "\uff14" * 5, "county:39035\n"):
        assert client.get(asked, {"area": area}).status_code == 400
    missing = client.post(asked, {"area": "zip:00001"})
    assert missing.status_code == 200
    assert "There is no ZIP code 00001" in missing.content.decode()
    assert client.get(reverse("territory", args=[north.pk]), {"z": "1"}).status_code == 400


def test_a_practice_nobody_has_is_placed_by_its_zip_code_or_county(client, dana, north, orphan):
    text = page(client, dana, "place-practice", orphan.pk)
    assert "06105 Hartford" in text
    assert "Hartford County" in text
    client.force_login(dana)
    asked = {"area": "zip:06105", "territory": north.pk}
    answer = client.get(reverse("place-practice", args=[orphan.pk]), asked)
    assert answer.url == f"{reverse('realign', args=[north.pk])}?area=zip%3A06105"


# --- People ---


def test_an_owner_is_assigned_from_a_day_and_it_can_be_undone(
    client, dana, ana, cleo, north, today
):
    answer = send(
        client,
        dana,
        "assign",
        north.pk,
        person=cleo.pk,
        part="owner",
        starts_on=today.isoformat(),
    )
    assert "Cleo South works North" in answer.content.decode()
    owners = Assignment.objects.in_force(today).owning().filter(territory=north)
    assert [held.user for held in owners] == [cleo]
    assert ana.territories_today(today).count() == 0

    undo = send(client, dana, "undo-handover", Handover.objects.get().pk)
    assert "worked as before" in undo.content.decode()
    assert ana.territories_today(today).count() == 1


def test_a_refused_assignment_says_why_beside_the_field(client, dana, ana, north, today):
    answer = send(
        client,
        dana,
        "assign",
        north.pk,
        person=ana.pk,
        part="owner",
        starts_on=today.isoformat(),
        ends_on=(today + timedelta(days=9)).isoformat(),
    )
    assert "An owner stays until the next one takes over" in answer.content.decode()
    stranger = send(client, dana, "assign", north.pk, person=dana.pk, part="owner")
    assert "Select a valid choice" in stranger.content.decode()
    assert Assignment.objects.filter(territory=north).count() == 1


def test_a_cover_ends_on_a_day(client, dana, ben, north, today):
    held = ben.assignments.get()
    send(client, dana, "end-assignment", held.pk, on=today.isoformat())
    held.refresh_from_db()
    assert held.ends_on == today


# --- The territory itself ---


def test_a_territory_is_added_renamed_and_deleted(client, dana):
    send(client, dana, "new-territory", name="East", colour="#112233")
    east = Territory.objects.get(name="East")
    send(client, dana, "edit-territory", east.pk, name="Far East", colour="#445566")
    east.refresh_from_db()
    assert (east.name, east.colour) == ("Far East", "#445566")
    send(client, dana, "delete-territory", east.pk)
    assert not Territory.objects.filter(pk=east.pk).exists()


def test_a_name_in_use_and_a_territory_in_use_are_refused(client, dana, north, northern_practice):
    taken = send(client, dana, "new-territory", name="north", colour="#112233")
    assert "already a territory of this name" in taken.content.decode()
    kept = send(client, dana, "delete-territory", north.pk)
    assert "has practices" in kept.content.decode()
    assert Territory.objects.filter(pk=north.pk).exists()


WRITES = [
    ("new-territory", {}),
    ("edit-territory", {"pk": "north"}),
    ("delete-territory", {"pk": "north"}),
    ("realign", {"pk": "north"}),
    ("assign", {"pk": "north"}),
    ("end-assignment", {"pk": "assignment"}),
    ("undo-handover", {"pk": "one"}),
    ("undo-realignment", {"pk": "one"}),
]


@pytest.mark.parametrize(("name", "needs"), WRITES)
def test_a_liaison_changes_nothing(client, ana, north, name, needs):
    keys = {"north": north.pk, "assignment": ana.assignments.get().pk, "one": 1}
    args = [keys[value] for value in needs.values()]
    client.force_login(ana)
    before = list(Territory.objects.values()), list(Assignment.objects.values())
    said = {"name": "Mine", "colour": "#000000", "area": "county:39035", "on": "2026-01-01"}
    assert client.post(reverse(name, args=args), said).status_code == 403
    assert (list(Territory.objects.values()), list(Assignment.objects.values())) == before
    assert not TerritoryArea.objects.exists()


def test_unassigned_is_not_to_be_changed(client, dana, unassigned):
    client.force_login(dana)
    for name in ("edit-territory", "delete-territory", "assign", "realign"):
        answer = client.post(reverse(name, args=[unassigned.pk]), {"area": "county:39035"})
        assert answer.status_code == 404
    assert Practice.objects.count() == 0
