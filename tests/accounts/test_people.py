"""Who may sign in is decided by admins, and there is always one (A101)."""

import threading
from io import StringIO

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts import services
from accounts.errors import EmailTaken, LastAdmin, OwnAccount
from accounts.models import User
from tests.factories import UserFactory

Role = User.Role


def test_an_admin_invites(erin):
    person = services.invite("New.Liaison@Example.ORG", name="New", role=Role.LIAISON, by=erin)
    assert person.email == "new.liaison@example.org"
    assert not person.has_usable_password()
    assert (person.role, person.time_zone) == ("liaison", "America/New_York")


def test_an_address_is_used_once(erin, ana):
    with pytest.raises(EmailTaken):
        services.invite(ana.email.upper(), name="Another Ana", role=Role.LIAISON, by=erin)


@pytest.mark.parametrize("who", ["ana", "dana"])
def test_only_admins_manage_people(who, ana, dana, cleo, request):
    by = request.getfixturevalue(who)
    refused = (
        lambda: services.invite("x@example.org", name="X", role=Role.ADMIN, by=by),
        lambda: services.change_role(cleo, Role.MANAGER, by=by),
        lambda: services.deactivate(cleo, by=by),
        lambda: services.reactivate(cleo, by=by),
        lambda: services.edit_person(cleo, by=by, email="y@y.org", name="Y", time_zone="UTC"),
    )
    for attempt in refused:
        with pytest.raises(PermissionDenied):
            attempt()
    cleo.refresh_from_db()
    assert (cleo.role, cleo.is_active, cleo.name) == ("liaison", True, "Cleo South")


def test_a101_nobody_changes_his_own_role_or_deactivates_himself(erin, frank):
    with pytest.raises(OwnAccount):
        services.change_role(erin, Role.LIAISON, by=erin)
    with pytest.raises(OwnAccount):
        services.deactivate(erin, by=erin)


def test_a101_the_last_admin_stays(erin, frank):
    services.change_role(erin, Role.MANAGER, by=frank)
    erin.role = Role.ADMIN  # a stale copy, as a slow request would hold
    with pytest.raises(LastAdmin):
        services.deactivate(frank, by=erin)
    with pytest.raises(LastAdmin):
        services.change_role(frank, Role.LIAISON, by=erin)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_user SET is_active = false",
        "UPDATE accounts_user SET role = 'manager'",
        "DELETE FROM accounts_user",
    ],
)
def test_a101_the_database_keeps_an_admin_too(erin, dana, statement):
    with (
        pytest.raises(IntegrityError, match="without an admin"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a101_two_admins_cannot_remove_each_other():
    one = UserFactory(name="One Admin", role=Role.ADMIN)
    two = UserFactory(name="Two Admin", role=Role.ADMIN)
    ready = threading.Barrier(2)
    refused: list[Exception] = []

    def deactivate(person: User, by: User) -> None:
        try:
            with transaction.atomic():
                ready.wait(5)
                services.deactivate(person, by=by)
        except (LastAdmin, PermissionDenied) as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=deactivate, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(refused) == 1
    assert User.objects.admins().count() == 1


def test_a_role_that_does_not_exist_is_refused(erin, ana):
    with pytest.raises(ValidationError):
        services.change_role(ana, "owner", by=erin)


def test_people_change_their_own_name_and_clock_only(ana):
    services.edit_profile(ana, name="Ana Maria North", time_zone="Asia/Kolkata")
    ana.refresh_from_db()
    assert (ana.name, ana.time_zone) == ("Ana Maria North", "Asia/Kolkata")
    with pytest.raises(ValidationError):
        services.edit_profile(ana, name="Ana", time_zone="Mars/Olympus")


def test_a_slow_edit_does_not_undo_a_deactivation(ana, erin):
    slow = User.objects.get(pk=ana.pk)
    services.deactivate(ana, by=erin)
    services.edit_profile(slow, name="Still Here", time_zone="UTC")
    ana.refresh_from_db()
    assert (ana.name, ana.is_active) == ("Still Here", False)


def test_every_change_of_a_person_is_history_without_the_password(ana, erin):
    services.change_role(ana, Role.MANAGER, by=erin)
    events = ana.events.order_by("pgh_id")
    assert [event.role for event in events] == ["liaison", "manager"]
    assert not hasattr(events[0], "password")


def run_make_admin(password: str, *arguments: str, monkeypatch) -> str:
    out = StringIO()
    monkeypatch.setattr("sys.stdin", StringIO(password))
    call_command("make_admin", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_admin_is_made_from_the_command_line(db, monkeypatch):
    said = run_make_admin("a long enough phrase\n", "Boss@example.org", monkeypatch=monkeypatch)
    person = User.objects.get()
    assert person.is_admin
    assert person.check_password("a long enough phrase")
    assert "boss@example.org" in said


def test_the_command_lets_a_locked_out_team_back_in(ana, monkeypatch):
    client = Client()
    client.force_login(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    run_make_admin("a long enough phrase", ana.email, monkeypatch=monkeypatch)
    ana.refresh_from_db()
    assert ana.is_admin
    assert ana.name == "Ana North"


@pytest.mark.parametrize("password", ["", "short", "password1234"])
def test_the_command_refuses_a_weak_password(db, monkeypatch, password):
    with pytest.raises(CommandError):
        run_make_admin(password, "boss@example.org", monkeypatch=monkeypatch)
    assert not User.objects.exists()


def test_a_welcome_letter_carries_a_link_that_works_once(erin, django_capture_on_commit_callbacks):
    person = services.invite("new@example.org", name="New", role=Role.LIAISON, by=erin)
    with django_capture_on_commit_callbacks(execute=True):
        services.post_letter(person, kind="welcome", root="https://crm.example.org/")
    letter = mail.outbox[0]
    assert letter.to == ["new@example.org"]
    link = next(line for line in letter.body.splitlines() if line.startswith("https://"))
    assert link.startswith("https://crm.example.org/account/password/reset/key/")
    path = link.removeprefix("https://crm.example.org")
    client = Client()
    page = client.get(path)
    assert page.status_code == 302
    new = "a passphrase of my own"
    assert client.post(page["Location"], {"password1": new, "password2": new}).status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)
    again = Client().get(path)
    assert again.status_code == 200
    assert "password1" not in again.content.decode()


def test_nobody_deactivated_gets_a_letter(ana, erin, django_capture_on_commit_callbacks):
    services.deactivate(ana, by=erin)
    with django_capture_on_commit_callbacks(execute=True):
        services.post_letter(ana, kind="welcome", root="https://crm.example.org/")
    assert not mail.outbox
