"""A59-A63, A67: bodies that are not one plain JSON object are refused, and change nothing."""

import pytest

from visits.models import Visit

pytestmark = pytest.mark.django_db


def refusal(response, status=400):
    assert response.status_code == status, response.content
    body = response.json()
    assert set(body) >= {"code", "detail"}
    assert not Visit.objects.exists()
    return body


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_body"),
        (b"  ", "empty_body"),
        (b"{", "json"),
        (b"[]", "object_expected"),
        (b"null", "object_expected"),
        (b'"a"', "object_expected"),
        (b"5", "object_expected"),
        (b"\xef\xbb\xbf{}", "encoding"),
        ("{}".encode("utf-16"), "encoding"),
        (b'{"note": "\xff"}', "encoding"),
    ],
)
def test_a59_bodies_that_are_no_object(as_ana, body, code):
    assert refusal(as_ana.raw("visits/", body))["code"] == code


def test_a59_the_place_is_told(as_ana):
    body = refusal(as_ana.raw("visits/", b'{\n "note": oops}'))
    assert (body["line"], body["column"]) == (2, 10)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_a60_depth(as_ana, opening):
    assert refusal(as_ana.raw("visits/", opening * 100_000))["code"] == "depth"


@pytest.mark.parametrize(
    "body",
    [
        b'{"note": "a\\u0000b"}',
        b'{"note": "\\ud800"}',
        b'{"unknown": ["\\ud800"]}',
        b'{"no\\u0000te": 1}',
        b'{"\\udfff": 1}',
    ],
)
def test_a62_text_nobody_can_store(as_ana, body):
    assert refusal(as_ana.raw("visits/", body))["code"] == "unstorable_text"


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 5000])
def test_a63_numbers_out_of_range(as_ana, number):
    assert refusal(as_ana.raw("visits/", b'{"practice": ' + number + b"}"))["code"] == "number"


def test_a_name_twice(as_ana):
    body = refusal(as_ana.raw("visits/", b'{"note": "a", "note": "b"}'))
    assert (body["code"], body["column"]) == ("duplicate_name", 15)


def test_a_body_of_more_than_a_megabyte(as_ana):
    body = refusal(as_ana.raw("visits/", b'{"note": "' + b"x" * 1024 * 1024 + b'"}'), 413)
    assert (body["code"], body["limit"]) == ("too_large", 1024 * 1024)


@pytest.mark.parametrize(
    ("content_type", "status", "code"),
    [
        ("application/xml", 415, "media_type"),
        ("text/plain", 415, "media_type"),
        ("application/x-www-form-urlencoded", 415, "media_type"),
        ("multipart/form-data; boundary=x", 415, "media_type"),
        (None, 415, "media_type"),
        ("application/json; charset=bogus", 400, "charset"),
        ("application/json; charset=rot13", 400, "charset"),
        ("application/json; charset=utf-16", 400, "charset"),
        ("application/json; charset=", 400, "charset"),
    ],
)
def test_a67_content_types(as_ana, content_type, status, code):
    assert refusal(as_ana.raw("visits/", b'{"a": 1}', content_type), status)["code"] == code


@pytest.mark.parametrize("charset", ["rot13", "bogus", "hex", "utf-7", "idna"])
def test_a67_a_charset_on_a_request_without_a_body(as_ana, charset):
    response = as_ana.get("visits/", headers={"Content-Type": f"text/plain; charset={charset}"})
    assert response.status_code == 400
    assert response.json()["code"] == "charset"


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
def test_a67_the_right_charset_may_be_named(as_ana, charset):
    body = as_ana.raw("visits/", b"{}", f"application/json; charset={charset}").json()
    assert body["code"] == "required"


def test_only_json_is_answered(as_ana):
    response = as_ana.get("me/", headers={"Accept": "application/xml"})
    assert response.status_code == 406
    assert response.json()["code"] == "not_acceptable"


def test_a_method_nobody_takes(as_ana):
    response = as_ana.put("me/", {"name": "x"})
    assert response.status_code == 405
    assert response.json()["code"] == "method_not_allowed"


def test_an_unknown_address_is_json(as_ana):
    response = as_ana.get("nowhere/")
    assert response.status_code == 404
    assert response.json() == {"code": "not_found", "detail": "Not found."}


def test_strangers_are_told_to_sign_in(client):
    response = client.get("/api/v1/me/")
    assert response.status_code == 401
    assert response.json()["code"] == "not_signed_in"
    assert response["WWW-Authenticate"].startswith("Token")


def test_a_session_needs_the_csrf_token(ana):
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ana)
    response = client.post("/api/v1/visits/", {"a": 1}, format="json")
    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]


def test_answers_are_private(as_ana):
    assert as_ana.get("me/")["Cache-Control"] == "private, no-cache"
