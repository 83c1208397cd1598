"""A note that names a patient does not leave the page, and the writer is told beside the field."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import visiting
from visits.models import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_patient_is_taken_out_before_the_note_is_sent(
    chromium, live_server, ana, northern_practice
):
    with visiting(chromium, live_server.url, ana) as visitor:
        page = visitor.page
        visitor.open(f"/visits/new/?practice={northern_practice.pk}")
        page.get_by_role("radio", name="Good talk").check(force=True)
        note = page.get_by_role("textbox", name="Note")
        note.fill("Wants faster reports. Pt John Smith waits.")
        page.get_by_role("button", name="Save visit").click()
        said = page.get_by_role("status").filter(has_text="a patient's name")
        expect(said).to_contain_text("“Pt John Smith”")
        expect(note).to_be_focused()
        expect(note).to_have_attribute("aria-invalid", "true")
        assert visitor.barriers() == []
        assert not Visit.objects.exists()
        note.fill("Wants faster reports.")
        expect(said).to_have_count(0)
        page.get_by_role("button", name="Save visit").click()
        page.wait_for_url(lambda address: "/visits/new/" not in address)
    assert Visit.objects.get().note == "Wants faster reports."
