"""What text a patient could be known by, the same on the server and on the device."""

import json
import re
import shutil
import subprocess
import time

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from rest_framework import serializers

from benchmarks.notes import make_notes
from benchmarks.screening import percent_found
from liaison_crm.core.api.fields import Line, Prose
from liaison_crm.core.fields import LineField, LineFormField, ProseField, ProseFormField
from liaison_crm.core.screening import marks_in, refusal_of
from liaison_crm.core.screening.rules import device_module, written_out

MODULE = settings.BASE_DIR / "static" / "js" / "screening_rules.js"

NAMES_A_PATIENT = {
    "Pt John Smith waits since May": "name",
    "patient mary jones got no call": "name",
    "Mrs. Kowalski needs her results": "name",
    "DOB 3/14/52": "birth_date",
    "date of birth: March 14th, 1952": "birth_date",
    "Smith 03-14-1952": "birth_date",
    "MRN 00482913": "record_number",
    "acct # 4482913": "record_number",
    "123-45-6789": "record_number",
    "her cell is (216) 555-0147": "phone",
    "José Peña, 72 y/o": "age",
    "pt lives at 12 Oak Street": "address",
    "pt email jo@example.com": "email",
    "ＤＯＢ ３/１４/１９５２": "birth_date",
    "M\u200bRN 00482913": "record_number",
}
NAMES_NOBODY = (
    "Dr. Patel asked about MRI slots, call back on 3/14 at 2:30",
    "Spoke with Mrs. Ortiz at the front desk",
    "Office fax is 216-555-0100, NPI 1234567893, suite 300, Parma OH 44129",
    "Patient Access keeps them on hold; 12 patients waiting, $40 for lunch",
    "They want DOB and MRN on the referral form",
    "",
)


@pytest.mark.parametrize(("text", "kind"), NAMES_A_PATIENT.items())
def test_it_finds_a_patient(text, kind):
    assert kind in {mark.kind for mark in marks_in(text)}


@pytest.mark.parametrize("text", NAMES_NOBODY)
def test_it_leaves_alone_what_liaisons_write(text):
    assert marks_in(text) == []


def test_a_mark_says_where_the_words_stand():
    text = "Ask — ｍrn 00482913, please"
    (mark,) = marks_in(text)
    assert text[mark.start : mark.end] == "ｍrn 00482913"


def test_the_refusal_quotes_what_was_found_and_little_of_it():
    said = refusal_of("Hello. Pt John Smith asked. DOB 3/14/52")
    assert said == (
        "This looks like a patient's name and a date of birth: “Pt John Smith”, “DOB 3/14/52”. "
        "Please take it out: no patient is named here."
    )
    long = refusal_of("\n".join(f"DOB 3/14/{year}" for year in range(1950, 1990)))
    assert len("".join(re.findall("“(.*?)”", long or ""))) <= 80
    assert refusal_of("Happy with the turnaround") is None


class Said(models.Model):
    line = LineField(max_length=80, screened=True)
    prose = ProseField(blank=True, screened=True)
    name = LineField(max_length=80, blank=True)

    class Meta:
        app_label = "screening"
        managed = False

    def __str__(self):
        return self.line


class Saying(serializers.Serializer):
    line = Line(screened=True)
    prose = Prose(screened=True)


def test_models_refuse_it():
    Said(line="All well", name="DOB 3/14/52").full_clean()
    with pytest.raises(ValidationError) as refusal:
        Said(line="DOB 3/14/52", prose="MRN 00482913").full_clean()
    codes = {name: errors[0].code for name, errors in refusal.value.error_dict.items()}
    assert codes == dict.fromkeys(("line", "prose"), "patient_identity")


def test_forms_refuse_it_once_and_mark_their_fields():
    form_class = forms.modelform_factory(Said, fields=["line", "prose", "name"])
    form = form_class({"line": "DOB 3/14/52", "prose": "All well"})
    assert [len(errors) for errors in form.errors.values()] == [1]
    assert "data-screened" in str(form["line"])
    assert "data-screened" in str(form["prose"])
    assert "data-screened" not in str(form["name"])
    for field in (LineFormField(screened=True), ProseFormField(screened=True)):
        with pytest.raises(ValidationError, match="a record number"):
            field.clean("MRN 00482913")


def test_the_api_refuses_it():
    said = Saying(data={"line": "MRN 00482913", "prose": "All well"})
    assert not said.is_valid()
    assert {name: errors[0].code for name, errors in said.errors.items()} == {
        "line": "patient_identity"
    }


def test_tables_do_not_know_of_it():
    *_, options = Said._meta.get_field("line").deconstruct()
    assert "screened" not in options


def test_the_shorthand_of_the_rules():
    assert written_out("<pt|MD>{x}[0-9]{2}", {"x": "{y}s", "y": "a"}) == (
        "(?:[Pp][Tt]|[Mm][Dd])(?:(?:a)s)[0-9]{2}"
    )


def test_the_module_is_current():
    assert MODULE.read_text() == device_module(), "Run manage.py assemble_screening."


@pytest.mark.parametrize("text", ["pt " * 660, "John Smith " * 180, "1-" * 1000, "her " * 500])
def test_no_text_takes_long(text):
    started = time.process_time()
    marks_in(text)
    assert time.process_time() - started < 2


def test_it_catches_enough_and_stops_little():
    """The bar that `make bench` holds on a seed of its own."""
    notes = list(make_notes(2000, seed=4))
    assert percent_found(notes, True) >= 95
    assert percent_found(notes, False) <= 2


needs_node = pytest.mark.skipif(not shutil.which("node"), reason="runs the device's module in node")


@needs_node
def test_the_device_marks_invented_notes_the_same():
    texts = [note.text for note in make_notes(500, seed=5)]
    assert on_the_device(texts) == [on_the_server(text) for text in texts]


@needs_node
def test_the_device_marks_the_same():
    texts = [*NAMES_A_PATIENT, *NAMES_NOBODY, "🙂 pt ÉLODIE ŁÓŹ", "Pt Мария Ким", "dob ٣/١٤/١٩٥٢"]
    assert on_the_device(texts) == [on_the_server(text) for text in texts]


def on_the_server(text):
    """Marks with the places counted as browsers count, and what the author is told."""
    place = [0]
    for character in text:
        place.append(place[-1] + len(character.encode("utf-16-le")) // 2)
    marks = [[place[mark.start], place[mark.end], mark.kind] for mark in marks_in(text)]
    return [marks, refusal_of(text) or ""]


def on_the_device(texts):
    program = f"""
        import {{ marksIn, refusalOf }} from {json.dumps(MODULE.as_uri())}
        import {{ readFileSync }} from 'node:fs'
        const texts = JSON.parse(readFileSync(0, 'utf8'))
        const marks = text => marksIn(text).map(mark => [mark.start, mark.end, mark.kind])
        console.log(JSON.stringify(texts.map(text => [marks(text), refusalOf(text)])))
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program],  # noqa: S607  wherever node is
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)
