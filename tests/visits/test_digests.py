"""One mail a day or a week, by each person's own clock, claimed so that it never leaves twice."""

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPDataError, SMTPServerDisconnected
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from liaison_crm.core.workdays import Workdays
from tests import factories
from visits.notices import digests, posting, telling
from visits.notices.letters import stop_path
from visits.notices.models import Digest, Notice

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # 07:00 in New York, a Monday
MINUTE = timedelta(minutes=1)


class DeadServer(EmailBackend):
    def open(self):
        raise ConnectionRefusedError


class FullServer(EmailBackend):
    def send_messages(self, messages):
        raise SMTPDataError(452, b"Insufficient storage")


class LostServer(EmailBackend):
    """Took the mail, or did not: the line broke before it could say."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SMTPServerDisconnected


def backend(kind):
    return f"{kind.__module__}.{kind.__name__}"


@pytest.fixture
def promise(ana, northern_practice):
    return factories.FollowUpFactory(
        practice=northern_practice,
        owner=ana,
        promise="Send the <b>protocol</b>",
        promised_on=date(2026, 2, 20),
        due_on=date(2026, 3, 2),
    )


def clock(at):
    """A tick, and the workers it wakes; their own clock is the real one, so they are led here."""
    posting.tend_digests(at)
    for pk in Digest.objects.to_send(at).values_list("pk", flat=True):
        posting.send_digest(pk, at=at)


def html_of(sent):
    content, kind = sent.alternatives[0]
    assert kind == "text/html"
    return str(content)


def periods(zone, start, end, step=timedelta(minutes=30)):
    """The (kind, period) due at each moment, with the first moment of each."""
    found, at = {}, start
    while at < end:
        for due in posting.digests_due(ZoneInfo(zone), at, Workdays()):
            found.setdefault((str(due.kind), due.period), at)
        at += step
    return found


# --- When ---


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("America/Phoenix", datetime(2026, 3, 9, 14, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 9, 11, 0, tzinfo=UTC)),  # summer time since Sunday
        ("Asia/Kolkata", datetime(2026, 3, 9, 1, 30, tzinfo=UTC)),
    ],
)
def test_it_is_due_at_seven_on_each_persons_own_clock(zone, moment):
    found = periods(
        zone, datetime(2026, 3, 8, 18, tzinfo=UTC), datetime(2026, 3, 9, 18, tzinfo=UTC)
    )
    monday = date(2026, 3, 9)
    assert found["daily", monday] == found["weekly", monday] == moment


def test_no_weekend_has_a_day_mail():
    week = periods("America/Phoenix", MORNING, MORNING + timedelta(days=7))
    days = [period.weekday() for kind, period in week if kind == "daily"]
    assert days == [0, 1, 2, 3, 4]


def test_no_holiday_has_a_day_mail_and_the_week_waits_for_tuesday():
    memorial_day = datetime(2026, 5, 25, 4, tzinfo=UTC)
    found = periods("America/Phoenix", memorial_day, memorial_day + timedelta(days=2))
    tuesday = datetime(2026, 5, 26, 14, tzinfo=UTC)
    assert found == {
        ("weekly", date(2026, 5, 25)): tuesday,
        ("daily", date(2026, 5, 26)): tuesday,
    }


@pytest.mark.parametrize("night", [date(2026, 3, 8), date(2026, 11, 1)])
def test_neither_night_the_clocks_change_doubles_or_drops_one(settings, night):
    """At half past two, which one of these nights skips and the other shows twice."""
    settings.DIGEST_AT = "02:30"
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=3)
    found = periods("America/New_York", start, start + timedelta(days=7), timedelta(minutes=15))
    days = sorted(period for kind, period in found if kind == "daily")
    assert days == [
        day
        for n in range(-3, 4)
        if (day := night + timedelta(days=n)).weekday() < 5 and day in days
    ]
    assert len(days) == 5


def test_a_clock_that_was_down_in_the_morning_sends_it_until_the_evening(ana, promise):
    clock(MORNING + timedelta(hours=10, minutes=59))
    assert len(mail.outbox) == 1
    Digest.objects.all().delete()
    clock(MORNING + timedelta(hours=11))
    assert len(mail.outbox) == 1


# --- What ---


def test_a_liaisons_day_in_text_and_html(ana, promise, northern_practice):
    factories.PlannedVisitFactory(liaison=ana, practice=northern_practice, reason="Down 40%")
    telling.tell(
        [
            telling.Told(
                person=ana.pk,
                kind=Notice.Kind.ASSIGNED,
                key="x",
                sentence="You own West.",
                path="/w/",
            )
        ],
        at=MORNING - timedelta(hours=1),
    )
    clock(MORNING)
    (sent,) = mail.outbox
    assert sent.to == [ana.email]
    assert sent.subject == "Monday 2 March: 1 stop, 1 promise due"
    html = html_of(sent)
    for said in (sent.body, html):
        assert "Northern Family Medicine" in said
        assert "Down 40%" in said
        assert "http://localhost:8000/practices/" in said
        assert "You own West." in said
    assert "Send the <b>protocol</b>" in sent.body
    assert "Send the &lt;b&gt;protocol&lt;/b&gt;" in html


def test_nothing_of_a_colleagues_territory_is_in_it(ana, promise, southern_practice, cleo):
    factories.FollowUpFactory(
        practice=southern_practice, owner=ana, promise="A secret of the South",
        promised_on=date(2026, 3, 1), due_on=date(2026, 3, 2),
    )  # fmt: skip
    clock(MORNING)
    (sent,) = mail.outbox
    assert "secret" not in f"{sent.body} {html_of(sent)}"


def test_an_empty_one_is_not_sent(ana):
    clock(MORNING)
    assert mail.outbox == []
    assert Digest.objects.get().state == "empty"


def test_a_managers_week_is_honest_about_its_numbers(dana, ana, northern_practice, promise, now):
    promise.due_on = date(2026, 2, 20)
    promise.save()
    factories.VolumeCellFactory(month=date(2026, 2, 1), practice=northern_practice, referrals=9)
    clock(MORNING)
    week = next(one for one in mail.outbox if one.to == [dana.email])
    assert week.subject == "Your team's week: 0% of practices seen, 1 promise overdue"
    assert "Ana North: 1, oldest due 20 Feb" in week.body
    assert "February 2026: 9 referrals, provisional" in week.body
    assert "No file has been taken yet." in week.body
    assert "http://localhost:8000/follow-ups/?owner=" in week.body


def test_a_week_names_the_a_practices_that_fell(dana, northern_practice, now):
    from visits.reports.periods import recent_span

    span = recent_span(now)
    for months, referrals in ((span.before, 40), (span.recent, 20)):
        factories.VolumeCellFactory(
            month=months.start, practice=northern_practice, referrals=referrals
        )
    week = digests.digest_for(dana, "weekly", on=MORNING.date(), now=now)
    assert [one.words for one in week.falling] == [
        "20 referrals from October to December 2025, 50% fewer than 40 a year before"
    ]


def test_admins_get_none(erin):
    clock(MORNING)
    assert Digest.objects.count() == 0


# --- Once ---


def test_two_clocks_and_two_workers_send_one(ana, promise):
    clock(MORNING)
    clock(MORNING)
    posting.send_digest(Digest.objects.get().pk, at=MORNING)
    assert len(mail.outbox) == 1
    assert Digest.objects.get().state == "sent"


def test_a_dead_mail_server_is_tried_again_and_again_more_patiently(ana, promise, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, backend(DeadServer)
    clock(MORNING)
    digest = Digest.objects.get()
    assert (digest.state, digest.try_at) == ("waiting", MORNING + timedelta(minutes=5))
    clock(MORNING + timedelta(minutes=4))
    assert Digest.objects.get().attempts == 1
    clock(MORNING + timedelta(minutes=5))
    assert Digest.objects.get().try_at == MORNING + timedelta(minutes=15)
    settings.EMAIL_BACKEND = working
    clock(MORNING + timedelta(minutes=15))
    assert len(mail.outbox) == 1


def test_what_the_server_refused_is_tried_again(ana, promise, settings):
    settings.EMAIL_BACKEND = backend(FullServer)
    clock(MORNING)
    assert (Digest.objects.get().state, Digest.objects.get().error) == ("waiting", "SMTPDataError")


def test_what_may_have_left_is_never_sent_again(ana, promise, settings):
    settings.EMAIL_BACKEND = backend(LostServer)
    clock(MORNING)
    clock(MORNING + timedelta(hours=2))
    assert len(mail.outbox) == 1
    assert Digest.objects.get().state == "unknown"


def test_a_worker_that_died_while_sending_sends_no_second(ana, promise):
    clock(MORNING)
    Digest.objects.update(state="sending", claimed_at=MORNING)
    clock(MORNING + posting.SENDS_WITHIN + MINUTE)
    assert len(mail.outbox) == 1
    assert Digest.objects.get().state == "unknown"


def test_what_could_not_be_sent_all_day_is_given_up(ana, promise, settings):
    settings.EMAIL_BACKEND = backend(DeadServer)
    clock(MORNING)
    clock(MORNING + timedelta(hours=11))
    assert Digest.objects.get().state == "missed"


# --- Switched off ---


def test_whoever_switched_it_off_gets_none(ana, promise):
    telling.choose_notices(ana, daily=False)
    clock(MORNING)
    assert mail.outbox == []


def test_the_mail_says_how_to_stop_it_with_one_click(ana, promise, client):
    clock(MORNING)
    (sent,) = mail.outbox
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = (
        sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    )
    assert client.get(address).status_code == 200
    assert telling.choices_of(ana).daily, "looking stops nothing"
    stopped = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert "You get no more of these mails" in stopped.content.decode()
    assert not telling.choices_of(ana).daily
    client.post(address, {"again": "1"})
    assert telling.choices_of(ana).daily


@pytest.mark.parametrize("token", ["", "x", "bogus:token:here"])
def test_a_link_nobody_signed_stops_nothing(ana, client, token):
    assert client.post(f"{reverse('stop-digest')}?token={token}").status_code == 404
    assert telling.choices_of(ana).daily


def test_a_link_of_somebody_who_left_does_nothing(ana, client):
    address = stop_path(ana, "daily")
    type(ana).objects.filter(pk=ana.pk).update(is_active=False)
    assert client.post(address).status_code == 404
