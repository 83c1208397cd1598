"""An import survives the death of whoever is at it: nothing lost, nothing doubled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.invariants import PATIENT_MARK
from tests.faults.site import ROOT, Site, kill_tree, pool_children
from tests.services import eventually

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

ROWS = 150_000
WORLD = """
from benchmarks import world
from contacts.models import Physician
from liaison_crm.core.npi import invented_npi
world.build_directory(territories=2, practices=100, physicians=400)
people = list(Physician.objects.order_by("pk"))
for number, person in enumerate(people):
    person.npi = invented_npi(number)
Physician.objects.bulk_update(people, ["npi"], batch_size=500)
"""
STATE = "SELECT state FROM referrals_intakebatch"
DONE_ROWS = "SELECT max(rows_done) FROM referrals_intakebatch"


def write_file(site: Site, path: Path) -> None:
    """Referrals of known physicians and practices, each with a patient number to be hashed."""
    homes = site.rows(
        "SELECT p.npi, a.practice_id FROM contacts_physician AS p "
        "JOIN contacts_affiliation AS a ON a.physician_id = p.id ORDER BY p.id"
    )
    with path.open("w") as file:
        file.write(
            "external_id,referred_on,referring_npi,practice_id,service_line,destination,status,"
            "status_at,patient_number\n"
        )
        for number in range(ROWS):
            npi, practice = homes[number % len(homes)]
            day = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
            file.write(
                f"X{number},{day},{npi},{practice},line-{number % 8},place-{number % 7},received,"
                f"{day}T10:00:00-05:00,{PATIENT_MARK.decode()}-{number}\n"
            )


def test_b05_b06_a_killed_import_is_finished_by_others(site: Site, tmp_path: Path):
    """B05, B06, I7, I8: the command is killed halfway, then the worker's child that took over."""
    site.python(WORLD)
    path = tmp_path / "referrals.csv"
    write_file(site, path)
    command = subprocess.Popen(
        [sys.executable, "manage.py", "import_referrals", str(path), "--source=bench"],
        cwd=ROOT,
        env=site.environment,
        stdout=subprocess.DEVNULL,
    )
    eventually(lambda: (site.ask(DONE_ROWS) or 0) > 0, "the import is under way", seconds=60)
    kill_tree(command)
    assert site.ask(STATE) == "running"

    worker = site.start_worker()
    site.start_beat()
    attempts = "SELECT attempts FROM referrals_intakebatch"
    eventually(lambda: site.ask(attempts) == 2, "a worker takes over", seconds=150)
    for child in pool_children(worker):
        child.kill()
    eventually(lambda: site.ask(STATE) == "done", "the import is done", seconds=240)

    assert site.ask("SELECT count(*) FROM referrals_referral") == ROWS
    assert site.ask("SELECT count(*) FROM referrals_referralevent") == ROWS
    assert site.ask("SELECT rows_new FROM referrals_intakebatch") == ROWS
    assert site.ask("SELECT count(patient_key) FROM referrals_referral") == ROWS
    answer = site.manage("roll_up")
    assert answer.returncode == 0, answer.stderr
    site.check_invariants()
    assert site.ask("SELECT sum(referrals) FROM referrals_volumecell") == ROWS
    assert site.manage("import_referrals", str(path), "--source=bench").returncode == 0
    assert site.ask("SELECT count(*) FROM referrals_referral") == ROWS
