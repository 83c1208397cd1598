"""One list of places for the rail, the tab bar and the More page."""

import pytest
from django.urls import include, path

from liaison_crm.core import navigation
from liaison_crm.core.navigation import ENTRIES, LOG, MORE, navigation_for


def nowhere(request):
    raise AssertionError


names = [entry.url_name for entry in (*ENTRIES, LOG, MORE) if ":" not in entry.url_name]
urlpatterns = [
    path("", nowhere, name="today"),
    *(path(f"{name}/", nowhere, name=name) for name in names if name != "today"),
    path("admin/", include(([path("", nowhere, name="index")], "admin"))),
]


@pytest.fixture
def whole_house(settings):
    settings.ROOT_URLCONF = __name__


def labels(entries):
    return [entry.label for entry in entries]


@pytest.mark.usefixtures("whole_house")
def test_a_phone_has_five_tabs_with_log_in_the_middle():
    tabs = navigation_for("liaison", "/").tabs
    assert labels(tabs) == ["Today", "Find", "Log visit", "Growth", "More"]
    assert [tab.raised for tab in tabs] == [False, False, True, False, False]


@pytest.mark.usefixtures("whole_house")
def test_import_is_for_the_desk_and_admin_for_admins():
    assert "Import" not in labels(navigation_for("liaison", "/").rail)
    assert labels(navigation_for("manager", "/").rail)[-1] == "Import"
    assert labels(navigation_for("admin", "/").rail)[-2:] == ["Import", "Admin"]


@pytest.mark.usefixtures("whole_house")
def test_somebody_without_a_role_sees_nothing():
    house = navigation_for("", "/")
    assert (house.rail, house.tabs, house.more, house.log) == ((), (), (), None)


@pytest.mark.usefixtures("whole_house")
@pytest.mark.parametrize(
    ("address", "current"),
    [("/", ["Today"]), ("/physicians/", ["Physicians"]), ("/physicians/7/", ["Physicians"]),
     ("/elsewhere/", [])],
)  # fmt: skip
def test_the_page_one_is_on_is_marked(address, current):
    rail = navigation_for("admin", address).rail
    assert [entry.label for entry in rail if entry.current] == current


@pytest.mark.usefixtures("whole_house")
def test_a_page_without_a_tab_is_found_under_more():
    tabs = navigation_for("liaison", "/physicians/7/").tabs
    assert [tab.label for tab in tabs if tab.current] == ["More"]
    tabs = navigation_for("liaison", "/growth/").tabs
    assert [tab.label for tab in tabs if tab.current] == ["Growth"]


@pytest.mark.usefixtures("whole_house")
def test_more_holds_what_the_tab_bar_does_not():
    house = navigation_for("admin", "/")
    assert set(labels(house.more)).isdisjoint(labels(house.tabs))
    assert {*labels(house.more), *labels(house.tabs)} == {*labels(house.rail), "Log visit", "More"}


@pytest.mark.usefixtures("whole_house")
def test_a_place_that_does_not_exist_is_left_out(monkeypatch):
    lost = navigation.Entry("no-such-place", "Lost", "map")
    monkeypatch.setattr(navigation, "ENTRIES", (*ENTRIES, lost))
    assert "Lost" not in labels(navigation_for("admin", "/").rail)


def test_only_the_two_themes_are_taken_from_the_cookie(rf):
    request = rf.get("/")
    assert navigation.navigation(request) == {"theme": "", "nav": None}
    request.COOKIES["theme"] = "dark"
    assert navigation.navigation(request)["theme"] == "dark"
    request.COOKIES["theme"] = '"><script>'
    assert navigation.navigation(request)["theme"] == ""
