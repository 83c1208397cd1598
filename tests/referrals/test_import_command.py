"""`manage.py import_referrals`."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from referrals.models import IntakeBatch, Referral
from tests import factories
from tests.referrals.files import as_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path, good):
    factories.SourceFactory()
    return tmp_path / "referrals.csv"


def run(*arguments):
    call_command("import_referrals", *map(str, arguments))


def test_it_takes_a_file_and_tells_what_became_of_its_rows(path, good, capsys, upload_folder):
    rows = [good(), good(), good(external_id="R2", referring_npi="1234567893")]
    path.write_bytes(as_csv(rows))
    run(path, "--source", "ehr")
    assert "3 read, 1 new, 0 changed, 0 same, 1 repeated, 0 refused, 1 waiting" in (
        capsys.readouterr().out
    )
    batch = IntakeBatch.objects.get()
    assert (batch.file_name, batch.uploaded_by) == ("referrals.csv", None)
    assert batch.bytes_total == path.stat().st_size
    assert not list(upload_folder.iterdir())


def test_a14_the_same_file_again_takes_no_row_and_is_no_failure(path, good, capsys):
    path.write_bytes(as_csv([good()]))
    run(path, "--source", "ehr")
    run(path, "--source", "ehr")
    batch = IntakeBatch.objects.get()
    assert f"already imported as import {batch.pk}. 0 rows taken" in capsys.readouterr().out


def test_refused_rows_are_written_where_asked(path, good, tmp_path, capsys):
    path.write_bytes(as_csv([good(patient_number="MRN-77", status="lost"), good()]))
    refused = tmp_path / "refused.csv"
    with pytest.raises(CommandError, match="1 of 2 rows was refused"):
        run(path, "--source", "ehr", "--refused", refused)
    written = refused.read_text()
    assert '"2","status","status: This must be one of' in written
    assert "MRN-77" not in written + capsys.readouterr().out
    assert not Referral.objects.exists()


def test_row_by_row_it_takes_the_good_rows(path, good, capsys):
    path.write_bytes(as_csv([good(status="lost"), good()]))
    run(path, "--source", "ehr", "--per-row")
    assert "1 new, 0 changed, 0 same, 0 repeated, 1 refused" in capsys.readouterr().out


def test_the_two_modes_exclude_each_other(path):
    with pytest.raises(CommandError, match="not allowed with"):
        run(path, "--source", "ehr", "--per-row", "--all-or-nothing")


def test_it_makes_what_is_missing_if_asked(path, good):
    path.write_bytes(as_csv([good(destination="Nowhere")]))
    with pytest.raises(CommandError):
        run(path, "--source", "ehr")
    run(path, "--source", "ehr", "--create-missing")
    assert Referral.objects.get().destination.name == "Nowhere"


def test_it_reads_a_declared_encoding(path, good):
    factories.PracticeFactory(name="Praxis Größe", zip_code="44129")
    row = good(practice_id="", practice_name="Praxis Größe", practice_zip="44129")
    path.write_bytes(as_csv([row]).decode().encode("cp1252"))
    run(path, "--source", "ehr", "--encoding", "windows-1252")
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--source", "nobody"], "Known: ehr"),
        (["--source", "ehr", "--encoding", "klingon"], "not read here"),
        (["--source", "ehr"], "is empty"),
    ],
)
def test_it_says_what_is_wrong(path, arguments, said, upload_folder):
    path.write_bytes(b"")
    with pytest.raises(CommandError, match=said):
        run(path, *arguments)
    assert not IntakeBatch.objects.exists()


def test_a_file_that_is_not_there_is_told(path):
    with pytest.raises(CommandError, match="No such file"):
        run(path, "--source", "ehr")
