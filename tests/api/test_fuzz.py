"""G1: whatever is sent to whatever takes something, the answer is one of ours and never a 5xx."""

import json
import os
from datetime import date
from urllib.parse import quote_plus

import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Handover
from tests import factories

pytestmark = pytest.mark.django_db

FUZZ = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "120")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SCHEMA = SchemaGenerator().get_schema(request=None, public=True)
# Files are sent otherwise; see test_imports.
WRITES = sorted(
    (method, path)
    for path, operations in SCHEMA["paths"].items()
    for method in operations
    if method in ("post", "patch") and path != "/api/v1/imports/"
)
LISTS = sorted(
    path
    for path, operations in SCHEMA["paths"].items()
    if any(p["name"] == "cursor" for p in operations.get("get", {}).get("parameters", ()))
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.integers(1, 40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(
        ["2026-03-02", "2026-02-30", "9999-12-31", "2026-03-02T15:00:00Z", "owner", "good_talk"]
    ),
    st.lists(st.integers(0, 50) | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


def names_in(method, path):
    content = SCHEMA["paths"][path][method].get("requestBody", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return sorted(SCHEMA["components"]["schemas"][name].get("properties", ())) if name else []


@pytest.fixture
def world(erin, ana, north, northern_practice):
    """A row behind every address that has an id."""
    affiliation = factories.AffiliationFactory(practice=northern_practice)
    return {
        "people": erin,
        "assignments": ana.assignments.get(),
        "handovers": Handover.objects.create(territory=north, made_by=erin, made_at=timezone.now()),
        "organizations": factories.OrganizationFactory(),
        "practices": northern_practice,
        "physicians": affiliation.physician,
        "affiliations": affiliation,
        "staff": factories.StaffMemberFactory(practice=northern_practice),
        "territories": north,
        "visits": factories.VisitFactory(practice=northern_practice, liaison=erin),
        "follow-ups": factories.FollowUpFactory(
            practice=northern_practice, owner=erin, due_on=date(2027, 1, 1)
        ),
        "imports": factories.IntakeBatchFactory(),
    }


def address(path, world):
    tail = path.removeprefix("/api/v1/")
    row = world.get(tail.split("/")[0])
    return tail.replace("{id}", str(row.pk if row else 1)).replace(
        "{batch}", str(row.pk if row else 1)
    )


def is_ours(response):
    assert response.status_code < 500, response.content
    if response.status_code >= 400:
        assert set(response.json()) >= {"code", "detail"}


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_bodies(as_erin, world, method, path):
    names = names_in(method, path)
    known = st.dictionaries(st.sampled_from(names), ODD, max_size=8) if names else st.just({})
    url = address(path, world)

    @FUZZ
    @given(known, st.booleans())
    def send(body, has_version):
        headers = {"If-Match": "*"} if has_version else {}
        raw = json.dumps(body).encode()
        call = getattr(as_erin, method)
        is_ours(call(url, raw, content_type="application/json", headers=headers))

    send()


@pytest.mark.parametrize("path", LISTS)
def test_addresses(as_erin, world, path):
    names = [p["name"] for p in SCHEMA["paths"][path]["get"]["parameters"] if p["in"] == "query"]
    value = st.text(max_size=20) | st.sampled_from(
        ["1", "0", "-1", "9" * 30, "true", "2026-03-02", "2026-03", "%00", "month", "a b c"]
    )
    url = address(path, world)

    @FUZZ
    @given(st.lists(st.tuples(st.sampled_from([*names, "q", "x"]), value), max_size=4))
    def ask(pairs):
        query = "&".join(
            f"{name}={quote_plus(text, errors='surrogatepass')}" for name, text in pairs
        )
        is_ours(as_erin.get(f"{url}?{query}"))

    ask()


@FUZZ
@given(raw=st.binary(max_size=60))
def test_raw_bytes(as_erin, raw):
    is_ours(as_erin.raw("visits/", raw))
    is_ours(as_erin.get("physicians/?q=" + raw.decode("latin-1").replace("#", "")))


@FUZZ
@given(
    name=st.sampled_from(["If-Match", "If-None-Match", "Idempotency-Key", "Authorization"]),
    value=st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=40),
)
def test_headers(as_erin, erin, name, value):
    is_ours(as_erin.get(f"people/{erin.pk}/", headers={name: value}))
    is_ours(as_erin.patch("me/", {"name": "Erin"}, headers={name: value}))
    is_ours(as_erin.post("organizations/", {"name": "Elm"}, headers={name: value}))
