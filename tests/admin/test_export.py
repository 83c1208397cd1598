"""Taking a list away: safe for spreadsheets, without secrets, and on record (A13)."""

import csv
from io import StringIO

import pytest

from accounts.models import AccessLog, User
from contacts.models import Physician
from referrals.models import Referral
from tests import factories
from tests.admin.conftest import address, screens

SCREENS = pytest.mark.parametrize("model", screens(), ids=lambda model: model._meta.label)


def export(desk, model, query=""):
    first = model._default_manager.first()
    answer = desk.post(
        f"{address(model, 'changelist')}{query}",
        {"action": "export_as_csv", "_selected_action": [first.pk], "select_across": "1"},
    )
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


@SCREENS
def test_every_list_can_be_taken_away(desk, one_of_each, model):
    one_of_each()
    assert len(export(desk, model)) == model._default_manager.count()
    row = AccessLog.objects.filter(action=AccessLog.Action.EXPORT).first()
    assert row.subject == model._meta.label


def test_no_secret_leaves(desk, one_of_each):
    one_of_each()
    assert "password" not in export(desk, User)[0]
    assert "patient_key" not in export(desk, Referral)[0]


def test_a13_a_formula_becomes_text(desk):
    factories.PhysicianFactory(last_name="=cmd|'/c calc'!A1", first_name="@SUM")
    row = export(desk, Physician)[0]
    assert row["last_name"] == "'=cmd|'/c calc'!A1"
    assert row["first_name"] == "'@SUM"


def test_a_filter_holds_for_the_file(desk):
    factories.PhysicianFactory.create_batch(3)
    factories.PhysicianFactory(status="retired")
    assert len(export(desk, Physician, "?status__exact=retired")) == 1
