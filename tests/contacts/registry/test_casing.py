"""Names as people write them, from registry text that is all capitals."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.registry.casing import (
    credentials,
    name_suffix,
    organization_name,
    person_name,
    place_name,
    street_name,
)


@pytest.mark.parametrize(
    ("registry", "people"),
    [
        ("SMITH", "Smith"),
        ("MCDONALD", "McDonald"),
        ("MACDONALD", "MacDonald"),
        ("MACK", "Mack"),
        ("MACHADO", "Machado"),
        ("O'BRIEN", "O'Brien"),
        ("D'AMATO", "D'Amato"),
        ("PARE'", "Pare'"),
        ("ARCHER-GOODE", "Archer-Goode"),
        ("JONES-MCWILLIAMS", "Jones-McWilliams"),
        ("VAN DE GRAAFF", "Van De Graaff"),
        ("ST JOHN", "St John"),
        ("NUÑEZ", "Nuñez"),
        ("B", "B."),
        ("REX III", "Rex III"),
        ("deGrasse", "deGrasse"),
    ],
)
def test_a_persons_name(registry, people):
    assert person_name(registry) == people


@pytest.mark.parametrize(
    ("registry", "people"),
    [
        ("JR", "Jr."),
        ("JR.", "Jr."),
        ("SR", "Sr."),
        ("III", "III"),
        ("ii", "II"),
        ("I", "I"),
        ("", ""),
    ],
)
def test_a_suffix(registry, people):
    assert name_suffix(registry) == people


@pytest.mark.parametrize(
    ("registry", "people"),
    [
        ("M.D.", "MD"),
        ("M D", "MD"),
        ("MEDICAL DOCTOR", "MD"),
        ("M.D., PH.D", "MD, PhD"),
        ("PHARM D", "PharmD"),
        ("PA-C", "PA-C"),
        ("RN, FNP/MSN", "RN, FNP, MSN"),
        ("MD & MD", "MD"),
        ("OCCUPATIONAL THERAPI", "Occupational Therapi"),
        ("", ""),
    ],
)
def test_credentials(registry, people):
    assert credentials(registry) == people


@pytest.mark.parametrize(
    ("registry", "people"),
    [
        (
            "GREATER LAWRENCE FAMILY HEALTH CENTER, INC.",
            "Greater Lawrence Family Health Center, Inc.",
        ),
        ("FAMILY MEDICINE ASSOCIATES P. C.", "Family Medicine Associates PC"),
        ("O'BRIEN EYE ASSOC. OF NH, P.C.", "O'Brien Eye Assoc. of NH, PC"),
        ("JOHNSON HEALTH INC. DBA JOHNSON SURGERY", "Johnson Health Inc. dba Johnson Surgery"),
        ("CHILDREN'S HOSPITAL OF THE EAST", "Children's Hospital of the East"),
        ("THE OB/GYN GROUP LLC", "The OB/Gyn Group LLC"),
        ("VA MEDICAL CENTER", "VA Medical Center"),
        ("3RD STREET ENT", "3rd Street ENT"),
        ("BMC MEDICAL GROUP", "BMC Medical Group"),
        ("UNIVERSITY OF LOS ANGELES", "University of Los Angeles"),
        ("Mixed Case LLC", "Mixed Case LLC"),
    ],
)
def test_an_organisations_name(registry, people):
    assert organization_name(registry) == people


def test_a_street_and_a_city():
    assert street_name("1 SW MCKINLEY CT") == "1 SW McKinley Ct"
    assert street_name("38R ENON ST") == "38R Enon St"
    assert place_name("MT PLEASANT") == "Mt Pleasant"
    assert place_name("FAIRFIELD") == "Fairfield"
    assert place_name("HASTINGS ON HUDSON") == "Hastings on Hudson"


capitals = st.text(string.ascii_uppercase + "ÑÉ '-", max_size=40)


@given(capitals)
def test_only_the_case_changes(text):
    for spelled in (person_name(text), street_name(text), place_name(text)):
        assert spelled.rstrip(".").upper() == text.rstrip(".")


@given(st.text(string.ascii_letters + string.digits + " .,&/'-", max_size=40))
def test_spelling_twice_is_spelling_once(text):
    for spell in (person_name, organization_name, street_name, place_name, credentials):
        once = spell(text)
        assert spell(once) == once
