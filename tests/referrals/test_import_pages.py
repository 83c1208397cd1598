"""The import pages: who reads them, what is said of each file, and of rows that wait."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLog
from referrals.models import IntakeBatch, RefusedRow, UnmatchedRow
from referrals.reports import import_counts, missing_physicians, missing_practices
from tests import factories
from tests.referrals.files import PER_ROW, as_csv, import_bytes
from tests.referrals.pages import logged, read, words

pytestmark = pytest.mark.django_db

# --- Who ---

PAGES = ("imports", "unmatched", "new-import")


@pytest.mark.parametrize("name", PAGES)
def test_a_liaison_reads_plainly_that_imports_are_not_open(client, ana, name):
    assert "Imports are not open to you" in read(client, ana, name, status=403)


def test_a_liaison_learns_nothing_of_a_single_import(client, ana):
    batch = factories.IntakeBatchFactory(file_name="southern-secrets.csv")
    for name in ("import", "refused-rows"):
        assert "southern-secrets" not in read(client, ana, name, batch.pk, status=403)
        read(client, ana, name, batch.pk + 1, status=403)


def test_who_is_not_signed_in_is_asked_to(client):
    batch = factories.IntakeBatchFactory()
    for address in (*map(reverse, PAGES), batch.get_absolute_url()):
        assert client.get(address).headers["Location"].startswith(reverse("account_login"))


# --- One import ---


@pytest.fixture
def mixed(good):
    """One row each: new, changed, same, repeated, refused, waiting."""
    import_bytes(as_csv([good(external_id="OLD"), good(external_id="MOVED")]))
    rows = [
        good(external_id="NEW"),
        good(external_id="MOVED", status="accepted", status_at="2026-02-05T10:00:00-05:00"),
        good(external_id="OLD"),
        good(external_id="NEW"),
        good(external_id="BAD", status="lost"),
        good(external_id="WHO", referring_npi=factories.npi(700_200)),
    ]
    return import_bytes(as_csv(rows), mode=PER_ROW)


def test_the_counts_add_up_each_with_its_word(client, dana, mixed):
    counts = import_counts(mixed)
    assert {one.name: one.rows for one in counts.outcomes} == dict.fromkeys(
        ("New", "Changed", "Same", "Repeated", "Waiting", "Refused"), 1
    )
    assert sum(one.rows for one in counts.outcomes) == counts.rows == mixed.rows_read == 6
    page = words(read(client, dana, "import", mixed.pk))
    assert "Rows in the file 6" in page
    assert "3 of 6 rows taken" in page


@pytest.mark.parametrize(
    ("state", "told", "rest"),
    [
        ("queued", {}, ("To come", 500)),
        ("running", {"rows_new": 120, "rows_done": 200}, ("To come", 380)),
        ("failed", {"rows_new": 120}, ("Not reached", 380)),
        ("failed", {"rows_refused": 3, "rows_held_back": 497}, None),
    ],
)
def test_the_counts_add_up_at_any_time(state, told, rest):
    batch = factories.IntakeBatchFactory.build(state=state, rows_read=500, **told)
    outcomes = import_counts(batch).outcomes
    assert sum(one.rows for one in outcomes) == 500
    assert sum(one.share for one in outcomes) == pytest.approx(100, abs=0.01)
    if rest:
        assert (outcomes[-1].name, outcomes[-1].rows) == rest


def test_a_file_without_rows_has_no_outcomes():
    assert import_counts(factories.IntakeBatchFactory.build(rows_read=0)).outcomes == []


def test_why_an_import_failed_is_one_sentence(client, dana, good):
    batch = import_bytes(as_csv([good(), good(external_id="B", status="lost")]))
    page = words(read(client, dana, "import", batch.pk))
    assert "None of 2 rows taken" in page
    assert "1 of 2 rows was refused, so none was taken." in page
    assert "Held back" in page


def test_an_import_under_way_asks_again_until_it_ends(client, dana):
    batch = factories.IntakeBatchFactory(state="running", rows_read=900, rows_done=300)
    page = read(client, dana, "import", batch.pk)
    assert 'hx-trigger="every 2s"' in page
    assert "300 of 900" in page
    assert re.search(rf'<a [^>]*href="{batch.get_absolute_url()}"[^>]*>.*?Refresh', page, re.S)
    client.force_login(dana)
    middle = client.get(batch.get_absolute_url(), headers={"HX-Request": "true"})
    assert "<html" not in middle.content.decode()
    assert 'hx-trigger="every 2s"' in middle.content.decode()
    IntakeBatch.objects.update(state="done", rows_new=900)
    ended = client.get(batch.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in ended
    assert "Done. 900 of 900 rows taken." in ended


def test_an_import_put_back_says_that_it_is_tried_again(client, dana):
    batch = factories.IntakeBatchFactory(
        state="queued", rows_read=9, attempts=2, error="Stopped by OperationalError."
    )
    page = words(read(client, dana, "import", batch.pk))
    assert "Stopped by OperationalError. It is tried again by itself" in page


def test_refused_rows_are_shown_up_to_a_hundred_with_their_total(client, dana):
    batch = factories.IntakeBatchFactory(rows_read=101, rows_refused=101)
    RefusedRow.objects.bulk_create(
        RefusedRow(batch=batch, line=n, code="day", reason=f"Reason {n}.", cells=[f"R{n}"])
        for n in range(2, 103)
    )
    page = read(client, dana, "import", batch.pk)
    assert "101 refused rows" in page
    assert "Reason 101." in page
    assert "R101" in page
    assert "Reason 102." not in page
    assert "The first 100 are shown" in page


def test_refused_rows_come_as_a_file_and_who_took_it_is_noted(client, dana, good):
    rows = [good(external_id="=HYPERLINK(1)", status="lost"), good(external_id="B", status="?")]
    batch = import_bytes(as_csv(rows))
    client.force_login(dana)
    answer = client.get(reverse("refused-rows", args=[batch.pk]))
    assert answer.streaming
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, first, second = text.splitlines()
    assert header.startswith('"line","code","reason","external_id"')
    assert first.startswith('"2"')
    assert '"\'=HYPERLINK(1)"' in first
    assert '"B"' in second
    assert logged(AccessLog.Action.EXPORT) == [("Dana Manager", {"rows": 2})]


@pytest.mark.parametrize("name", ["import", "refused-rows"])
def test_an_import_that_is_not_there_is_not_found(client, dana, name):
    read(client, dana, name, 4_711, status=404)
    read(client, dana, name, 10**30, status=404)
    assert logged(AccessLog.Action.EXPORT) == []


# --- The list ---


def test_the_list_says_what_came_of_each_file(client, dana, erin, mixed):
    factories.IntakeBatchFactory(
        file_name="broken.csv", state="failed", rows_read=8_123, uploaded_by=erin
    )
    page = words(read(client, dana, "imports"))
    assert "3 imports" in page
    assert "broken.csv" in page
    assert "8,123" in page
    assert "Failed" in page
    assert "Erin Admin" in page
    assert "by command" in page
    assert "1 row waits for 1 physician" in page


def test_an_empty_list_says_so(client, dana):
    assert "No file came in yet" in read(client, dana, "imports")


def test_a_long_list_has_pages(client, dana):
    factories.IntakeBatchFactory.create_batch(31)
    assert "31 imports" in read(client, dana, "imports")
    first = factories.IntakeBatchFactory._meta.model.objects.order_by("created_at", "pk").first()
    assert first.get_absolute_url() in read(client, dana, "imports", page="2")
    read(client, dana, "imports", page="nonsense")


# --- Rows that wait ---


@pytest.fixture
def waiting(good):
    """Two rows for one physician, one of them for a practice too; one for a practice by number."""
    stranger = factories.npi(700_300)
    named = {"practice_id": "", "practice_name": "Lost & Found Clinic", "practice_zip": "44130"}
    rows = [
        good(external_id="A", referring_npi=stranger),
        good(external_id="B", referring_npi=stranger, **named),
        good(external_id="C", practice_id="987654"),
    ]
    return import_bytes(as_csv(rows), mode=PER_ROW)


def test_rows_wait_in_groups_with_the_way_to_solve_each(client, erin, waiting):
    page = read(client, erin, "unmatched")
    assert "3 rows wait for 1 physician and 2 practices" in page
    npi = factories.npi(700_300)
    assert f'{reverse("admin:contacts_physician_add")}?npi={npi}"' in page
    query = "?name=Lost%20%26%20Found%20Clinic&amp;zip_code=44130"
    assert f'{reverse("admin:contacts_practice_add")}{query}"' in page
    assert "Practice number 987654" in page


def test_the_way_leads_to_a_form_that_is_filled_in(client, erin, waiting):
    npi = factories.npi(700_300)
    client.force_login(erin)
    form = client.get(reverse("admin:contacts_physician_add"), {"npi": npi}).content.decode()
    assert f'value="{npi}"' in form
    asked = {"name": "Lost & Found Clinic", "zip_code": "44130"}
    form = client.get(reverse("admin:contacts_practice_add"), asked).content.decode()
    assert 'value="Lost &amp; Found Clinic"' in form
    assert 'value="44130"' in form


def test_a_manager_sees_the_groups_and_who_can_solve_them(client, dana, waiting):
    page = read(client, dana, "unmatched")
    assert "Lost &amp; Found Clinic" in page
    assert "An admin adds who is missing" in page
    assert reverse("admin:contacts_physician_add") not in page


def test_the_groups_are_counted_and_scoped(ana, dana, waiting):
    (physician,) = missing_physicians(dana, limit=9)
    assert (physician.npi, physician.rows) == (factories.npi(700_300), 2)
    assert physician.since == factories.NOON
    assert [(one.number, one.name, one.rows) for one in missing_practices(dana, limit=9)] == [
        (987_654, "", 1),
        (None, "Lost & Found Clinic", 1),
    ]
    assert missing_practices(dana, limit=1)[0].number == 987_654
    assert missing_physicians(ana, limit=9) == []
    assert missing_practices(ana, limit=9) == []


def test_resolved_rows_wait_no_more(dana, waiting):
    UnmatchedRow.objects.update(resolved_at=factories.NOON)
    assert missing_physicians(dana, limit=9) == []
    assert missing_practices(dana, limit=9) == []


# --- Cost ---


def queries(client, address):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_no_page_costs_more_for_five_rows_than_for_one(client, erin, good):
    client.force_login(erin)
    addresses, costs = [reverse("imports"), reverse("unmatched")], []
    for count in (1, 5):
        rows = [
            good(external_id=f"{count}-{n}", referring_npi=factories.npi(710_000 + 10 * count + n))
            for n in range(count)
        ]
        bad = [good(external_id=f"{count}-bad-{n}", status="lost") for n in range(count)]
        batch = import_bytes(as_csv(rows + bad), mode=PER_ROW)
        IntakeBatch.objects.filter(pk=batch.pk).update(uploaded_by=erin)
        client.get(addresses[0])
        costs.append([queries(client, one) for one in (*addresses, batch.get_absolute_url())])
        factories.IntakeBatchFactory.create_batch(count, uploaded_by=erin)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12
