"""What a load makes of the registry's rows."""

from datetime import date

import pytest
from django.db import connection

from accounts.models import AccessLog
from contacts import services
from contacts.errors import LoadRunning
from contacts.models import (
    Affiliation,
    Organization,
    Physician,
    Practice,
    RegistryLoad,
)
from contacts.registry import load as loading
from tests import factories
from tests.contacts.registry.files import (
    MARCH,
    audit_rows,
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


def test_a_clinician_comes_with_practice_affiliation_and_specialties(file, north):
    factories.AreaFactory(territory=north, kind="county", code="09003")
    row = clinician(
        1,
        ("207RC0000X", "207RI0200X"),
        first_name="MAYA",
        middle_name="B",
        last_name="O'BRIEN-MCDONALD",
        suffix="JR.",
        credentials="M.D., PH.D.",
        line_2="SUITE 2109",
    )
    load(file(row))
    maya = physician()
    assert maya.full_name == "Maya B. O'Brien-McDonald Jr., MD, PhD"
    assert str(maya.primary_specialty) == "Cardiovascular Disease (Cardiology)"
    assert {str(name) for name in maya.specialties.all()} == {
        "Cardiovascular Disease (Cardiology)",
        "Infectious Disease",
    }
    assert (maya.status, maya.source, maya.observed_on) == ("active", "nppes", MARCH)
    affiliation = maya.affiliations.get()
    assert (affiliation.is_primary, affiliation.starts_on) == (True, None)
    assert (affiliation.source, affiliation.verified_on) == ("nppes", MARCH)
    practice = affiliation.practice
    assert (practice.street, practice.suite) == ("1000 Asylum Ave", "Ste 2109")
    assert (practice.city, practice.county_fips, practice.territory) == ("Hartford", "09003", north)
    assert practice.name == "Maya B. O'Brien-McDonald Jr., MD, PhD"
    assert practice.phone == "8607146581"


def test_running_it_twice_changes_nothing(file):
    path = file(
        clinician(1),
        clinician(2, line_2="STE 4"),
        organization(3, "HEART GROUP PC"),
        clinician(4, ()),
    )
    load(path)
    before, audited = directory(), audit_rows()
    moments = list(Physician.objects.order_by("pk").values_list("updated_at"))
    counts = load(path, observed_on=APRIL).counts
    assert counts == {"read": 4, "skipped": {}, "refused": {}, "same": 4}
    assert directory() == before
    assert audit_rows() == audited
    assert list(Physician.objects.order_by("pk").values_list("updated_at")) == moments


def test_each_suite_of_an_address_is_a_practice(file):
    load(
        file(
            clinician(1, line_2="SUITE 5"),
            clinician(2, line_1="1000 Asylum Avenue Ste. 5"),
            clinician(3, line_2="#5", city="WEST HARTFORD"),
            clinician(4, line_2="STE 6"),
            clinician(5),
        )
    )
    assert sorted(Practice.objects.values_list("suite", flat=True)) == ["", "Ste 5", "Ste 6"]
    assert Practice.objects.get(suite="Ste 5").affiliations.count() == 3
    assert Physician.objects.count() == 5


def test_a_group_practice_is_named_by_street_and_suite_until_its_organisation_comes(file):
    load(file(clinician(1, line_2="STE 5"), clinician(2, line_2="STE 5")))
    practice = Practice.objects.get()
    assert (practice.name, practice.organization) == ("1000 Asylum Ave, Ste 5", None)
    load(file(organization(3, "HEART ASSOCIATES OF HARTFORD, P.C.", line_2="STE 5")))
    practice.refresh_from_db()
    assert practice.name == "Heart Associates of Hartford, PC"
    assert practice.organization == Organization.objects.get()


def test_one_pass_or_two_make_the_same_directory(file):
    people = [clinician(1, line_2="STE 5"), clinician(2, line_2="STE 5"), clinician(4)]
    groups = [organization(3, "HEART GROUP PC", line_2="STE 5")]
    load(file(*people))
    load(file(*groups))
    twice = directory()
    wipe()
    load(file(*groups, *people))
    assert directory() == twice


def test_a_name_in_the_address_lines_names_the_practice(file):
    load(file(clinician(1, line_1="UCONN MEDICAL GROUP", line_2="263 FARMINGTON AVE")))
    practice = Practice.objects.get()
    assert practice.name == "UConn Medical Group"
    assert practice.street == "263 Farmington Ave"


def test_organisations_clinicians_work_for_make_a_practice_and_others_only_name_one(file):
    load(
        file(
            organization(1, "EYE ASSOCIATES PC", "207W00000X"),
            organization(2, "CORNER PHARMACY INC", "3336C0003X", line_1="1 MAIN ST"),
            organization(3, "SAINT MARY HOSPITAL", "282N00000X", line_1="2 MAIN ST"),
            organization(4, "SAINT JOHN HOSPITAL", "282N00000X", line_1="3 MAIN ST"),
            organization(5, "QUICK LAB LLC", "291U00000X", line_1="3 MAIN ST"),
            clinician(6, line_1="3 MAIN ST"),
            clinician(7, line_1="1 MAIN ST"),
        )
    )
    assert set(Practice.objects.values_list("street", "name")) == {
        ("1000 Asylum Ave", "Eye Associates PC"),
        ("3 Main St", "Saint John Hospital"),
        ("1 Main St", "Maya Raman7, MD"),
    }
    assert Organization.objects.count() == 5


def test_a_practice_follows_who_works_there_in_its_name(file):
    load(file(clinician(1)))
    assert Practice.objects.get().name == "Maya Raman1, MD"
    load(file(clinician(2)), observed_on=APRIL)
    assert Practice.objects.get().name == "1000 Asylum Ave"
    load(file(clinician(1, line_1="9 OAK ST", changed_on="04/20/2026")), observed_on=MAY)
    assert set(Practice.objects.values_list("street", "name")) == {
        ("1000 Asylum Ave", "Maya Raman2, MD"),
        ("9 Oak St", "Maya Raman1, MD"),
    }


def test_a_new_surname_renames_clinician_and_practice(file):
    load(file(clinician(1)))
    load(file(clinician(1, last_name="ORTIZ", changed_on="04/01/2026")), observed_on=APRIL)
    assert physician().last_name == "Ortiz"
    assert Practice.objects.get().name == "Maya Ortiz, MD"
    assert len(whereabouts()) == 1


def test_the_name_a_colleague_gave_a_practice_stays(file, erin):
    load(file(clinician(1)))
    services.edit_practice(Practice.objects.get(), by=erin, name="Asylum Hill Heart")
    load(file(clinician(2), organization(3, "HEART GROUP PC")), observed_on=APRIL)
    practice = Practice.objects.get()
    assert (practice.name, practice.organization) == ("Asylum Hill Heart", None)
    assert practice.affiliations.count() == 2


def test_phone_and_fax_are_the_most_frequent_and_only_filled_in(file):
    load(
        file(
            clinician(1, phone="8605550100"),
            clinician(2, phone="8605550142", fax="8605550199"),
            clinician(3, phone="8605550142"),
        )
    )
    practice = Practice.objects.get()
    assert (practice.phone, practice.fax) == ("8605550142", "8605550199")
    load(file(clinician(4, phone="8605550777", fax="8605550888")))
    practice.refresh_from_db()
    assert (practice.phone, practice.fax) == ("8605550142", "8605550199")


def wipe():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "TRUNCATE contacts_organization, contacts_practice, contacts_physician,"
            " contacts_affiliation, contacts_registryrecord CASCADE"
        )


def test_the_ledger_tells_what_was_done(file):
    path = file(clinician(1), clinician(2, npi="1234567890"))
    ledger = load(path)
    assert ledger.state == RegistryLoad.State.DONE
    assert ledger.files == [{"name": path.name, "bytes": path.stat().st_size}]
    assert ledger.counts["refused"] == {"npi_check_digit": 1}
    assert ledger.observed_on == MARCH
    assert ledger.finished_at
    log = AccessLog.objects.get()
    assert (log.action, log.detail) == (AccessLog.Action.IMPORT, {"load": ledger.pk, "rows": 2})


def test_the_audit_trail_names_the_load(file):
    ledger = load(file(clinician(1)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT metadata FROM contacts_physicianevent"
            " JOIN pghistory_context ON pghistory_context.id = pgh_context_id"
        )
        assert cursor.fetchall() == [
            ('{"load": %d, "command": "import_nppes"}' % ledger.pk,)  # noqa: UP031  JSON braces
        ]


def test_a_load_that_fails_says_so_and_leaves_the_directory_alone(file, monkeypatch):
    load(file(clinician(1)))
    before = directory()

    def breaks(**_):
        raise RuntimeError("no more practices")

    monkeypatch.setattr(loading, "merge_places", breaks)
    with pytest.raises(RuntimeError):
        load(file(clinician(2)))
    ledger = RegistryLoad.objects.latest("pk")
    assert (ledger.state, ledger.error) == (RegistryLoad.State.FAILED, "no more practices")
    assert directory() == before


def test_a_load_that_was_killed_is_called_failed_by_the_next(file):
    killed = RegistryLoad.objects.create(observed_on=MARCH)
    load(file(clinician(1)))
    killed.refresh_from_db()
    assert killed.state == RegistryLoad.State.FAILED
    assert "Stopped before its end" in killed.error


def test_two_loads_never_run_at_once(file):
    path = file(clinician(1))
    other = connection.copy()
    try:
        with other.cursor() as theirs:
            theirs.execute("SELECT pg_advisory_lock(%s)", [loading.LOAD_LOCK])
            with pytest.raises(LoadRunning, match="Another registry load is running"):
                load(path)
            assert not RegistryLoad.objects.exists()
            theirs.execute("SELECT pg_advisory_unlock(%s)", [loading.LOAD_LOCK])
    finally:
        other.close()
    load(path)
    assert Physician.objects.count() == 1
