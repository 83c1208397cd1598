"""The listener dies after its commit, before its answer: sent again, it is kept once."""

from __future__ import annotations

import socket

import pytest
from hl7.client import MLLPClient  # type: ignore[import-untyped]  # no types there

from tests.faults.invariants import PATIENT_MARK
from tests.faults.site import Site
from tests.services import eventually, unused_port

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]

WORLD = """
from contacts.models import Physician
from tests import factories
factories.SourceFactory()
factories.ServiceLineFactory()
factories.FacilityFactory()
factories.PracticeFactory(name="Parma Family Medicine", zip_code="44129")
print(factories.PhysicianFactory().npi)
"""


def message(npi: str) -> bytes:
    patient = PATIENT_MARK.decode()
    return (
        "MSH|^~\\&|EPIC|CLINIC|CRM|main|20260302103000-0500||REF^I12^REF_I12|77|P|2.5.1\r"
        "RF1|P|R|cardiology|||R1^EHR|||20260301\r"
        f"PRD|RP|Moss^Paula|||||{npi}^NPI|||Parma Family Medicine|1 Oak^^Parma^OH^44129\r"
        "PRD|RT|Reed^Max||||||||main\r"
        f"PID|1||{patient}-1^^^EHR^MR\r"
    ).encode()


def start(site: Site, name: str, port: int, point: str = "") -> None:
    """The command as it is run, or one that dies at that point."""
    program = ("tests.faults.dying_listener", point) if point else ("django", "mllp")
    process = site.start(name, *program, "--source=ehr", f"--port={port}")
    eventually(lambda: is_open(port) or process.poll() is not None, f"{name} listens", seconds=60)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def send(port: int, raw: bytes) -> bytes:
    """What a sender hears; nothing if the listener died on it."""
    try:
        with MLLPClient("127.0.0.1", port) as client:
            client.socket.settimeout(30)
            return client.send_message(raw)
    except ConnectionError:
        return b""


def test_killed_around_its_commit_a_message_is_taken_exactly_once(site: Site):
    """I1, I2, I7, I8: killed before the commit, then between commit and answer, then not."""
    npi = site.python(WORLD).split()[-1]
    counted = "SELECT count(*) FROM referrals_referral"
    for name, point, kept in (("first", "commit", 0), ("second", "answer", 1)):
        port = unused_port()
        start(site, name, port, point)
        assert send(port, message(npi)) == b""
        assert site.ask(counted) == kept
    port = unused_port()
    start(site, "third", port)
    assert b"MSA|AA|77" in send(port, message(npi))
    assert b"MSA|AA|77" in send(port, message(npi))
    assert site.ask(counted) == 1
    assert site.ask("SELECT count(*) FROM referrals_referralevent") == 1
    assert site.ask("SELECT times FROM referrals_hl7message") == 3
    site.check_invariants()
