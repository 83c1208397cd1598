"""Whoever is assigned to a territory today works its practices."""

from datetime import date

from accounts import services
from accounts.models import Assignment
from accounts.services import Term
from contacts.models import Practice

OWNER = Assignment.Part.OWNER


def test_scope_moves_with_the_assignment(north, ana, cleo, dana, now, northern_practice):
    assert not Practice.objects.worked_by(cleo).contains(northern_practice)
    services.assign(north, person=cleo, part=OWNER, term=Term(date(2024, 6, 1)), by=dana, at=now)
    assert Practice.objects.worked_by(cleo).contains(northern_practice)
    assert not Practice.objects.worked_by(ana).contains(northern_practice)
