"""Refusals that no view makes, for people and for programs."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_an_address_that_is_not_there(client):
    assert client.get("/api/v1/nowhere/").json() == {"code": "not_found", "detail": "Not found."}
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/more/"])
def test_a_host_that_is_not_ours_is_refused(client, path):
    answer = client.get(path, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert ("json" in answer["Content-Type"]) == path.startswith("/api/")


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "https://sub.testserver"])
def test_a90_a_form_from_elsewhere_is_refused(origin):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {}, headers={"origin": origin})
    assert answer.status_code == 403
    assert origin not in answer.content.decode()
