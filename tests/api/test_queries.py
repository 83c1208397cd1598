"""A list costs the same number of queries for one row and for five; so does each row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories

pytestmark = pytest.mark.django_db

# Session and person, and for liaisons the scope is inside the list's own query.
SIGNING_IN = 2


def staffed_visit(practice, person):
    visit = factories.VisitFactory(practice=practice, liaison=person)
    factories.AttendeeFactory(visit=visit)
    visit.topics.add(factories.TopicFactory())
    return visit


def storied_referral(practice, _person):
    referral = factories.ReferralFactory(practice=practice)
    factories.ReferralEventFactory(referral=referral)
    return referral


def handover(practice, person):
    from accounts.models import Handover

    return Handover.objects.create(territory=practice.territory, made_by=person)


BUILD = {
    "people": lambda practice, person: factories.UserFactory(),
    "assignments": lambda practice, person: factories.AssignmentFactory(),
    "handovers": handover,
    "organizations": lambda practice, person: factories.OrganizationFactory(),
    "practices": lambda practice, person: factories.PracticeFactory(
        organization=factories.OrganizationFactory()
    ),
    "physicians": lambda practice, person: factories.PhysicianFactory(),
    "affiliations": lambda practice, person: factories.AffiliationFactory(),
    "staff": lambda practice, person: factories.StaffMemberFactory(practice=practice),
    "territories": lambda practice, person: factories.AreaFactory().territory,
    "specialties": lambda practice, person: factories.SpecialtyFactory(),
    "referrals": storied_referral,
    "imports": lambda practice, person: factories.IntakeBatchFactory(uploaded_by=person),
    "sources": lambda practice, person: factories.SourceFactory(code=f"s{id(object())}"),
    "facilities": lambda practice, person: factories.FacilityFactory(code=f"f{id(object())}"),
    "visits": staffed_visit,
    "notices": lambda practice, person: factories.NoticeFactory(person=person, practice=practice),
    "messages": lambda practice, person: (
        factories.MessageVersionFactory(message=factories.MessageFactory()).message
    ),
    "hearings": lambda practice, person: factories.HearingFactory(
        practice=practice, version__message=factories.MessageFactory()
    ),
    "follow-ups": lambda practice, person: factories.FollowUpFactory(
        practice=practice, owner=person
    ),
}
# Beyond signing in: the page itself, and one for each kind of row that hangs on its rows.
EXPECTED = dict.fromkeys(BUILD, 1) | {
    "physicians": 2,
    "territories": 2,
    "referrals": 2,
    "visits": 4,
}


def queries(client, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(path)
    assert response.status_code == 200, response.content
    return len(captured)


@pytest.mark.parametrize("name", BUILD)
def test_a_list_costs_the_same_for_one_row_and_for_five(as_dana, dana, northern_practice, name):
    first = BUILD[name](northern_practice, dana)
    one = queries(as_dana, f"{name}/?page_size=200")
    for _ in range(4):
        BUILD[name](northern_practice, dana)
    assert queries(as_dana, f"{name}/?page_size=200") == one == SIGNING_IN + EXPECTED[name]
    assert queries(as_dana, f"{name}/{first.pk}/") == one


@pytest.mark.parametrize("by", ["month", "practice", "physician,month", "territory,service_line"])
def test_volumes_cost_the_same_for_one_cell_and_for_five(as_dana, by):
    factories.VolumeCellFactory()
    one = queries(as_dana, f"volumes/?group_by={by}")
    factories.VolumeCellFactory.create_batch(4)
    assert queries(as_dana, f"volumes/?group_by={by}") == one == SIGNING_IN + 3


def test_a_liaisons_list_costs_no_more(as_ana, ana, northern_practice):
    staffed_visit(northern_practice, ana)
    assert queries(as_ana, "visits/") == SIGNING_IN + EXPECTED["visits"]
