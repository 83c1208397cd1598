"""Messages by request: who may send, what is answered, how the answer is written."""

import pytest
from django.test import Client

from accounts.models import AccessLog
from referrals.hl7 import answering
from referrals.hl7.errors import Hl7Refused
from referrals.hl7.parsing import parse
from referrals.hl7.storing import Read
from referrals.models import Referral
from tests import factories
from tests.factories import NOON
from tests.referrals.hl7.messages import msh, ref

HL7 = "application/hl7-v2"


@pytest.fixture
def post(client: Client, ehr, npi):
    def sent(person, body: bytes, *, source: str = "ehr", content_type: str = HL7):
        client.force_login(person)
        address = f"/api/v1/intake/hl7/?source={source}"
        return client.post(address, body, content_type=content_type, headers={"Accept": HL7})

    return sent


def test_an_admin_sends_and_gets_an_acknowledgement(post, erin, npi):
    answer = post(erin, ref("R1", npi=npi, at="20260301090000-0500"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/hl7-v2; charset=utf-8"
    ack = parse(answer.content)
    assert (ack.kind, ack.one("MSA").text(1)) == ("ACK^I12", "AA")
    assert ack.one("MSA").text(2) == "R1-I12-20260301090000-0500"
    assert Referral.objects.get().external_id == "R1"
    assert AccessLog.objects.get(subject="HL7 messages").detail == {"source": "ehr", "messages": 1}


def test_a_batch_is_answered_with_a_batch(post, erin, npi):
    good, bad = ref("R1", npi=npi), ref("R2", npi="1234567890")
    answer = post(erin, good + bad)
    assert answer.status_code == 422
    assert [line[:7] for line in answer.content.split(b"\r") if line[:3] in (b"MSA", b"BTS")] == [
        b"MSA|AA|",
        b"MSA|AE|",
        b"BTS|2",
    ]
    assert AccessLog.objects.get(subject="HL7 messages").action == AccessLog.Action.IMPORT_REFUSED


def test_what_is_no_message_gets_an_ar(post, erin):
    answer = post(erin, b"hello")
    assert answer.status_code == 422
    assert b"MSA|AR|" in answer.content


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"source": "nowhere"}, 400, "source"),
        ({"source": "by-hand"}, 400, "source"),
        ({"content_type": "text/plain"}, 415, "media_type"),
        ({"content_type": f"{HL7}; charset=latin-1"}, 400, "charset"),
        ({"body": b""}, 400, "empty_body"),
        ({"body": b"x" * (10 * 1024 * 1024 + 1)}, 413, "too_large"),
    ],
)
def test_a_request_that_is_none_is_refused(post, erin, told, status, code):
    factories.SourceFactory(code="by-hand")
    answer = post(erin, **{"body": b"MSH", **told})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_manager_may_not_send(post, dana, npi):
    assert post(dana, ref("R1", npi=npi)).status_code == 403
    assert not Referral.objects.exists()


def acknowledged(refusal: Hl7Refused | None = None, **told: str) -> str:
    message = parse(f"{msh('REF^I12', '7', **told)}\r".encode())
    answer = answering.answer(Read(b"", "", message, refusal=refusal), NOON)
    return answer.decode() if answer is not None else ""


@pytest.mark.parametrize(
    ("accepts", "when_good", "when_bad"),
    [
        ("|", "MSA|AA|7", "MSA|AE|7"),
        ("AL|AL", "MSA|AA|7", "MSA|AE|7"),
        ("NE|AL", "MSA|AA|7", "MSA|AE|7"),
        ("AL|NE", "MSA|CA|7", "MSA|CE|7"),
        ("|ER", "", "MSA|AE|7"),
        ("SU|NE", "MSA|CA|7", ""),
        ("NE|NE", "", ""),
    ],
)
def test_the_answer_is_what_the_sender_asked_for(accepts, when_good, when_bad):
    for refusal, wanted in ((None, when_good), (Hl7Refused("time", "No."), when_bad)):
        told = acknowledged(refusal, accepts=accepts)
        assert wanted in told
        assert bool(told) == bool(wanted)


def test_a_refusal_says_what_and_why_in_the_words_of_its_version():
    refusal = Hl7Refused("missing", "RF1-6 | is empty", condition="missing")
    segments = acknowledged(refusal, version="2.5.1").split("\r")
    assert segments[1] == r"MSA|AE|7|RF1-6 \F\ is empty"
    assert segments[2] == (
        r"ERR|||101^Required field missing^HL70357|E|missing|||RF1-6 \F\ is empty"
    )
    assert "ERR|^^^101&Required field missing&HL70357" in acknowledged(refusal, version="2.3")
    assert "MSA|AE|7\r" in acknowledged(refusal, version="2.8")


def test_the_receiver_answers_the_sender_in_his_version():
    head = acknowledged(version="2.3").split("\r")[0].split("|")
    assert head[2:6] == ["CRM", "main", "EPIC", "CLINIC"]
    assert (head[8], head[11]) == ("ACK^I12", "2.3")
    assert acknowledged().split("\r")[0].split("|")[8] == "ACK^I12^ACK"
