"""Only admins get into the admin, and by the common door."""

from urllib.parse import unquote

import pytest
from django.test import Client


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/contacts/physician/"])
def test_a_stranger_is_sent_to_sign_in(client, db, path):
    answer = client.get(path, follow=True)
    wanted = "/admin/" if path == "/admin/login/" else path
    assert unquote(answer.redirect_chain[-1][0]) == f"/account/login/?next={wanted}"


def test_the_admins_own_sign_in_form_takes_no_password(client, erin):
    answer = client.post("/admin/login/", {"username": erin.email, "password": "x"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("who", ["ana", "dana"])
@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/login/", "/admin/contacts/physician/", "/admin/jsi18n/"]
)
def test_who_is_no_admin_is_refused_and_not_asked_to_sign_in_again(who, path, request):
    client = Client()
    client.force_login(request.getfixturevalue(who))
    assert client.get(path).status_code == 403


def test_an_admin_gets_in_and_out(desk):
    assert desk.get("/admin/").status_code == 200
    assert desk.get("/admin/login/")["Location"] == "/admin/"
    assert desk.get("/admin/password_change/")["Location"] == "/account/password/change/"
    assert desk.post("/admin/logout/")["Location"] == "/account/login/"
    assert desk.get("/admin/").status_code == 302
