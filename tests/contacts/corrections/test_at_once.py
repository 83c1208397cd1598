"""Two people at once: one wins, and the other hears who."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from contacts.corrections import services
from contacts.corrections.errors import CorrectionAnswered
from contacts.models import ChangeRequest, Physician
from tests import factories
from tests.contacts.corrections.conftest import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_admins_who_decide_at_once_leave_one_decision(ask, office, erin, now):
    request = ask("phone")
    frank = factories.UserFactory(name="Frank Admin", role="admin")
    answers = all_at_once(
        lambda: services.approve(request, by=erin, at=now),
        lambda: services.decline(request, by=frank, at=now, word="No."),
    )
    assert sum(isinstance(answer, CorrectionAnswered) for answer in answers) == 1
    request.refresh_from_db()
    office.practice.refresh_from_db()
    assert (office.practice.phone == "2165550100") is request.is_approved
    assert request.story.count() == 2


@pytest.mark.parametrize("kind", ["phone", "joined"])
def test_one_correction_sent_four_times_at_once_is_one(office, ana, now, kind):
    correction = office.about(kind)
    answers = all_at_once(*[lambda: services.propose(correction, by=ana, at=now).pk] * 4)
    assert answers == [ChangeRequest.objects.get().pk] * 4
    assert Physician.objects.filter(last_name="Nguyen").count() == (kind == "joined")


def test_two_words_of_one_person_at_once_leave_one_open(office, ana, now):
    words = [office.about("phone", {"phone": f"216555013{n}"}) for n in range(3)]

    def send(word):
        try:
            return services.propose(word, by=ana, at=now)
        except (ValidationError, IntegrityError) as refusal:
            return refusal

    all_at_once(*[lambda word=word: send(word) for word in words])
    assert ChangeRequest.objects.open().count() == 1


def test_undo_and_a_new_approval_at_once_never_mix(ask, office, erin, now):
    first, second = ask("phone"), ask("fax")
    services.approve(first, by=erin, at=now)
    old = office.practice.phone
    answers = all_at_once(
        lambda: services.undo(first, by=erin, at=now),
        lambda: services.approve(second, by=erin, at=now),
    )
    assert not any(isinstance(answer, Exception) for answer in answers)
    office.practice.refresh_from_db()
    assert (office.practice.phone, office.practice.fax) == (old, "2165550101")
