"""What each of the cast reaches: lists compared with plain Python, rows by their ids."""

import random

import pytest

from accounts.models import Territory, User
from tests import factories
from visits.models import Visit

pytestmark = pytest.mark.django_db

SCOPED = ("visits", "follow-ups", "staff", "referrals")


def build(kind, practice, person):
    match kind:
        case "visits":
            return factories.VisitFactory(practice=practice, liaison=person)
        case "follow-ups":
            return factories.FollowUpFactory(practice=practice, owner=person)
        case "staff":
            return factories.StaffMemberFactory(practice=practice)
        case "referrals":
            return factories.ReferralFactory(practice=practice)
    raise AssertionError(kind)


def ids(client, path):
    found, url = [], path
    while url:
        page = client.get(url.removeprefix("http://testserver/api/v1/")).json()
        found += [row["id"] for row in page["results"]]
        url = page["next"]
    return found


@pytest.mark.parametrize("kind", SCOPED)
def test_a_strangers_row_reads_like_none(as_cleo, kind, northern_practice, ana):
    row = build(kind, northern_practice, ana)
    other, absent = as_cleo.get(f"{kind}/{row.pk}/"), as_cleo.get(f"{kind}/999999/")
    assert (other.status_code, other.content) == (404, absent.content)
    assert ids(as_cleo, f"{kind}/") == []


@pytest.mark.parametrize("kind", SCOPED)
@pytest.mark.parametrize("seed", range(3))
def test_lists_hold_what_a_plain_filter_holds(api, kind, seed):
    """Random worlds: people, territories and rows; the scope spelled out once more, slowly."""
    dice = random.Random(seed)
    territories = factories.TerritoryFactory.create_batch(3)
    people = [
        factories.UserFactory(name=f"P{seed}{n}", role=role)
        for n, role in enumerate(["liaison", "liaison", "liaison", "manager", "admin"])
    ]
    works: dict[int, set[int]] = {person.pk: set() for person in people}
    for person in people[:3]:
        for territory in dice.sample(territories, dice.randrange(3)):
            factories.AssignmentFactory(user=person, territory=territory, part="cover")
            works[person.pk].add(territory.pk)
    unassigned = Territory.objects.get(is_unassigned=True)
    practices = [
        factories.PracticeFactory(territory=dice.choice([*territories, unassigned]))
        for _ in range(8)
    ]
    rows = [build(kind, dice.choice(practices), people[0]) for _ in range(20)]
    for person in people:
        expected = {
            row.pk
            for row in rows
            if person.role in ("manager", "admin") or row.practice.territory_id in works[person.pk]
        }
        assert set(ids(api(person), f"{kind}/?page_size=7")) == expected


def test_volumes_are_sums_of_what_one_sees(
    api, ana, cleo, dana, northern_practice, southern_practice
):
    factories.VolumeCellFactory(practice=northern_practice, referrals=3)
    factories.VolumeCellFactory(practice=southern_practice, referrals=5)
    for person, total in ((ana, 3), (cleo, 5), (dana, 8)):
        (row,) = api(person).get("volumes/").json()["results"]
        assert (row["month"], row["referrals"]) == ("2026-02", total)


def test_volumes_of_a_strangers_practice_are_empty(as_cleo, northern_practice):
    factories.VolumeCellFactory(practice=northern_practice)
    path = f"volumes/?practice={northern_practice.pk}&group_by=practice"
    assert as_cleo.get(path).json()["results"] == []


def test_the_directory_is_everybodys(as_cleo, northern_practice):
    assert as_cleo.get(f"practices/{northern_practice.pk}/").status_code == 200


def test_unassigned_is_a_word_for_managers(as_ana, as_dana, unassigned):
    practice = factories.PracticeFactory(territory=unassigned)
    path = f"practices/?territory={unassigned.pk}"
    assert as_ana.get(path).json()["results"] == []
    assert [row["id"] for row in as_dana.get(path).json()["results"]] == [practice.pk]
    shown = as_ana.get(f"practices/{practice.pk}/").json()
    assert (shown["territory"], shown["territory_name"]) == (None, "")
    assert as_dana.get(f"practices/{practice.pk}/").json()["territory_name"] == "Unassigned"
    assert as_ana.get(f"territories/{unassigned.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["imports/", "handovers/"])
def test_what_managers_read_is_empty_for_liaisons(as_ana, as_dana, path, dana):
    factories.IntakeBatchFactory()
    as_dana.post(
        "assignments/",
        {
            "person": factories.UserFactory().pk,
            "territory": factories.TerritoryFactory().pk,
            "starts_on": "2026-03-02",
        },
    )
    assert ids(as_ana, path) == []
    assert len(ids(as_dana, path)) == 1


def test_a_moved_assignment_is_obeyed_at_the_next_request(as_ana, ana, northern_practice):
    row = build("visits", northern_practice, ana)
    assert ids(as_ana, "visits/") == [row.pk]
    ana.assignments.update(ends_on="2026-03-01")
    assert ids(as_ana, "visits/") == []
    assert as_ana.get(f"visits/{row.pk}/").status_code == 404


def test_a_person_without_a_known_role_sees_nothing(api, northern_practice, ana):
    build("visits", northern_practice, ana)
    client = api(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get("visits/").status_code == 401
    assert client.get("practices/").status_code == 401


def test_taken_back_visits_are_listed_only_when_asked_for(as_ana, ana, northern_practice, now):
    standing, gone = (build("visits", northern_practice, ana) for _ in range(2))
    Visit.ever.filter(pk=gone.pk).update(taken_back_at=now)
    assert ids(as_ana, "visits/") == [standing.pk]
    assert ids(as_ana, "visits/?taken_back=false") == [standing.pk]
    assert ids(as_ana, "visits/?taken_back=true") == [gone.pk]


def test_no_answer_holds_a_patients_key(as_dana, northern_practice):
    factories.ReferralFactory(practice=northern_practice, patient_key=b"k" * 32)
    assert "patient" not in as_dana.get("referrals/").content.decode()
