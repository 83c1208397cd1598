"""A22: the check digit, in Python and in the database, and the numbers nobody can have."""

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Value
from django.db.models.expressions import RawSQL
from hypothesis import given
from hypothesis import strategies as st

from liaison_crm.core.npi import (
    INVENTED_COUNT,
    NpiIsValid,
    check_digit,
    invented_npi,
    npi_is_valid_sql,
    npi_problem,
    validate_npi,
)

BAD = {
    "": "npi_digits",
    "123456789": "npi_length",
    "12345678933": "npi_length",
    "12345a7893": "npi_digits",
    " 234567893": "npi_digits",
    "1234567893\n": "npi_digits",
    "".join(chr(0xFF10 + int(d)) for d in "1234567893"): "npi_digits",
    "١٢٣٤٥٦٧٨٩٣": "npi_digits",
    "²234567893": "npi_digits",
    "-123456789": "npi_digits",
    "1234567.93": "npi_digits",
    "\\x1234567": "npi_digits",
    "'); drop--": "npi_digits",
    "%s%s%s%s%s": "npi_digits",
    "3234567891": "npi_first_digit",
    "0234567893": "npi_first_digit",
    "1234567890": "npi_check_digit",
    "1234567892": "npi_check_digit",
}


def in_sql(value: str) -> bool:
    sql, params = NpiIsValid(Value(value, output_field=models.TextField())).as_sql(
        connection_compiler(), connection
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", params)
        return bool(cursor.fetchone()[0])


def connection_compiler():
    return Session.objects.all().query.get_compiler("default")


def luhn_from_the_standard(npi: str) -> bool:
    """ISO/IEC 7812 over the whole card number, digit by digit."""
    total = 0
    for place, digit in enumerate(reversed("80840" + npi)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value // 10 + value % 10
    return total % 10 == 0


def test_it_accepts_the_example_of_the_standard():
    assert npi_problem("1234567893") is None
    validate_npi("1234567893")


@pytest.mark.parametrize(("value", "reason"), BAD.items())
def test_it_names_what_is_wrong(value, reason):
    assert npi_problem(value) == reason
    with pytest.raises(ValidationError) as refusal:
        validate_npi(value)
    assert refusal.value.code == reason


@given(st.integers(10**8, 3 * 10**8 - 1), st.integers(0, 9))
def test_it_agrees_with_the_standard(first_nine, last):
    npi = f"{first_nine}{last}"
    assert (npi_problem(npi) is None) == luhn_from_the_standard(npi)


@given(st.integers(10**8, 3 * 10**8 - 1), st.integers(0, 9), st.integers(1, 9))
def test_it_notices_every_single_wrong_digit(first_nine, place, shift):
    npi = f"{first_nine}{check_digit(str(first_nine))}"
    wrong = npi[:place] + str((int(npi[place]) + shift) % 10) + npi[place + 1 :]
    assert npi_problem(wrong) is not None


@pytest.mark.django_db
@pytest.mark.parametrize("value", [*BAD, "1234567893", "2234567892"])
def test_the_database_says_the_same_of_odd_ones(value):
    assert in_sql(value) == (npi_problem(value) is None)


@pytest.mark.django_db
def test_the_database_says_the_same_of_many():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE some_npis AS "
            "SELECT (100000000 + n * 104729 % 400000000)::text || (n % 10) AS npi "
            "FROM generate_series(1, 20000) n"
        )
        sql, params = NpiIsValid(RawSQL("npi", ())).as_sql(connection_compiler(), connection)
        cursor.execute(f"SELECT npi, {sql} FROM some_npis", params)  # noqa: S608 (no input)
        rows = cursor.fetchall()
    assert {npi for npi, valid in rows if valid} == {
        npi for npi, _ in rows if npi_problem(npi) is None
    }
    assert 0 < sum(valid for _, valid in rows) < len(rows)


def test_the_constraint_refuses_by_itself_in_full_clean(db):
    constraint = models.CheckConstraint(condition=npi_is_valid_sql("npi"), name="npi_valid")

    class Numbered(models.Model):
        npi = models.CharField(max_length=10)

        class Meta:
            app_label = "core_tests"

        def __str__(self):
            return self.npi

    constraint.validate(Numbered, Numbered(npi="1234567893"))
    with pytest.raises(ValidationError):
        constraint.validate(Numbered, Numbered(npi="1234567890"))


@given(st.integers(0, INVENTED_COUNT - 1))
def test_invented_numbers_are_valid_and_out_of_reach(number):
    npi = invented_npi(number)
    assert npi_problem(npi) is None
    assert npi.startswith("299")


def test_invented_numbers_are_distinct_and_end():
    assert len({invented_npi(number) for number in range(2000)}) == 2000
    with pytest.raises(ValueError, match="invented"):
        invented_npi(INVENTED_COUNT)
    with pytest.raises(ValueError, match="invented"):
        invented_npi(-1)
