"""One line of everything that happened, in order, page by page, for those who may know."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.corrections.models import ChangeRequest
from tests import factories
from visits import timeline
from visits.models import Visit
from visits.timeline.events import Cursor
from visits.voice.models import VoiceAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(ana, northern_practice, doctor, now):
    """A visit, a promise made there and kept, an issue told, referrals, a message heard."""
    visit = factories.VisitFactory(
        practice=northern_practice, liaison=ana, held_at=now - timedelta(days=20), note="A word."
    )
    factories.AttendeeFactory(visit=visit, physician=doctor)
    visit.topics.add(factories.TopicFactory())
    factories.FollowUpFactory(
        practice=northern_practice,
        owner=ana,
        visit=visit,
        promise="Send the protocol",
        promised_on=date(2026, 2, 10),
        due_on=date(2026, 2, 20),
        kept_at=now - timedelta(days=12),
        kept_by=ana,
    )
    factories.IssueFactory(
        practice=northern_practice,
        raised_by=ana,
        said="Reports take six days",
        said_by_physician=doctor,
        raised_at=now - timedelta(days=19),
    )
    factories.HearingFactory(
        practice=northern_practice, visit=visit, told_by=ana, told_at=visit.held_at
    )
    factories.VolumeCellFactory(
        month=date(2026, 1, 1), practice=northern_practice, physician=doctor, referrals=12
    )
    factories.VolumeCellFactory(
        month=date(2026, 3, 1), practice=northern_practice, physician=doctor, referrals=3
    )
    return visit


def line(viewer, now, asked=timeline.EVERYTHING, **subject):
    ((kind, row),) = subject.items()
    return timeline.timeline_of(timeline.Subject(viewer, kind, row.pk, now), asked)


def test_a_practices_line_has_all_kinds_latest_first(story, ana, northern_practice, now):
    found = line(ana, now, practice=northern_practice)
    assert [one.title for one in found.events] == [
        "Kept: Send the protocol",
        "Reports take six days",
        "Heard: Echo within two days",
        "Promised: Send the protocol",
        "Good talk",
        "12 referrals in January 2026",
        "Dr. Priya Raman started here",
    ]
    assert (found.older, found.newer) == ("", "")


def test_a_physicians_line_is_what_he_took_part_in(story, ana, doctor, northern_practice, now):
    factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=now)
    found = line(ana, now, physician=doctor)
    assert [one.kind for one in found.events] == [
        "promise_kept", "issue", "message", "promise", "visit", "referrals", "came",
    ]  # fmt: skip
    assert found.events[4].where == "Northern Family Medicine"
    assert found.events[4].about == "With Dr. Priya Raman about report speed."
    assert "voice" not in dict(found.kinds)


@pytest.mark.parametrize(
    ("kind", "kinds"),
    [
        ("visits", {"visit"}),
        ("promises", {"promise", "promise_kept"}),
        ("issues", {"issue"}),
        ("messages", {"message"}),
        ("referrals", {"referrals"}),
    ],
)
def test_it_shows_one_kind_alone(story, ana, northern_practice, now, kind, kinds):
    found = line(ana, now, timeline.Asked(kind), practice=northern_practice)
    assert {one.kind for one in found.events} == kinds


def test_a_correction_is_in_it_with_what_became_of_it(ana, northern_practice, now):
    ChangeRequest.objects.create(
        kind="phone",
        practice=northern_practice,
        proposed={"phone": "2165550100"},
        by=ana,
        asked_at=now,
    )
    ChangeRequest.objects.create(
        kind="fax",
        practice=northern_practice,
        proposed={"fax": "2165550101"},
        by=ana,
        asked_at=now,
        state="withdrawn",
        decided_at=now,
    )
    (event,) = line(ana, now, practice=northern_practice).events
    assert (event.title, event.about) == ("Correction: Phone", "Not checked yet.")
    (event,) = line(ana, now, timeline.Asked("corrections"), practice=northern_practice).events
    assert event.by == "Ana North"


def test_people_who_come_and_go_and_the_offices_voice_are_in_it(ana, northern_practice, now):
    doctor = factories.PhysicianFactory(first_name="Lena", last_name="Ott")
    factories.AffiliationFactory(
        physician=doctor,
        practice=northern_practice,
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 2, 20),
    )
    factories.StaffMemberFactory(
        practice=northern_practice,
        name="Kim Soto",
        created_at=now - timedelta(days=90),
        left_on=date(2026, 2, 27),
    )
    VoiceAnswer.objects.create(
        link=factories.VoiceLinkFactory(practice=northern_practice, made_by=ana),
        practice=northern_practice,
        face="bad",
        word="Waited three weeks",
        answered_at=now,
    )
    assert [one.title for one in line(ana, now, practice=northern_practice).events] == [
        "The last referral went: bad",
        "Kim Soto left",
        "Dr. Lena Ott left",
        "Dr. Lena Ott started here",
        "We know Kim Soto now",
    ]
    his = line(ana, now, timeline.Asked("people"), physician=doctor).events
    assert [(one.title, one.where) for one in his] == [
        ("Left", "Northern Family Medicine"),
        ("Started here", "Northern Family Medicine"),
    ]
    assert line(ana, now, timeline.Asked("voice"), physician=doctor).events == ()


def test_a_stranger_sees_nothing_of_it(story, cleo, northern_practice, doctor, now):
    """But for the directory, which everybody reads."""
    for subject in ({"practice": northern_practice}, {"physician": doctor}):
        assert {one.kind for one in line(cleo, now, **subject).events} == {"came"}


def test_a_visit_taken_back_leaves_the_line_with_what_it_told(story, ana, northern_practice, now):
    Visit.ever.update(taken_back_at=now)
    kinds = {one.kind for one in line(ana, now, practice=northern_practice).events}
    assert kinds.isdisjoint({"visit", "message", "promise", "promise_kept"})


def test_pages_go_back_and_forth_and_miss_nothing(ana, northern_practice, now):
    """Many events at one moment, so that a page ends in the middle of it."""
    moment = datetime(2026, 2, 1, 12, tzinfo=UTC)
    for number in range(30):
        factories.VisitFactory(practice=northern_practice, liaison=ana, held_at=moment)
        factories.FollowUpFactory(
            practice=northern_practice,
            owner=ana,
            promised_on=moment.date() - timedelta(days=number % 3),
        )
    seen, pages, asked = [], [], timeline.EVERYTHING
    while True:
        page = line(ana, now, asked, practice=northern_practice)
        pages.append([(one.kind, one.pk) for one in page.events])
        seen += pages[-1]
        if not page.older:
            break
        asked = timeline.Asked(older_than=Cursor.parse(page.older))
    assert len(seen) == len(set(seen)) == 60
    assert [len(one) for one in pages] == [12] * 5
    back = line(
        ana, now, timeline.Asked(newer_than=Cursor.parse(page.newer)), practice=northern_practice
    )
    assert [(one.kind, one.pk) for one in back.events] == pages[-2]
    walked = []
    while page.newer:
        asked = timeline.Asked(newer_than=Cursor.parse(page.newer))
        page = line(ana, now, asked, practice=northern_practice)
        walked.append([(one.kind, one.pk) for one in page.events])
    assert walked == pages[-2::-1]


@pytest.mark.parametrize(
    "query",
    [
        {"show": "secrets"},
        {"older": "x"},
        {"older": "1.visit"},
        {"newer": "1.visit.99999999999999999999"},
        {"older": "9999999999999999.visit.1"},
    ],
)
def test_an_address_nobody_wrote_is_not_there(client, ana, northern_practice, query):
    client.force_login(ana)
    answer = client.get(reverse("practice", args=[northern_practice.pk]), query)
    assert answer.status_code in {200, 404}
    if query != {"older": "9999999999999999.visit.1"}:
        assert answer.status_code == 404


def test_the_page_shows_it_and_its_filters(client, ana, northern_practice, doctor, story):
    client.force_login(ana)
    said = client.get(reverse("practice", args=[northern_practice.pk])).content.decode()
    assert "Promised: Send the protocol" in said
    address = reverse("physician", args=[doctor.pk])
    said = client.get(address, {"show": "visits"}).content.decode()
    assert "Good talk" in said
    assert "Promised: Send the protocol" not in said.split("timeline")[-1]


def test_a_page_of_the_line_is_one_statement(
    story, ana, northern_practice, now, django_assert_num_queries
):
    with django_assert_num_queries(1):
        line(ana, timezone.now(), practice=northern_practice)
