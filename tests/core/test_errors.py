import pytest
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from liaison_crm.core.errors import AlreadyExists, DomainError, refusals_on


class PracticeClosed(DomainError):
    code = "practice_closed"


class VisitForm(forms.Form):
    practice = forms.CharField(required=False)


def refuse(error):
    raise error


def refused(error):
    form = VisitForm({})
    with refusals_on(form):
        refuse(error)
    return form.errors.get_json_data()


def test_a_refusal_goes_on_top_of_the_form():
    assert refused(PracticeClosed("Elm Street no longer receives visits.")) == {
        "__all__": [{"message": "Elm Street no longer receives visits.", "code": "practice_closed"}]
    }


def test_a_refusal_goes_to_the_field_it_names():
    assert list(refused(PracticeClosed("Closed.", field="practice"))) == ["practice"]


def test_a_refusal_about_a_field_the_form_lacks_goes_on_top():
    assert list(refused(PracticeClosed("Closed.", field="attendee"))) == ["__all__"]


def test_mistakes_go_to_their_fields():
    shown = refused(ValidationError({"practice": "Pick one.", "id": "Odd."}))
    assert shown["practice"][0]["message"] == "Pick one."
    assert shown["__all__"][0]["message"] == "Odd."


def test_a_mistake_without_a_field_goes_on_top():
    assert refused(ValidationError("No.", code="no"))["__all__"][0]["code"] == "no"


@pytest.mark.parametrize("error", [PermissionDenied, KeyError])
def test_other_errors_pass_through(error):
    with pytest.raises(error):
        refused(error("x"))


@pytest.mark.django_db
def test_a_lost_race_reads_as_already_there():
    form = VisitForm({})
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE once (name text UNIQUE); INSERT INTO once VALUES ('a')"
        )
        with refusals_on(form), transaction.atomic():
            cursor.execute("INSERT INTO once VALUES ('a')")
    assert form.errors.get_json_data()["__all__"][0]["code"] == AlreadyExists.code


@pytest.mark.django_db
def test_another_broken_constraint_is_no_refusal():
    form = VisitForm({})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE small (n int CHECK (n < 3))")
        with pytest.raises(IntegrityError), refusals_on(form), transaction.atomic():
            cursor.execute("INSERT INTO small VALUES (4)")


def test_details_leave_out_what_is_not_known():
    assert PracticeClosed("Closed.", limit=5, line=None).details == {"limit": 5}
