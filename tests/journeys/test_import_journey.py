"""An admin sends a file in a real browser and reads what came of it."""

import pytest
from playwright.sync_api import expect

from liaison_crm.celery import app
from referrals import services
from referrals.intake import take
from referrals.models import IntakeBatch
from tests import factories
from tests.journeys.browsing import LAPTOP, NARROWEST, TALL_PHONE, visiting
from tests.referrals.files import PER_ROW, as_csv, import_bytes
from tests.referrals.sheets import ROW, as_text, sealed_batch

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STRANGER = factories.npi(720_001)


@pytest.fixture(autouse=True)
def upload_folder(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"


@pytest.fixture
def rows():
    """One row to take, one to refuse, one of a physician and a practice nobody knows."""
    known = {
        "referring_npi": factories.PhysicianFactory().npi,
        "practice_id": str(factories.PracticeFactory().pk),
    }
    factories.SourceFactory()
    factories.ServiceLineFactory()
    factories.FacilityFactory()
    nobody = {
        "referring_npi": STRANGER,
        "practice_name": "A Practice With Quite a Long Name of Greater Cleveland, Incorporated",
        "practice_zip": "44130",
    }
    return [
        {**known, "external_id": "GOOD"},
        {**known, "external_id": "BAD", "status": "lost"},
        {**nobody, "external_id": "WHO"},
    ]


@pytest.fixture
def worker():
    """The import waits in the queue until this is called, as for a worker that was busy."""
    app.conf.task_always_eager = False
    yield services.take_import
    app.conf.task_always_eager = True


def choose(page, content, name="november.csv"):
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Choose a file or drop it here").set_input_files(file)


def test_a_file_is_sent_and_read_about_to_the_last_row(chromium, live_server, erin, rows, worker):
    with visiting(chromium, live_server.url, erin, viewport=LAPTOP) as desk:
        page = desk.page
        desk.open("/")
        desk.tap(page.get_by_role("link", name="Import"))
        choose(page, as_csv(rows))
        expect(page.get_by_text("november.csv, 1 kB")).to_be_visible()
        desk.tap(page.get_by_role("radio", name="Every good row"))
        desk.tap(page.get_by_role("button", name="Import"))
        expect(page.get_by_role("heading", level=1)).to_have_text("3 rows wait for a worker")
        assert desk.taps == 3
        batch = IntakeBatch.objects.get()
        assert page.url == live_server.url + batch.get_absolute_url()
        worker(batch.pk)
        expect(page.get_by_role("heading", level=1)).to_have_text("1 of 3 rows taken")
        expect(page.get_by_role("row", name="Rows in the file")).to_contain_text("3")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        assert download.value.suggested_filename == f"refused-rows-{batch.pk}.csv"
        assert '"BAD"' in download.value.path().read_text()
        page.get_by_role("link", name="See who is missing").click()
        page.get_by_role("link", name=f"Add the physician with NPI {STRANGER}").click()
        expect(page.get_by_label("NPI")).to_have_value(STRANGER)


def test_a_file_chosen_before_the_script_came_is_named(chromium, live_server, erin, rows):
    held = []

    def hold(route):
        held.append(route)

    with visiting(chromium, live_server.url, erin) as phone:
        phone.page.route("**/file_drop.js", hold)
        phone.page.goto(f"{live_server.url}/import/new/", wait_until="commit")
        choose(phone.page, as_csv(rows))
        [script] = held
        script.continue_()
        expect(phone.page.get_by_text("november.csv, 1 kB")).to_be_visible()


def test_an_import_is_watched_until_it_ends(chromium, live_server, dana, rows):
    batch = factories.IntakeBatchFactory(state="running", rows_read=900, rows_done=300)
    with visiting(chromium, live_server.url, dana, viewport=LAPTOP) as desk:
        page = desk.page
        desk.open(batch.get_absolute_url())
        expect(page.get_by_role("heading", level=1)).to_have_text("300 of 900 rows done")
        IntakeBatch.objects.update(rows_done=600)
        expect(page.get_by_role("heading", level=1)).to_have_text("600 of 900 rows done")
        IntakeBatch.objects.update(state="done", rows_new=900)
        expect(page.get_by_role("heading", level=1)).to_have_text("900 of 900 rows taken")
        expect(page.locator("#said")).to_have_text("Done. 900 of 900 rows taken.")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(2_500)
        assert asked == []


def test_without_script_a_link_shows_how_far_it_is(chromium, live_server, dana, rows):
    batch = factories.IntakeBatchFactory(state="running", rows_read=900, rows_done=300)
    with visiting(chromium, live_server.url, dana, java_script_enabled=False) as phone:
        phone.open(batch.get_absolute_url())
        IntakeBatch.objects.update(rows_done=600)
        phone.tap(phone.page.get_by_role("link", name="Refresh"))
        expect(phone.page.get_by_role("heading", level=1)).to_have_text("600 of 900 rows done")


@pytest.fixture
def addresses(rows):
    many = [{**rows[1], "external_id": f"BAD-{n}"} for n in range(120)]
    mixed = import_bytes(as_csv(rows + many), mode=PER_ROW)
    failed = import_bytes(as_csv(rows))
    running = factories.IntakeBatchFactory(
        state="running", rows_read=900, rows_done=300, file_name="a_long_name_" * 12 + ".csv"
    )
    factories.IntakeBatchFactory.create_batch(40, rows_read=1_234_567, rows_new=1_234_567)
    to_match = sealed_batch(as_text([(*ROW, "7")]), source=factories.SourceFactory())
    checked = sealed_batch(as_csv([*rows, *many[:9]]))
    take(checked.pk)
    pages = [one.get_absolute_url() for one in (mixed, failed, running, to_match, checked)]
    decided = [f"{to_match.get_absolute_url()}columns/", f"{mixed.get_absolute_url()}undo/"]
    return ["/import/", "/import/unmatched/", *pages, *decided]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_bars_anyone(chromium, live_server, erin, dana, addresses, theme):
    found: dict[object, list[str]] = {}
    for person, window in ((erin, TALL_PHONE), (dana, LAPTOP)):
        with visiting(chromium, live_server.url, person, theme=theme, viewport=window) as visitor:
            for address in addresses[: None if person.is_admin else -2]:
                visitor.open(address)
                found[person.name, address] = visitor.barriers()
    with visiting(chromium, live_server.url, erin, theme=theme, viewport=TALL_PHONE) as phone:
        phone.open("/import/")
        phone.page.get_by_text("What the file holds").click()
        choose(phone.page, b"%PDF-1.7 nothing to read here")
        phone.page.locator("form.form").evaluate("form => form.submit()")
        phone.page.get_by_text("Nothing was taken.").wait_for()
        found["refused"] = phone.barriers()
        phone.complaints.clear()  # Chromium notes the status 415 as an error
    assert {page: barred for page, barred in found.items() if barred} == {}


def test_no_page_scrolls_sideways_on_the_smallest_phone(chromium, live_server, erin, addresses):
    wide = {}
    with visiting(chromium, live_server.url, erin, viewport=NARROWEST) as phone:
        for address in addresses:
            phone.open(address)
            wide[address] = phone.sideways()
    assert {address: pixels for address, pixels in wide.items() if pixels > 0} == {}
