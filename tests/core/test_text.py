"""A25, A26 and G4: what text may be, and what may be echoed of it."""

import time
import unicodedata

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from liaison_crm.core.fields import (
    LineField,
    LineFormField,
    ProseField,
    ProseFormField,
    validate_line,
    validate_prose,
)
from liaison_crm.core.text import (
    MOST_MARKS,
    clean_line,
    clean_prose,
    line_problem,
    match_key,
    prose_problem,
    shown,
)


class Unprintable:
    """Like an integer of 5,000 digits, which pytest cannot name a case after."""

    def __repr__(self):
        return repr(10**5000)


ANY_TEXT = st.text(st.characters(), max_size=60)
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"

REFUSED = {
    "a\x00b": "control",
    "a\x1bb": "control",
    "\x1cname": "control",
    "name\x85": "control",
    "a\x7f": "control",
    "a\x9fb": "control",
    "abc\u202edef": "bidi",
    "\u2066abc": "bidi",
    "abc\u200f": "bidi",
    "a\u0378b": "unassigned",
    "a\ud800b": "surrogate",
    "a\ue000b": "private_use",
    "\u200b\u200d": "invisible",
    "e" + "\u0301" * (MOST_MARKS + 1): "marks",
    "x" * 100_001: "too_long",
}


@pytest.mark.parametrize("name", ["O\u2019Brien", "Nu\u00f1ez", "李小龙", FAMILY, "Zo\u00eb  B."])
def test_a25_it_keeps_names_as_written(name):
    assert clean_line(name) == name


def test_a25_it_composes():
    assert clean_line("Nun\u0303ez") == "Nu\u00f1ez"
    assert clean_prose("Nun\u0303ez\nZoe\u0308") == "Nu\u00f1ez\nZo\u00eb"


@pytest.mark.parametrize("clean", [clean_line, clean_prose])
@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_a25_it_refuses_what_deceives(clean, text, reason):
    with pytest.raises(ValidationError) as refusal:
        clean(text)
    assert refusal.value.code == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a\nb", "line_break"), ("a\rb", "line_break"), ("a\u2028b", "line_break"), ("a\tb", "tab")],
)
def test_a_line_is_one_line(text, reason):
    with pytest.raises(ValidationError) as refusal:
        clean_line(text)
    assert refusal.value.code == reason
    clean_prose(text)


def test_prose_has_one_kind_of_line_end():
    assert clean_prose(" a\r\nb\rc\u2029d\n\n") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "' OR 1=1--", "%s%n", "../../"],
)
def test_a26_code_is_only_text(text):
    assert clean_line(text) == text


@pytest.mark.parametrize("tower", ["a" + "\u0316\u0301" * 49_000, "\u0301" * 100_000])
def test_a25_a_tower_of_accents_costs_no_time(tower):
    started = time.perf_counter()
    with pytest.raises(ValidationError):
        clean_prose(tower)
    assert time.perf_counter() - started < 1


def test_thirty_marks_are_fine():
    assert unicodedata.is_normalized("NFC", clean_line("e" + "\u0316\u0301" * (MOST_MARKS // 2)))


@given(ANY_TEXT)
def test_cleaning_ends_composed_and_stays_so(text):
    for clean, problem in ((clean_line, line_problem), (clean_prose, prose_problem)):
        try:
            cleaned = clean(text)
        except ValidationError:
            continue
        assert unicodedata.is_normalized("NFC", cleaned)
        assert problem(cleaned) is None
        assert clean(cleaned) == cleaned


@given(ANY_TEXT)
def test_match_keys_are_stable(text):
    key = match_key(text)
    assert match_key(key) == key
    assert match_key(unicodedata.normalize("NFD", text)) == key
    assert match_key(f"  {text} ") == key


def test_match_keys_join_what_reads_alike():
    assert match_key("NUN\u0303EZ  Maria") == match_key("nu\u00f1ez maria")
    assert match_key("STRASSE") == match_key("stra\u00dfe")
    assert match_key("Ann\u200ba") == match_key("anna")
    assert match_key("Anna") != match_key("Anne")


@pytest.mark.parametrize(
    ("value", "echo"),
    [
        ("plain", "plain"),
        ("a\x00\n\x1b[31m", "a\\x00\\n\\x1b[31m"),
        ("x\u202ey", "x\\u202ey"),
        ("\udc80", "\\udc80"),
        (5, "5"),
        (Unprintable(), "a very large number"),
        ("é" * 80, "é" * 80),
        ("é" * 81, "é" * 79 + "…"),
    ],
)
def test_g4_an_echo_is_short_and_harmless(value, echo):
    assert shown(value) == echo


@given(st.one_of(ANY_TEXT, st.binary(), st.lists(st.integers()), st.floats()))
def test_g4_an_echo_never_carries_controls(value):
    echo = shown(value)
    assert len(echo) <= 80
    assert echo.isprintable()


class PersonForm(forms.Form):
    name = LineFormField(max_length=20)
    note = ProseFormField(required=False)


def test_form_fields_clean():
    form = PersonForm({"name": " Nun\u0303ez ", "note": "a\r\nb"})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "Nu\u00f1ez", "note": "a\nb"}


def test_form_fields_refuse():
    form = PersonForm({"name": "x\u202ey", "note": "a\x07"})
    codes = {
        name: [e["code"] for e in errors] for name, errors in form.errors.get_json_data().items()
    }
    assert codes == {"name": ["bidi"], "note": ["control"]}


def test_an_empty_optional_field_stays_empty():
    form = PersonForm({"name": "A", "note": ""})
    assert form.is_valid()
    assert form.cleaned_data["note"] == ""


class Person(models.Model):
    name = LineField(max_length=20, unique=True)
    note = ProseField(blank=True)
    nickname = LineField(max_length=20, blank=True)

    class Meta:
        app_label = "core_tests"

    def __str__(self):
        return self.name


@pytest.fixture
def people(db):
    from django.db import connection

    with connection.schema_editor() as editor:
        editor.create_model(Person)
    return Person._default_manager


def test_model_fields_clean_every_write(people):
    ana = people.create(name=" Nun\u0303ez ", note="a\r\nb")
    assert (ana.name, ana.note, ana.nickname) == ("Nu\u00f1ez", "a\nb", "")
    people.bulk_create([Person(name="Zoe\u0308")])
    people.filter(name="Zo\u00eb").update(nickname="Zoe\u0308")
    assert people.get(nickname="Zo\u00eb").name == "Zo\u00eb"
    people.update(nickname=models.F("name"))


def test_model_fields_refuse_in_full_clean_and_in_bulk(people):
    with pytest.raises(ValidationError) as refusal:
        Person(name="x\u202ey", note="\x07").full_clean()
    assert {"name", "note"} <= set(refusal.value.message_dict)
    with pytest.raises(ValidationError):
        people.bulk_create([Person(name="x\u202ey")])


def test_model_fields_make_form_fields():
    assert isinstance(Person._meta.get_field("name").formfield(), LineFormField)
    assert isinstance(Person._meta.get_field("note").formfield(), ProseFormField)


def test_validators_refuse_too():
    validate_line("fine")
    validate_prose("also\nfine")
    with pytest.raises(ValidationError):
        validate_line("two\nlines")
    with pytest.raises(ValidationError):
        validate_prose("\u202e")


def test_lookups_are_left_as_asked(people):
    people.create(name="Ana Ruiz")
    assert people.filter(name__contains=" R").exists()
