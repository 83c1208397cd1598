"""What a later load changes, and what it leaves as people wrote it."""

from datetime import date

import pytest

from contacts import hooks, services
from contacts.models import (
    Affiliation,
    Organization,
    Physician,
    Practice,
    Specialty,
)
from tests import factories
from tests.contacts.registry.files import (
    MARCH,
    audit_rows,
    blank,
    clinician,
    directory,
    load,
    organization,
    write,
)

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 6)
MAY = date(2026, 5, 4)


@pytest.fixture
def file(tmp_path):
    """Writes rows to a file of their own."""
    numbers = iter(range(100))
    return lambda *rows: write(tmp_path / f"{next(numbers)}.csv", rows)


def physician(number=1):
    return Physician.objects.get(npi=factories.npi(number))


def whereabouts(number=1):
    """Where a clinician works and worked: suite, first day, last day, by whose word."""
    rows = Affiliation.objects.filter(physician=physician(number)).order_by("pk")
    return [(row.practice.suite, row.starts_on, row.ends_on, row.source) for row in rows]


def test_a_move_ends_one_affiliation_and_opens_the_next(file):
    load(file(clinician(1, line_2="STE 5")))
    load(file(clinician(1, line_2="STE 6", changed_on="04/01/2026")), observed_on=APRIL)
    assert whereabouts() == [("Ste 5", None, APRIL, "nppes"), ("Ste 6", APRIL, None, "nppes")]
    assert physician().affiliations.get(ends_on=None).is_primary
    # And back again: a new affiliation, the old ones are history.
    load(file(clinician(1, line_2="STE 5", changed_on="05/01/2026")), observed_on=MAY)
    assert whereabouts()[1:] == [("Ste 6", APRIL, MAY, "nppes"), ("Ste 5", MAY, None, "nppes")]


def test_two_moves_on_one_day_keep_the_dates_in_order(file):
    load(file(clinician(1, line_2="STE 5")))
    load(file(clinician(1, line_2="STE 6", changed_on="04/01/2026")), observed_on=APRIL)
    load(file(clinician(1, line_2="STE 7", changed_on="04/02/2026")), observed_on=APRIL)
    assert whereabouts()[1:] == [
        ("Ste 6", APRIL, date(2026, 4, 7), "nppes"),
        ("Ste 7", APRIL, None, "nppes"),
    ]


def test_an_address_spelled_anew_is_no_move(file):
    load(file(clinician(1, line_2="SUITE 5")))
    audited = audit_rows()
    counts = load(file(clinician(1, line_2="Ste. 5", changed_on="04/01/2026"))).counts
    assert counts["changed physicians"] == 1
    assert whereabouts() == [("Ste 5", None, None, "nppes")]
    assert audit_rows() == audited


def test_affiliations_a_colleague_entered_are_never_touched(file, erin):
    load(file(clinician(1, line_2="STE 5")))
    elsewhere = factories.PracticeFactory(suite="Annex")
    services.move_physician(
        physician().affiliations.get(), to=elsewhere, by=erin, on=date(2026, 3, 20)
    )
    load(file(clinician(1, line_2="STE 6", changed_on="04/01/2026")), observed_on=APRIL)
    assert whereabouts() == [
        ("Ste 5", None, date(2026, 3, 20), "nppes"),
        ("Annex", date(2026, 3, 20), None, "colleague"),
        ("Ste 6", APRIL, None, "nppes"),
    ]
    assert physician().affiliations.get(is_primary=True, ends_on=None).practice == elsewhere


def test_an_affiliation_a_colleague_ended_stays_ended(file, erin):
    load(file(clinician(1, line_2="STE 5")))
    services.end_affiliation(physician().affiliations.get(), by=erin, ends_on=date(2026, 3, 20))
    load(file(clinician(1, line_2="SUITE 5", changed_on="04/01/2026")), observed_on=APRIL)
    assert whereabouts() == [("Ste 5", None, date(2026, 3, 20), "nppes")]


def test_a_correction_stays_until_the_registry_says_something_new(file, erin):
    path = file(clinician(1, last_name="MACDOWELLE"))
    load(path)
    services.edit_physician(physician(), by=erin, last_name="MacDowelle")
    load(path, observed_on=APRIL)
    assert physician().last_name == "MacDowelle"
    moved = {"last_name": "MACDOWELLE", "line_2": "STE 9", "changed_on": "04/20/2026"}
    load(file(clinician(1, **moved)), observed_on=MAY)
    assert physician().last_name == "MacDowelle"
    load(file(clinician(1, **{**moved, "last_name": "RUIZ"}, credentials="DO")), observed_on=MAY)
    assert physician().last_name == "Ruiz"


def test_somebody_a_colleague_entered_gets_only_what_was_empty(file, erin):
    surgery = Specialty.objects.get(taxonomy_code="208600000X")
    services.add_physician(
        by=erin,
        npi=factories.npi(1),
        first_name="Mia",
        last_name="Raman",
        primary_specialty=surgery,
    )
    counts = load(file(clinician(1, middle_name="BEA"))).counts
    found = physician()
    assert (found.first_name, found.middle_name, found.credentials) == ("Mia", "Bea", "MD")
    assert (found.primary_specialty, found.source) == (surgery, "colleague")
    assert set(found.specialties.values_list("taxonomy_code", flat=True)) == {
        "208600000X",
        "207RC0000X",
    }
    assert counts["changed physicians"] == 1
    assert whereabouts() == [("", None, None, "nppes")]


def test_an_older_file_never_undoes_a_newer(file):
    load(file(clinician(1, last_name="NEW", changed_on="03/01/2026")), observed_on=MARCH)
    before = directory()
    older = file(clinician(1, last_name="OLD", line_2="STE 9", changed_on="02/01/2026"))
    counts = load(older, observed_on=APRIL).counts
    assert counts["skipped"] == {"older": 1}
    earlier = file(clinician(1, last_name="OLD", changed_on="03/01/2026"))
    assert load(earlier, observed_on=date(2026, 2, 2)).counts["skipped"] == {"older": 1}
    long_deactivated = file(blank(1, "01/15/2020"))
    assert load(long_deactivated, observed_on=APRIL).counts["skipped"] == {"older": 1}
    assert directory() == before


def test_of_one_npi_in_several_files_the_latest_change_stands(file):
    newer = file(clinician(1, last_name="NEWER", changed_on="03/01/2026"))
    older = file(clinician(1, last_name="OLDER", changed_on="02/01/2026"))
    counts = load(newer, older).counts
    assert physician().last_name == "Newer"
    assert (counts["read"], counts["skipped"], counts["new physicians"]) == (2, {"repeated": 1}, 1)


def test_a35_a_deactivated_npi_is_flagged_and_nothing_is_deleted(file):
    load(file(clinician(1, line_2="STE 5"), clinician(2, line_2="STE 5")))
    counts = load(file(blank(1, "03/15/2026"), blank(9, "03/15/2026")), observed_on=APRIL).counts
    gone = physician()
    assert (gone.status, gone.status_on) == ("deactivated", date(2026, 3, 15))
    assert (gone.last_name, gone.specialties.count()) == ("Raman1", 1)
    assert whereabouts() == [("Ste 5", None, date(2026, 3, 15), "nppes")]
    assert counts["deactivated"] == 1
    assert counts["skipped"] == {"deactivated and not known here": 1}
    assert Practice.objects.get().name == "Maya Raman2, MD"


def test_a35_a_reactivated_npi_is_active_again(file):
    path = file(clinician(1, line_2="STE 5"))
    load(path)
    load(file(blank(1, "03/15/2026")), observed_on=APRIL)
    back = clinician(
        1,
        line_2="STE 5",
        deactivated_on="03/15/2026",
        reactivated_on="04/20/2026",
        changed_on="04/20/2026",
    )
    counts = load(file(back), observed_on=MAY).counts
    assert (physician().status, counts["reactivated"]) == ("active", 1)
    assert whereabouts() == [
        ("Ste 5", None, date(2026, 3, 15), "nppes"),
        ("Ste 5", MAY, None, "nppes"),
    ]
    assert load(file(back), observed_on=MAY).counts["same"] == 1


def test_a35_a_row_both_deactivated_and_reactivated_comes_in_active(file):
    load(file(clinician(1, deactivated_on="03/15/2016", reactivated_on="04/20/2016")))
    assert physician().status == "active"
    assert len(whereabouts()) == 1


def test_a35_a_replacement_npi_is_kept(file):
    load(file(clinician(1)))
    replaced = clinician(1, replaced_by=factories.npi(2), changed_on="03/20/2026")
    load(file(replaced), observed_on=APRIL)
    assert physician().replaced_by_npi == factories.npi(2)


def test_a35_retired_by_a_colleague_stays_retired(file, erin):
    load(file(clinician(1, line_2="STE 5")))
    services.retire_physician(physician(), by=erin, on=date(2026, 3, 20))
    load(file(clinician(1, line_2="STE 6", changed_on="04/01/2026")), observed_on=APRIL)
    assert physician().status == "retired"
    assert whereabouts() == [("Ste 5", None, date(2026, 3, 20), "nppes")]


def test_a35_an_organisation_that_ends_leaves_its_practice(file):
    load(file(clinician(1), clinician(2), organization(3, "HEART GROUP PC")))
    load(file(blank(3, "03/15/2026")), observed_on=APRIL)
    practice = Practice.objects.get()
    assert (practice.name, practice.organization) == ("1000 Asylum Ave", None)
    assert Organization.objects.get().name == "Heart Group PC"


def test_an_organisation_that_moves_takes_its_name_along(file):
    load(file(clinician(1), organization(3, "HEART GROUP PC")))
    away = organization(3, "HEART GROUP PC", line_1="9 OAK ST", changed_on="03/20/2026")
    load(file(away), observed_on=APRIL)
    assert set(Practice.objects.values_list("street", "name", "organization__name")) == {
        ("1000 Asylum Ave", "Maya Raman1, MD", None),
        ("9 Oak St", "Heart Group PC", "Heart Group PC"),
    }


def test_a37_the_primary_specialty_goes_by_its_switch_and_no_code_is_lost(file):
    row = clinician(1, ("207R00000X", "999Z99999X"))
    row["Healthcare Provider Primary Taxonomy Switch_1"] = "N"
    row["Healthcare Provider Primary Taxonomy Switch_2"] = "Y"
    none = clinician(2, ("207R00000X", "207RC0000X"))
    none["Healthcare Provider Primary Taxonomy Switch_1"] = "N"
    counts = load(file(row, none)).counts
    assert str(physician(1).primary_specialty) == "Taxonomy 999Z99999X"
    assert not physician(1).primary_is_assumed
    assert (str(physician(2).primary_specialty), physician(2).primary_is_assumed) == (
        "Internal Medicine",
        True,
    )
    assert counts["primary specialty assumed"] == 1
    assert counts["specialties without a name"] == 1


def test_a37_specialties_follow_the_registry(file):
    load(file(clinician(1, ("207R00000X", "207RC0000X"))))
    kept = physician().specialties.through.objects.get(specialty__taxonomy_code="207RC0000X").pk
    load(file(clinician(1, ("207RC0000X", "207RI0200X"), changed_on="03/20/2026")))
    assert set(physician().specialties.values_list("taxonomy_code", flat=True)) == {
        "207RC0000X",
        "207RI0200X",
    }
    assert physician().specialties.through.objects.filter(pk=kept).exists()


def test_a39_what_is_no_clinician_is_skipped_and_counted(file):
    counts = load(
        file(
            clinician(1),
            clinician(2, last_name="<UNAVAIL>"),
            clinician(3, entity_type="2"),
            clinician(4, entity_type="7"),
        )
    ).counts
    assert counts["skipped"] == {"of another entity type": 1, "without a name": 2}
    assert Physician.objects.count() == 1


def test_a39_an_npi_never_becomes_another_kind(file):
    load(file(clinician(1), organization(2, "HEART GROUP PC")))
    before = directory()
    counts = load(
        file(
            organization(1, "RAMAN PC", changed_on="03/20/2026"),
            clinician(2, changed_on="03/20/2026"),
        ),
        observed_on=APRIL,
    ).counts
    assert counts["skipped"] == {"of another entity type": 2}
    assert directory() == before


def test_a_part_belongs_to_its_parent(file):
    load(
        file(
            organization(1, "AYER CLINIC LLC", is_subpart="Y", parent_name="ESSENT CARE, INC."),
            organization(2, "CONCORD CLINIC LLC", is_subpart="Y", parent_name="ESSENT CARE INC"),
            organization(3, "SELF INC", is_subpart="Y", parent_name="SELF, INC."),
            organization(4, "HEART SYSTEM INC", line_1="1 MAIN ST"),
            organization(5, "HEART GROUP PC", is_subpart="Y", parent_name="HEART SYSTEM, INC"),
        )
    )
    parents = dict(Organization.objects.values_list("name", "parent__name"))
    assert parents == {
        "Ayer Clinic LLC": "Essent Care Inc",
        "Concord Clinic LLC": "Essent Care Inc",
        "Self Inc": None,
        "Heart System Inc": None,
        "Heart Group PC": "Heart System Inc",
        "Essent Care Inc": None,
    }


def test_the_sign_at_the_door_names_the_practice_and_the_legal_name_the_organisation(file):
    load(
        file(
            organization(
                1, "VASSAR HEALTH INC.", other_name="SHARON HEART CLINIC", other_name_kind="3"
            ),
            organization(
                2, "START INC", other_name="OLD NAME", other_name_kind="4", line_1="9 OAK ST"
            ),
        )
    )
    assert set(Practice.objects.values_list("name", "organization__name")) == {
        ("Sharon Heart Clinic", "Vassar Health Inc."),
        ("Start Inc", "Start Inc"),
    }


def test_a_closed_practice_is_not_reopened(file, erin):
    load(file(clinician(1)))
    services.close_practice(Practice.objects.get(), by=erin, on=date(2026, 3, 20))
    counts = load(file(clinician(2)), observed_on=APRIL).counts
    assert counts["without an open practice"] == 1
    assert not Affiliation.objects.filter(ends_on=None).exists()
    assert not Practice.objects.get().is_open


def test_a_clinician_abroad_has_no_practice(file):
    counts = load(file(clinician(1, country="CA", state="ON", postal_code="K1A0B1"))).counts
    assert counts["without an open practice"] == 1
    assert (Physician.objects.count(), Practice.objects.count()) == (1, 0)


def test_what_no_area_claims_is_unassigned(file, north, unassigned):
    factories.AreaFactory(territory=north, code="06105")
    load(file(clinician(1), clinician(2, line_1="1 MAIN ST", postal_code="06032")))
    assert dict(Practice.objects.values_list("zip_code", "territory__name")) == {
        "06105": north.name,
        "06032": unassigned.name,
    }


def test_those_who_wait_are_told_once_after_the_load(
    file, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(hooks, "listeners", [lambda: told.append(Physician.objects.count())])
    with django_capture_on_commit_callbacks(execute=True):
        load(file(clinician(1), clinician(2)))
    assert told == [2]
