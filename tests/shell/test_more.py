"""The More page, the theme, and the frame around every page."""

import re
from html.parser import HTMLParser

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["ana", "dana", "erin"])
def test_everybody_finds_the_rest_of_the_house_and_the_way_out(client, request, name):
    person = request.getfixturevalue(name)
    client.force_login(person)
    page = client.get(reverse("more")).content.decode()
    assert person.name in page
    assert person.email in page
    assert f'action="{reverse("account_logout")}"' in page
    assert reverse("you") in page


def test_only_an_admin_is_shown_the_admin(client, dana, erin):
    client.force_login(dana)
    assert 'href="/admin/"' not in client.get(reverse("more")).content.decode()
    client.force_login(erin)
    assert 'href="/admin/"' in client.get(reverse("more")).content.decode()


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(reverse("more")).url.startswith(reverse("account_login"))
    assert client.post(reverse("appearance"), {"theme": "dark"}).url.startswith(
        reverse("account_login")
    )


def test_a_chosen_theme_is_kept_and_set_before_the_page_is_drawn(client, ana):
    client.force_login(ana)
    assert "data-theme" not in client.get(reverse("more")).content.decode()
    answer = client.post(reverse("appearance"), {"theme": "dark"})
    assert answer.url == reverse("more")
    page = client.get(reverse("more")).content.decode()
    assert '<html lang="en" data-theme="dark">' in page
    assert re.search(r'value="dark" aria-pressed="true"', page)
    client.post(reverse("appearance"), {"theme": "auto"})
    assert "data-theme" not in client.get(reverse("more")).content.decode()


@pytest.mark.parametrize("theme", ["", "sepia", '"><script>'])
def test_a_theme_that_does_not_exist_is_refused(client, ana, theme):
    client.force_login(ana)
    assert client.post(reverse("appearance"), {"theme": theme}).status_code == 400
    assert "theme" not in client.cookies


def test_a_theme_is_chosen_by_post_alone(client, ana):
    client.force_login(ana)
    assert client.get(reverse("appearance")).status_code == 405


class Frame(HTMLParser):
    """What a reader with a keyboard or a screen reader meets first."""

    def __init__(self, page):
        super().__init__()
        self.tags = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


DOORS = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]
ROOMS = [
    "more",
    "you",
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
]


@pytest.mark.parametrize("name", [*DOORS, *ROOMS])
def test_every_page_of_the_account_stands_in_the_frame(client, ana, name):
    if name in ROOMS:
        client.force_login(ana)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    frame = Frame(answer.content.decode())
    assert len(frame.all("h1")) == 1
    assert [main["id"] for main in frame.all("main")] == ["main"]
    assert frame.all("a")[0]["href"] == "#main"
    assert len([link for link in frame.all("link") if link["rel"] == "stylesheet"]) == 1
    assert not any("style" in attrs for _, attrs in frame.tags)
    assert all("src" in script for script in frame.all("script"))


def test_a_link_that_was_used_says_so(client):
    address = reverse("account_reset_password_from_key", args=["abc", "no-such-key"])
    page = client.get(address, follow=True).content.decode()
    assert "This link no longer works" in page


PASSWORD = "rounds at nine thirty"


def text_at(client, name):
    return client.get(reverse(name), follow=True).content.decode()


def current_code(secret):
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.fixture
def door(client, ana):
    """What Ana types at the door, and she is in."""
    ana.set_password(PASSWORD)
    ana.save()
    typed = {"login": ana.email, "password": PASSWORD}
    client.post(reverse("account_login"), typed)
    return typed


@pytest.fixture
def spare_codes(client, door):
    """Ana has turned the second factor on by the pages alone."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = text_at(client, "mfa_activate_totp")
    assert 'src="data:image/svg+xml' in page
    secret = re.findall(r"<code>(\w+)</code>", page)[0]
    client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})
    return re.findall(r"<li>(\w+)</li>", text_at(client, "mfa_view_recovery_codes"))


@pytest.mark.usefixtures("door")
def test_changing_how_one_signs_in_asks_once_more_and_says_when_a_code_is_wrong(client):
    assert "Is it you?" in text_at(client, "mfa_activate_totp")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"}).content.decode()
    assert 'id="id_code_error"' in wrong


def test_with_a_second_factor_on_the_password_alone_does_not_open(client, door, spare_codes):
    assert len(spare_codes) == 10
    assert "Two-step sign-in is on" in text_at(client, "mfa_index")
    assert "Make new recovery codes?" in text_at(client, "mfa_generate_recovery_codes")
    client.post(reverse("account_logout"))
    asked = client.post(reverse("account_login"), door, follow=True).content.decode()
    assert "Now the code" in asked
    assert client.get(reverse("more")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": spare_codes[0]})
    assert client.get(reverse("more")).status_code == 200


def test_a_second_factor_can_be_turned_off_again(client, spare_codes):
    assert "Is it you?" in text_at(client, "mfa_reauthenticate")
    client.post(reverse("mfa_reauthenticate"), {"code": spare_codes[1]})
    assert "Turn off two-step sign-in?" in text_at(client, "mfa_deactivate_totp")
    client.post(reverse("mfa_deactivate_totp"))
    assert "Two-step sign-in is off" in text_at(client, "mfa_index")


def test_sign_in_has_a_button_for_each_role_in_the_demo_only(client, settings):
    assert "demo" not in client.get(reverse("account_login")).content.decode()
    settings.DEMO = True
    page = client.get(reverse("account_login")).content.decode()
    assert page.count(f'action="{reverse("demo-sign-in")}"') == 3


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "429.html"])
def test_refusals_are_pages_too(rf, template):
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string

    request = rf.get("/nowhere/")
    request.user = AnonymousUser()
    frame = Frame(render_to_string(template, request=request))
    assert len(frame.all("h1")) == 1


@pytest.mark.parametrize("template", ["500.html", "503.html"])
def test_the_last_pages_need_nothing_from_the_site(template, django_assert_num_queries):
    from django.template.loader import render_to_string

    with django_assert_num_queries(0):
        assert len(Frame(render_to_string(template)).all("h1")) == 1
