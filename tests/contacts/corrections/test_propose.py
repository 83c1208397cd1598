"""A correction is used at once, as not checked, and sent as often as it takes."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from contacts.corrections import services
from contacts.corrections.errors import (
    CorrectionAnswered,
    CorrectionSentDifferently,
    NotACorrection,
    NothingToCorrect,
)
from contacts.errors import AlreadyThere
from contacts.models import Affiliation, ChangeRequest, ChangeStep, Physician
from tests import factories
from tests.contacts.corrections.conftest import VALUES, directory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind != "joined"])
def test_nothing_is_written_before_somebody_decides(ask, office, kind):
    before = directory()
    request = ask(kind)
    assert directory() == before
    assert request.is_open
    assert [step.what for step in request.story.all()] == ["asked"]


def test_it_keeps_what_the_directory_said(ask, office):
    assert ask("phone").before == {"phone": office.practice.phone}


def test_the_same_correction_sent_twice_is_one(ask, office, ana, now):
    correction = office.about("phone")
    first = services.propose(correction, by=ana, at=now)
    services.withdraw(first, by=ana, at=now)
    assert services.propose(correction, by=ana, at=now) == first
    assert ChangeRequest.objects.count() == 1


def test_other_words_under_one_key_are_refused(office, ana, now):
    correction = office.about("phone")
    services.propose(correction, by=ana, at=now)
    other = replace(correction, value={"phone": "2165550102"})
    with pytest.raises(CorrectionSentDifferently):
        services.propose(other, by=ana, at=now)


def test_a_key_of_somebody_else_is_refused(office, ana, ben, now):
    correction = office.about("phone")
    services.propose(correction, by=ana, at=now)
    with pytest.raises(CorrectionSentDifferently):
        services.propose(correction, by=ben, at=now)


def test_one_s_own_newer_word_replaces_the_older(ask, ana, ben):
    older, bens = ask("phone"), ask("phone", by=ben)
    newer = ask("phone", {"phone": "2165550111"})
    older.refresh_from_db()
    bens.refresh_from_db()
    assert (older.state, bens.state, newer.state) == ("withdrawn", "open", "open")
    assert [step.what for step in older.story.all()] == ["asked", "replaced"]


def test_what_the_directory_says_already_is_no_correction(ask, office):
    with pytest.raises(NothingToCorrect):
        ask("phone", {"phone": office.practice.phone})


@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("phone", {"phone": "555"}, "phone"),
        ("phone", {}, "phone"),
        ("address", {**VALUES["address"], "zip_code": "4413"}, "zip_code"),
        ("retired", {"on": "2026-04-01"}, "on"),
        ("closed", {"on": "yesterday"}, "on"),
        ("specialty", {"specialty": "nonsense"}, "specialty"),
        ("practice_name", {"name": "x" * 201}, "name"),
        ("joined", {"first_name": "Linh"}, "last_name"),
    ],
)
def test_what_cannot_be_a_fact_is_refused_by_field(ask, kind, value, field):
    with pytest.raises(ValidationError) as refusal:
        ask(kind, value)
    assert list(refusal.value.message_dict) == [field]


def test_a_fact_of_another_kind_is_refused(ask):
    with pytest.raises(NotACorrection):
        ask("phone", {"phone": "2165550100", "territory": "7"})


def test_everyone_who_reads_a_fact_may_correct_it(ask, cleo):
    assert ask("phone", by=cleo).by == cleo


def test_office_staff_are_corrected_by_those_who_work_there(ask, cleo):
    with pytest.raises(PermissionDenied):
        ask("staff_phone", by=cleo)


def test_a_colleague_from_elsewhere_sees_only_his_own(ask, ana, ben, cleo, dana):
    anas = ask("phone")
    cleos = ask("phone", by=cleo)
    seen = ChangeRequest.objects.visible_to
    assert set(seen(ben)) == {anas, cleos}
    assert set(seen(cleo)) == {cleos}
    assert set(seen(dana)) == {anas, cleos}


def test_a_correction_of_a_physician_is_seen_where_he_works(ask, ana, ben, cleo):
    request = ask("physician_name", by=ana)
    assert set(ChangeRequest.objects.visible_to(ben)) == {request}
    assert not ChangeRequest.objects.visible_to(cleo).exists()


def test_an_office_writes_without_signing_in(office, now):
    key = uuid4()

    def write():
        return services.propose_from_office(
            office.practice, kind="fax", value={"fax": "2165550103"}, at=now, client_key=key
        )

    request = write()
    assert write() == request
    assert (request.by, request.said_by) == (None, "office")


@pytest.mark.parametrize("kind", ["joined", "merged", "retired", "staff_left", "nonsense"])
def test_an_office_corrects_only_the_office(office, now, kind):
    with pytest.raises(NotACorrection):
        services.propose_from_office(
            office.practice, kind=kind, value={}, at=now, client_key=uuid4()
        )


def test_an_unknown_physician_can_be_met_at_once(ask, office):
    request = ask("joined")
    newcomer = request.physician
    assert (newcomer.full_name, newcomer.npi, newcomer.source) == (
        "Linh Nguyen, DO",
        None,
        "colleague",
    )
    affiliation = Affiliation.objects.get(physician=newcomer)
    assert affiliation == request.affiliation
    assert (affiliation.practice, affiliation.verified_on) == (office.practice, None)


def test_a_known_physician_joins_without_losing_his_first_practice(ask, office):
    request = ask("joined", {}, physician=office.partner, practice=office.neighbour)
    assert request.proposed == {}
    assert not request.affiliation.is_primary
    assert office.partner.affiliations.get(is_primary=True).practice == office.practice


def test_a_namesake_at_the_practice_is_the_same_person(ask):
    ask("joined")
    with pytest.raises(AlreadyThere, match="Nguyen works here already"):
        ask("joined", {"first_name": "LINH", "last_name": "nguyen"})


def test_whoever_withdraws_a_newcomer_takes_him_out_again(ask, ana, now):
    before = directory()
    request = ask("joined")
    services.withdraw(request, by=ana, at=now)
    assert directory() == before
    services.undo(request, by=ana, at=now)
    request.refresh_from_db()
    assert request.physician.last_name == "Nguyen"
    assert request.affiliation.practice == request.practice


def test_only_the_asker_withdraws_and_only_while_it_is_open(ask, ana, ben, erin, now):
    request = ask("phone")
    with pytest.raises(PermissionDenied):
        services.withdraw(request, by=ben, at=now)
    services.approve(request, by=erin, at=now)
    with pytest.raises(CorrectionAnswered, match="Erin Admin approved"):
        services.withdraw(request, by=ana, at=now)


def test_the_story_is_never_rewritten(ask):
    step = ask("phone").story.get()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        ChangeStep.objects.filter(pk=step.pk).update(word="otherwise")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        step.delete()


def test_answers_since_a_moment_are_those_somebody_else_gave(ask, ana, erin, now):
    declined, withdrawn = ask("phone"), ask("fax")
    services.withdraw(withdrawn, by=ana, at=now)
    services.decline(declined, by=erin, at=now, word="They still answer the old one.")
    mine = ChangeRequest.objects.visible_to(ana).asked_by(ana)
    assert list(mine.answered_since(now)) == [declined]
    assert not mine.answered_since(now + timedelta(seconds=1)).exists()


def test_its_history_is_kept(ask, ana, now):
    services.withdraw(ask("phone"), by=ana, at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM contacts_changerequestevent ORDER BY pgh_id")
        assert [state for (state,) in cursor.fetchall()] == ["open", "withdrawn"]


def test_a_newcomer_somebody_has_met_stays_when_declined(ask, erin, now):
    request = ask("joined")
    # Whatever points at him keeps him; here a correction of his name does.
    ask("physician_name", physician=request.physician)
    services.decline(request, by=erin, at=now, word="Not on their list.")
    newcomer = Physician.objects.get(last_name="Nguyen")
    assert newcomer.affiliations.get().ends_on == now.date()
    assert factories.npi(1) != newcomer.npi
