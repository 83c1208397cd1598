"""Nothing in an address makes the admin fail (A99)."""

import pytest

from tests.admin.conftest import address, screens

SCREENS = pytest.mark.parametrize("model", screens(), ids=lambda model: model._meta.label)
HOSTILE = [
    "q=%00",
    "q=%ff%fe",
    "q=" + "x" * 5_000,
    "q=" + "+".join(["a"] * 300),
    "q=%25_%5C",
    "q=%27%22%29%3B--",
    "q=%F0%9F%98%80",
    "q=%26%7C%21%3A%2A",
    "unknown=1",
    "password__startswith=a",
    "user__password__startswith=a",
    "p=1e20",
    "p=-1",
    "p=99999999999999999999",
    "p=last",
    "all=",
    "o=999",
    "o=-1.2.3",
    "o=a.b",
    "e=1",
    "_to_field=password",
    "_popup=x",
    "id__exact=9223372036854775808",
    "pk=%00",
    "pk__in=1,2,%00",
    "id__in=" + ",".join(["9" * 30] * 5),
    "name__regex=(a%2B)%2B%24",
    "role__exact=%00",
    "role__exact=x&role__exact=y",
    "state__exact=%00",
    "status__exact=%ff",
    "is_active__exact=maybe",
    "at__gte=0000-00-00",
    "at__year=99999",
    "starts_on__year=0",
    "starts_on__year=99999&starts_on__month=13",
    "created_at__gte=now",
    "territory__id__exact=x",
    "kept_at__isempty=2",
    "closed_on__isempty=%00",
]


@SCREENS
def test_a99_a_list_survives_any_query(desk, one_of_each, model):
    one_of_each()
    for query in HOSTILE:
        answer = desk.get(f"{address(model, 'changelist')}?{query}")
        assert answer.status_code in {200, 302, 400}, query


@SCREENS
@pytest.mark.parametrize(
    "pk", ["0", "9223372036854775808", "9" * 400, "x", "_00", "%ff", "1.5", "-1"]
)
def test_a99_a_record_that_cannot_be_is_not_there(desk, model, pk):
    app, name = model._meta.app_label, model._meta.model_name
    for page in ("change", "history", "delete"):
        answer = desk.get(f"/admin/{app}/{name}/{pk}/{page}/")
        assert answer.status_code in {302, 403, 404}, page


@pytest.mark.parametrize(
    "query",
    [
        "",
        "app_label=contacts&model_name=affiliation&field_name=physician&term=%00",
        "app_label=contacts&model_name=affiliation&field_name=physician&term=" + "x" * 5_000,
        "app_label=contacts&model_name=affiliation&field_name=password",
        "app_label=accounts&model_name=user&field_name=password&term=a",
        "app_label=%00&model_name=x&field_name=y",
        "app_label=contacts&model_name=affiliation&field_name=physician&page=1e20",
        "app_label=contacts&model_name=affiliation&field_name=physician&page=-1",
    ],
)
def test_a99_an_autocomplete_survives_any_query(desk, query):
    assert desk.get(f"/admin/autocomplete/?{query}").status_code in {200, 400, 403, 404}


@SCREENS
def test_a99_a_junk_action_does_nothing(desk, one_of_each, model):
    one_of_each()
    rows = model._default_manager.count()
    for data in (
        {"action": "delete_selected", "_selected_action": ["1"], "index": "0"},
        {"action": "nothing", "_selected_action": ["\0"], "index": "0"},
        {"action": "export_as_csv", "_selected_action": ["x"], "index": "0"},
        {"action": "", "index": "99"},
        {"index": "x"},
    ):
        answer = desk.post(address(model, "changelist"), data)
        assert answer.status_code in {200, 302, 400}, data
    assert model._default_manager.count() >= rows
