"""The office's voice: a phone that nobody signed in on, and the card on the liaison's."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.journeys.browsing import NARROWEST, TALL_PHONE, visiting
from visits.issues.models import Issue
from visits.voice.models import VoiceAnswer
from visits.voice.services import address_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def link(ana, northern_practice):
    made = timezone.now() - timedelta(days=1)
    return factories.VoiceLinkFactory(practice=northern_practice, made_by=ana, made_at=made)


@pytest.mark.parametrize("has_script", [True, False])
def test_an_office_says_how_it_was_and_what_goes_wrong(chromium, live_server, link, has_script):
    with visiting(chromium, live_server.url, None, java_script_enabled=has_script) as office:
        page = office.page
        office.open(address_of(link))
        page.get_by_role("radio", name="Bad").check(force=True)
        page.get_by_label("In a word").fill("Three weeks for a report")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        page.get_by_role("link", name="Something goes wrong").click()
        page.get_by_role("radio", name="Report speed").check(force=True)
        page.get_by_label("What goes wrong?").fill("Reports take three weeks")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Somebody sees to it now")).to_be_visible()
    assert VoiceAnswer.objects.get().word == "Three weeks for a report"
    assert Issue.objects.get().source == Issue.Source.OFFICE


def test_a_patient_does_not_leave_the_offices_phone(chromium, live_server, link):
    with visiting(chromium, live_server.url, None) as office:
        page = office.page
        office.open(address_of(link))
        page.get_by_role("radio", name="Bad").check(force=True)
        page.get_by_label("In a word").fill("Mrs. Kowalski's results are late")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("a patient's name")
    assert not VoiceAnswer.objects.exists()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_bars_anyone(chromium, live_server, link, ana, theme):
    factories.VoiceAnswerFactory(link=link, face="bad", word="Slow", answered_at=timezone.now())
    pages = [
        address_of(link, name) for name in ("voice", "voice-issue", "voice-office", "voice-thanks")
    ]
    with visiting(chromium, live_server.url, None, theme=theme, viewport=TALL_PHONE) as office:
        for path in pages:
            office.open(path)
            assert office.barriers() == [], path
            office.page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]  # a plain size
            assert office.sideways() <= 0, path
            office.page.set_viewport_size(TALL_PHONE)  # type: ignore[arg-type]  # a plain size
    with visiting(chromium, live_server.url, ana, theme=theme, viewport=TALL_PHONE) as phone:
        for path in (f"/practices/{link.practice_id}/voice/", f"/practices/{link.practice_id}/"):
            phone.open(path)
            assert phone.barriers() == [], path
            phone.page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]  # a plain size
            assert phone.sideways() <= 0, path
            phone.page.set_viewport_size(TALL_PHONE)  # type: ignore[arg-type]  # a plain size
