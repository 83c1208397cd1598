"""Over HTTP: a referral taken by hand, and a visit corrected after its seven days."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from liaison_crm.core.periods import site_today
from referrals.models import Referral
from tests import factories


@pytest.fixture
def referral(northern_practice):
    factories.FacilityFactory(code="ours", name="Our Hospital", network="own")
    affiliation = factories.AffiliationFactory(practice=northern_practice)
    return {
        "practice": northern_practice.pk,
        "physician": affiliation.physician.pk,
        "service_line": factories.ServiceLineFactory().pk,
        "referred_on": site_today(timezone.now()).isoformat(),
        "reference": "R-2041",
        "client_key": str(uuid4()),
    }


@pytest.fixture
def old_visit(ana, northern_practice):
    long_ago = timezone.now() - timedelta(days=9)
    return factories.VisitFactory(
        practice=northern_practice, liaison=ana, held_at=long_ago, created_at=long_ago, note="Old."
    )


def test_a_referral_is_taken_once_and_taken_back(as_ana, ana, referral):
    referral["taken_at"] = timezone.now().isoformat()
    first, again = (as_ana.post("referrals/", referral) for _ in range(2))
    assert first.status_code == again.status_code == 201
    said = first.json()
    assert (said["taken_by"], said["reference"], said["status"]) == (ana.pk, "R-2041", "received")
    assert Referral.objects.count() == 1
    (taken,) = as_ana.get("hand-referrals/?standing=true&told=false").json()["results"]
    assert taken["referral"] == said["id"]
    gone = as_ana.post(f"hand-referrals/{taken['id']}/take-back/", {})
    assert gone.json()["referral"] is None
    assert as_ana.get(f"referrals/{said['id']}/").status_code == 404
    assert as_ana.get("hand-referrals/?standing=true").json()["results"] == []
    back = as_ana.post(f"hand-referrals/{taken['id']}/restore/", {})
    assert as_ana.get(f"referrals/{back.json()['referral']}/").status_code == 200


def test_a_stranger_of_the_office_is_refused_with_a_code(as_ana, referral):
    stranger = factories.PhysicianFactory()
    refused = as_ana.post("referrals/", {**referral, "physician": stranger.pk})
    assert (refused.status_code, refused.json()["code"]) == (409, "referrer_not_there")


def test_an_old_visit_is_corrected_with_a_reason(as_ana, old_visit):
    path = f"visits/{old_visit.pk}"
    assert as_ana.post(f"{path}/correct/", {"note": "New."}).status_code == 400
    told = as_ana.post(f"{path}/correct/", {"note": "New.", "reason": "The wrong door."})
    assert (told.status_code, told.json()["note"]) == (200, "New.")
    (correction,) = as_ana.get(f"visit-corrections/?visit={old_visit.pk}").json()["results"]
    assert (correction["before"]["note"], correction["reason"]) == ("Old.", "The wrong door.")
    why = {"reason": "It was never made.", "client_key": str(uuid4())}
    assert as_ana.post(f"{path}/withdraw/", why).json()["taken_back_at"]
    assert as_ana.post(f"{path}/withdraw/", why).status_code == 200
    restored = as_ana.post(f"{path}/reinstate/", {"reason": "It was."})
    assert restored.json()["taken_back_at"] is None
