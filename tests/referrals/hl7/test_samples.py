"""Every sample message of the standard's own world ends as something, and as what it should."""

import os
from collections import Counter
from pathlib import Path

import pytest

from referrals.hl7 import services
from referrals.hl7.models import Hl7Message, SourceCode
from referrals.models import Referral
from tests import factories
from tests.referrals.hl7.messages import outcomes

SAMPLES = os.environ.get("LIAISON_SAMPLE_DATA", "")


@pytest.mark.skipif(not SAMPLES, reason="LIAISON_SAMPLE_DATA names no folder")
def test_every_sample_ends_as_something(erin, db):
    files = sorted((Path(SAMPLES) / "hl7v2_messages").glob("*.hl7"))
    ended = {path.stem: outcomes(path.read_bytes()) for path in files}
    assert all(len(each) == 1 for each in ended.values())
    counted = Counter(each[0] for each in ended.values())
    assert counted == {"ignored (kind)": 93, "ignored (no_order)": 15, "waiting": 1}
    assert ended["REF-I12-01"] == ["waiting"]
    meanings = {
        "physician": factories.PhysicianFactory(),
        "practice": factories.PracticeFactory(),
        "service_line": factories.ServiceLineFactory(),
        "destination": factories.FacilityFactory(),
    }
    for code in SourceCode.objects.all():
        setattr(code, code.kind, meanings[code.kind])
        services.answer_code(code, by=erin)
    services.resolve_waiting(factories.NOON)
    referral = Referral.objects.get()
    assert (referral.external_id, f"{referral.referred_on}") == ("226839", "2022-01-25")
    assert Hl7Message.objects.get().outcome == "referral"
