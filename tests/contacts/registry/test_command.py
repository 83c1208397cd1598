"""`manage.py import_nppes`, as an operator sees it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from contacts.management.commands import import_nppes
from contacts.models import Physician, RegistryLoad
from tests.contacts.registry.files import clinician, header, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    """The test's rows are in its own transaction."""
    monkeypatch.setattr(import_nppes, "CONNECTIONS", 1)


@pytest.fixture
def file(tmp_path):
    return write(tmp_path / "npidata.csv", [clinician(1), clinician(2, state="MA")])


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("import_nppes", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue()


def test_it_prints_what_came_of_the_rows(file):
    said = run(file)
    assert "2 rows read" in said
    assert "new physicians" in said
    assert "same" in run(file)
    assert Physician.objects.count() == 2


def test_filters_and_day_reach_the_ledger(file):
    run(
        file, "--state", "ct", "--county", "09003", "--taxonomy", "207r", "--observed-on=2026-02-01"
    )
    ledger = RegistryLoad.objects.get()
    assert ledger.filters == {"states": ["CT"], "counties": ["09003"], "taxonomies": ["207R"]}
    assert ledger.observed_on.isoformat() == "2026-02-01"
    assert Physician.objects.count() == 1


def test_refused_rows_end_in_a_file_and_in_the_exit_code(tmp_path):
    path = write(tmp_path / "npidata.csv", [clinician(1), clinician(2, npi="1")])
    with pytest.raises(SystemExit) as end:
        run(path, "--refused", tmp_path / "refused.csv")
    assert end.value.code == 3
    assert "npi_length" in (tmp_path / "refused.csv").read_text()
    assert Physician.objects.count() == 1


def test_refused_rows_are_kept_beside_the_other_data_of_the_site(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    with pytest.raises(SystemExit):
        run(write(tmp_path / "npidata.csv", [clinician(2, npi="1")]))
    assert [path.name[:6] for path in (tmp_path / "refused").iterdir()] == ["nppes-"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--state", "XX"], "there is no state XX"),
        (["--county", "99999"], "there is no county 99999"),
        (["--county", "Hartford"], "there is no county Hartford"),
        (["--taxonomy", "207R%"], "cannot start a taxonomy code"),
        (["--observed-on", "03/01/2026"], "YYYY-MM-DD"),
        (["--observed-on", "2099-01-01"], "has not come yet"),
    ],
)
def test_a_misspelt_option_loads_nothing(file, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(file, *arguments)
    assert not Physician.objects.exists()


def test_a_file_that_is_not_there_is_named(file, tmp_path):
    with pytest.raises(CommandError, match=r"There is no file .*missing\.csv"):
        run(file, tmp_path / "missing.csv")


def test_an_unknown_layout_is_a_plain_sentence(tmp_path):
    path = write(tmp_path / "other.csv", [clinician(1)], header()[10:])
    with pytest.raises(CommandError, match="Missing: NPI"):
        run(path)


def test_the_ledger_is_json(file):
    run(file)
    assert json.loads(json.dumps(RegistryLoad.objects.get().counts))["read"] == 2
