"""The directory is kept by admins through its services (A101)."""

from datetime import date

import pytest

from accounts.models import Territory, TerritoryArea
from contacts.models import Affiliation, Organization, Physician, Practice, StaffMember
from tests import factories
from tests.admin.conftest import address
from tests.factories import npi


def inline(prefix: str, *rows: dict, initial: int = 0) -> dict:
    data = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def physician_form(physician: Physician | None = None, **changes) -> dict:
    known = {
        "npi": physician.npi if physician else npi(777),
        "first_name": physician.first_name if physician else "Maria",
        "last_name": physician.last_name if physician else "Nuñez",
        "middle_name": "",
        "suffix": "",
        "credentials": "MD",
        "primary_specialty": physician.primary_specialty_id if physician else "",
        "version": physician.updated_at.isoformat() if physician else "",
    }
    return {**known, **inline("affiliations"), **changes}


def test_a_physician_is_added_with_his_practice(desk, northern_practice):
    answer = desk.post(
        address(Physician, "add"),
        physician_form()
        | inline(
            "affiliations",
            {"practice": northern_practice.pk, "role": "partner", "starts_on": "2026-01-05"},
        ),
    )
    assert answer.status_code == 302, answer.context["errors"]
    physician = Physician.objects.get(npi=npi(777))
    affiliation = physician.affiliations.get()
    assert (affiliation.practice, affiliation.role) == (northern_practice, "partner")
    assert affiliation.is_primary, "the service makes the only practice the primary one"


def test_a_physician_is_corrected(desk):
    physician = factories.PhysicianFactory()
    answer = desk.post(
        address(Physician, "change", physician.pk), physician_form(physician, last_name="Muñoz")
    )
    assert answer.status_code == 302
    physician.refresh_from_db()
    assert physician.last_name == "Muñoz"


@pytest.mark.parametrize("wrong", ["1234567890", "123", "\uff13" * 10, "3" * 10])
def test_a_wrong_npi_is_refused_at_its_field(desk, wrong):
    answer = desk.post(address(Physician, "add"), physician_form(npi=wrong))
    assert answer.status_code == 200
    assert "npi" in answer.context["adminform"].form.errors
    assert not Physician.objects.exists()


def test_an_npi_somebody_has_is_refused_at_its_field(desk):
    other = factories.PhysicianFactory()
    answer = desk.post(address(Physician, "add"), physician_form(npi=other.npi))
    assert "has this NPI already" in str(answer.context["adminform"].form.errors["npi"])
    assert Physician.objects.count() == 1


def test_a_refused_affiliation_leaves_the_physician_unchanged(desk, northern_practice):
    physician = factories.PhysicianFactory()
    factories.AffiliationFactory(physician=physician, practice=northern_practice)
    row = Affiliation.objects.get()
    again = {"practice": northern_practice.pk, "role": "clinician"}
    answer = desk.post(
        address(Physician, "change", physician.pk),
        physician_form(physician, last_name="Changed")
        | inline(
            "affiliations",
            {"id": row.pk, "physician": physician.pk, "practice": northern_practice.pk}
            | {"role": "clinician", "is_primary": "on", "starts_on": "2020-01-01"},
            {"physician": physician.pk, **again},
            initial=1,
        ),
    )
    assert answer.status_code == 200
    assert "already works at" in answer.content.decode()
    physician.refresh_from_db()
    assert physician.last_name != "Changed"


def test_an_affiliation_is_ended_and_never_overwritten(desk, northern_practice):
    physician = factories.PhysicianFactory()
    row = factories.AffiliationFactory(physician=physician, practice=northern_practice)
    desk.post(
        address(Physician, "change", physician.pk),
        physician_form(physician)
        | inline(
            "affiliations",
            {"id": row.pk, "physician": physician.pk, "practice": northern_practice.pk}
            | {"role": "clinician", "is_primary": "on", "starts_on": "2020-01-01"}
            | {"ends_on": "2026-03-01"},
            initial=1,
        ),
    )
    row.refresh_from_db()
    assert row.ends_on == date(2026, 3, 1)


def test_a101_a_physician_with_referrals_is_not_deleted(desk):
    referral = factories.ReferralFactory()
    page = desk.get(address(Physician, "delete", referral.physician_id)).content.decode()
    assert "1 referral" in page
    answer = desk.post(address(Physician, "delete", referral.physician_id), {"post": "yes"})
    assert answer.status_code in {200, 302}
    assert Physician.objects.filter(pk=referral.physician_id).exists()


def test_a_physician_added_by_mistake_is_deleted(desk):
    physician = factories.PhysicianFactory()
    desk.post(address(Physician, "delete", physician.pk), {"post": "yes"})
    assert not Physician.objects.exists()


def test_a101_a_territory_with_people_is_not_deleted(desk, ana, north):
    answer = desk.post(address(Territory, "delete", north.pk), {"post": "yes"})
    assert answer.status_code in {200, 302}
    assert Territory.objects.filter(pk=north.pk).exists()


def test_unassigned_is_looked_at_only(desk, unassigned):
    page = address(Territory, "change", unassigned.pk)
    assert desk.get(page).status_code == 200
    assert desk.post(page, {"name": "Mine", "colour": "#000000"}).status_code == 403
    assert (
        desk.post(address(Territory, "delete", unassigned.pk), {"post": "yes"}).status_code == 403
    )


def territory_form(territory: Territory, **changes) -> dict:
    return {
        "name": territory.name,
        "colour": territory.colour,
        "version": territory.updated_at.isoformat(),
        **inline("areas"),
        **inline("assignments"),
        **changes,
    }


def test_practices_follow_the_areas_of_a_territory(desk, north, unassigned):
    practice = factories.PracticeFactory(territory=unassigned, zip_code="44129")
    desk.post(
        address(Territory, "change", north.pk),
        territory_form(north) | inline("areas", {"kind": "zip", "code": "44129"}),
    )
    practice.refresh_from_db()
    assert practice.territory == north
    area = TerritoryArea.objects.get()
    desk.post(
        address(Territory, "change", north.pk),
        territory_form(north)
        | inline(
            "areas",
            {"id": area.pk, "territory": north.pk, "kind": "zip", "code": "44129", "DELETE": "on"},
            initial=1,
        ),
    )
    practice.refresh_from_db()
    assert practice.territory == unassigned


def test_an_area_of_another_territory_is_refused(desk, north, south):
    factories.AreaFactory(territory=south, code="44129")
    answer = desk.post(
        address(Territory, "change", north.pk),
        territory_form(north) | inline("areas", {"kind": "zip", "code": "44129"}),
    )
    assert answer.status_code == 200
    assert "already belongs to South" in answer.content.decode()


def test_a_practice_is_added_where_its_address_says(desk, north):
    factories.AreaFactory(territory=north, code="44129")
    answer = desk.post(
        address(Practice, "add"),
        {"name": "Parma Clinic", "street": "5500 Ridge Rd", "city": "Parma", "state": "OH"}
        | {"zip_code": "44129", **inline("affiliations"), **inline("staff")},
    )
    assert answer.status_code == 302, answer.context["errors"]
    practice = Practice.objects.get()
    assert (practice.territory, practice.county_fips) == (north, "39035")


def test_staff_and_organisations_are_kept_through_services(desk, northern_practice):
    desk.post(
        address(StaffMember, "add"),
        {"practice": northern_practice.pk, "name": "Joy", "job": "front_desk"},
    )
    member = StaffMember.objects.get()
    form = {"name": "Joy Kim", "job": "nurse", "left_on": "2026-03-01"}
    desk.post(
        address(StaffMember, "change", member.pk),
        {**form, "version": member.updated_at.isoformat()},
    )
    member.refresh_from_db()
    assert (member.name, member.job, member.left_on) == ("Joy Kim", "nurse", date(2026, 3, 1))
    desk.post(address(Organization, "add"), {"name": "Health Group", "network": "friendly"})
    assert Organization.objects.get().npi is None


def test_the_history_of_a_physician_tells_of_his_affiliations(desk, erin, northern_practice):
    physician = factories.PhysicianFactory()
    desk.post(
        address(Physician, "change", physician.pk),
        physician_form(physician, last_name="Changed")
        | inline("affiliations", {"practice": northern_practice.pk, "role": "clinician"}),
    )
    page = desk.get(address(Physician, "history", physician.pk)).content.decode()
    assert "<ins>Changed</ins>" in page
    assert "Northern Family Medicine" in page
    assert "Erin Admin" in page


def test_autocomplete_finds_by_beginnings_of_words(desk):
    factories.PhysicianFactory(first_name="Kwame", last_name="Mensah")
    factories.PhysicianFactory(first_name="Ama", last_name="Boateng")
    answer = desk.get(
        "/admin/autocomplete/",
        {
            "app_label": "contacts",
            "model_name": "affiliation",
            "field_name": "physician",
            "term": "mens kwa",
        },
    ).json()
    assert [row["text"] for row in answer["results"]] == ["Dr. Kwame Mensah"]
