"""The API's description and the page that shows it."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/api/docs/"])
def test_they_are_for_those_who_signed_in(client, path):
    assert client.get(path).status_code in {302, 401, 403}


def test_the_description_is_openapi_3_1(client, ana):
    client.force_login(ana)
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert told["info"]["title"] == "Liaison CRM"


@pytest.mark.browser
def test_the_page_calls_no_other_host_and_keeps_to_the_policy(chromium, live_server, client, ana):
    client.force_login(ana)
    context = chromium.new_context(base_url=live_server.url)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto("/api/docs/")
    page.get_by_role("heading", name="Liaison CRM").wait_for()
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
    assert complaints == []
    context.close()
