"""People are managed by admins, with the rules of the services (A101)."""

import pytest
from django.core import mail

from accounts.models import ApiToken, User
from tests import factories
from tests.admin.conftest import address


def form(person: User, **changes):
    version = person.updated_at.isoformat()
    data = {
        "email": person.email,
        "name": person.name,
        "role": person.role,
        "time_zone": person.time_zone,
        "version": version,
        "assignments-TOTAL_FORMS": "0",
        "assignments-INITIAL_FORMS": "0",
        **({"is_active": "on"} if person.is_active else {}),
        **changes,
    }
    return {name: value for name, value in data.items() if value is not None}


def save(desk, person: User, **changes):
    person.refresh_from_db()
    answer = desk.post(address(User, "change", person.pk), form(person, **changes))
    person.refresh_from_db()
    return answer


def test_an_admin_invites_a_person(desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(
            address(User, "add"),
            {"email": "New@Example.org", "name": "New", "role": "liaison", "time_zone": "UTC"}
            | {"time_zone": "America/Chicago"},
        )
    assert answer.status_code == 302
    person = User.objects.get(email="new@example.org")
    assert not person.has_usable_password()
    assert mail.outbox[0].to == ["new@example.org"]
    assert "/account/password/reset/key/" in mail.outbox[0].body


def test_an_address_that_is_taken_is_said_at_its_field(desk, ana):
    answer = desk.post(
        address(User, "add"),
        {"email": ana.email, "name": "New", "role": "liaison", "time_zone": "America/Chicago"},
    )
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["email"]
    assert User.objects.filter(email=ana.email).count() == 1


def test_a_name_a_role_and_access_change(desk, ana, client):
    client.force_login(ana)
    assert save(desk, ana, name="Ana Maria", role="manager").status_code == 302
    assert (ana.name, ana.role) == ("Ana Maria", "manager")
    save(desk, ana, is_active=None)
    assert not ana.is_active
    assert client.get("/you/").status_code == 302
    save(desk, ana, is_active="on")
    assert ana.is_active


def test_a101_nobody_edits_his_own_role(desk, erin, frank):
    answer = save(desk, erin, role="liaison", is_active=None)
    assert answer.status_code == 302
    assert erin.is_admin


def test_a101_the_last_admin_is_not_removed(desk, erin, ana):
    for action in ("deactivate",):
        answer = desk.post(
            address(User, "changelist"),
            {"action": action, "_selected_action": [erin.pk], "confirmed": "1"},
            follow=True,
        )
        assert "Nobody deactivates himself" in answer.content.decode()
    desk.post(address(User, "delete", erin.pk), {"post": "yes"})
    erin.refresh_from_db()
    assert erin.is_admin


def test_a101_a_person_with_a_history_is_not_deleted(desk, ana):
    page = desk.get(address(User, "delete", ana.pk)).content.decode()
    assert "1 assignment" in page
    desk.post(address(User, "delete", ana.pk), {"post": "yes"})
    assert User.objects.filter(pk=ana.pk).exists()


def test_a_person_added_by_mistake_can_be_deleted(desk):
    person = factories.UserFactory(name="Typing Error")
    assert desk.post(address(User, "delete", person.pk), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=person.pk).exists()


def test_a_form_that_got_old_writes_nothing(desk, ana):
    old = form(ana, name="From the old form")
    save(desk, ana, name="From the new form")
    answer = desk.post(address(User, "change", ana.pk), old)
    ana.refresh_from_db()
    assert answer.status_code == 200
    assert "Somebody changed this record" in answer.content.decode()
    assert ana.name == "From the new form"


@pytest.mark.parametrize("field", ["password", "is_superuser", "created_at"])
def test_no_other_column_is_written(desk, ana, field):
    before = User.objects.values().get(pk=ana.pk)[field] if field != "is_superuser" else None
    save(desk, ana, **{field: "x"})
    if before is not None:
        assert User.objects.values().get(pk=ana.pk)[field] == before
    assert not ana.is_superuser


def test_an_admin_revokes_a_token(desk, ana, now, client):
    from datetime import timedelta

    from accounts import services

    token, _ = services.create_token(
        ana, by=ana, name="X", lasting=timedelta(days=1), at=now, origin=services.Origin()
    )
    desk.post(address(ApiToken, "changelist"), {"action": "revoke", "_selected_action": [token.pk]})
    assert not ApiToken.objects.exists()


def test_the_history_says_who_changed_what(desk, ana, erin):
    save(desk, ana, role="manager")
    page = desk.get(address(User, "history", ana.pk)).content.decode()
    assert "Erin Admin" in page
    assert "<del>Liaison</del>" in page
    assert "<ins>Manager</ins>" in page
