"""No file speaks for what liaisons take by hand."""

import pytest
from django.core.management import CommandError, call_command

from referrals.forms import ImportForm
from referrals.models import Source
from tests.referrals.files import GOOD


@pytest.fixture
def by_hand(db):
    return Source.objects.create(code="by-hand", name="Taken by hand", time_zone="UTC")


@pytest.mark.parametrize("known", [True, False])
def test_the_command_refuses_its_code(db, tmp_path, known, request):
    if known:
        request.getfixturevalue("by_hand")
    file = tmp_path / "referrals.csv"
    file.write_text(f"{','.join(GOOD)}\n{','.join(GOOD.values())}\n")
    with pytest.raises(CommandError, match="no source with this code"):
        call_command("import_referrals", str(file), source="by-hand", create_missing=True)


def test_the_form_does_not_offer_it(by_hand, erin):
    offered = ImportForm(viewer=erin)["source"].as_widget()
    assert by_hand.name not in offered
