"""A load that is killed and run again ends as one that was not."""

import signal

import pytest

from contacts.registry import load as loading
from tests.contacts.registry.files import clinician, organization, write

# A small load in many chunks, in a process that kills itself -9 where it is told to.
STRUCK = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from contacts.registry import load, people, places, staging

CUT = "SELECT pg_terminate_backend(pg_backend_pid())"
point, path = sys.argv[1:]
staging.ROWS_IN_A_CHUNK = 100

def strike(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def striking(original, *, call=1):
    calls = []
    def struck(*args, **kwargs):
        calls.append(1)
        result = original(*args, **kwargs)
        if len(calls) == call:
            strike()
        return result
    return struck

if point == "reading":
    load.Loading.stage_file = striking(load.Loading.stage_file)
elif point == "practices":
    load.merge_places = striking(load.merge_places)
elif point == "inside practices":
    places.STEPS = (*places.STEPS[:-1], (CUT, ""))
elif point == "inside a chunk":
    people.REMEMBERED = CUT
elif point == "63 percent":
    load.merge_people = striking(load.merge_people, call=7)
elif point == "end":
    load.finish = strike
call_command("import_nppes", path, "--observed-on=2026-03-02", verbosity=0)
"""
PEOPLE = 1_100


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Clinicians at shared and single doors, groups at some of them, moves and strange codes."""
    rows = [
        clinician(
            number,
            ("207RC0000X", f"999Z{number % 7:05d}X"),
            line_1=f"{number % 90 + 1} MAIN ST",
            line_2=f"STE {number % 11}" if number % 3 else "",
        )
        for number in range(PEOPLE)
    ]
    groups = [
        organization(
            PEOPLE + number,
            f"HEART GROUP {number} PC",
            line_1=f"{number + 1} MAIN ST",
            is_subpart="Y",
            parent_name="HEART SYSTEM INC",
        )
        for number in range(40)
    ]
    return write(tmp_path_factory.mktemp("files") / "npidata.csv", [*rows, *groups])


@pytest.fixture(scope="module")
def clean(spare_site, file):
    """The directory as a load leaves it that nobody disturbs."""
    spare_site.empty()
    spare_site.run("manage.py", "import_nppes", str(file), "--observed-on=2026-03-02")
    found = spare_site.directory()
    assert len(found["physicians"]) == PEOPLE
    return found


@pytest.mark.parametrize("point", ["reading", "practices", "63 percent", "end"])
def test_a40_killed_and_run_again_is_a_clean_run(spare_site, file, clean, point):
    spare_site.empty()
    spare_site.run("-c", STRUCK, point, str(file), expect=-signal.SIGKILL)
    assert spare_site.rows("SELECT state FROM contacts_registryload") == [("running",)]
    if point == "63 percent":
        assert 0 < len(spare_site.directory()["physicians"]) < PEOPLE
    spare_site.run("manage.py", "import_nppes", str(file), "--observed-on=2026-03-02")
    assert spare_site.directory() == clean
    assert spare_site.rows("SELECT state FROM contacts_registryload ORDER BY id") == [
        ("failed",),
        ("done",),
    ]
    assert spare_site.rows("SELECT 1 FROM pg_tables WHERE tablename LIKE 'registry\\_%'") == []


@pytest.mark.parametrize(
    ("point", "empty"),
    [
        ("inside practices", {"organisations", "practices", "remembered"}),
        ("inside a chunk", {"physicians", "specialties", "affiliations"}),
    ],
)
def test_a40_a_portion_is_merged_whole_or_not_at_all(spare_site, file, clean, point, empty):
    """The database connection dies in the middle of the portion's transaction."""
    spare_site.empty()
    spare_site.run("-c", STRUCK, point, str(file), expect=1)
    found = spare_site.directory()
    assert {name for name, rows in found.items() if not rows} >= empty
    spare_site.run("manage.py", "import_nppes", str(file), "--observed-on=2026-03-02")
    assert spare_site.directory() == clean


def test_a40_the_lock_goes_with_the_killed(spare_site, file):
    spare_site.empty()
    spare_site.run("-c", STRUCK, "reading", str(file), expect=-signal.SIGKILL)
    held = f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = {loading.LOAD_LOCK}"  # noqa: S608  a constant of ours
    assert spare_site.rows(held) == []
