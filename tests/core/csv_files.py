"""Small files for the strict reader, and what it makes of them."""

import io

import pytest

from liaison_crm.core.csv import Columns, CsvRefused, open_csv

FIVE = Columns(required=("npi", "name", "city", "phone", "note"))
THREE = Columns(required=("id", "name"), optional=("note",))
HEADER = b"npi,name,city,phone,note\n"


def read(data, columns=FIVE, **options):
    """Rows as (line, cells) and errors as (line, code)."""
    rows, errors = [], []
    for batch in open_csv(io.BytesIO(data), columns, **options):
        rows += [(number, list(cells)) for number, cells in batch]
        errors += [(error.line, error.code) for error in batch.errors]
    return rows, errors


def refusal(data, columns=FIVE, **options):
    with pytest.raises(CsvRefused) as refused:
        read(data, columns, **options)
    return refused.value


def row(first, note="n"):
    return [first, "Ana", "Derby", "2035550100", note]


def line(first, note="n", end="\n"):
    return (",".join(row(first, note)) + end).encode()
