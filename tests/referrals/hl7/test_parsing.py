"""From bytes to fields, and no other error than our own, whatever the bytes are."""

import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from referrals.hl7.envelopes import messages_in
from referrals.hl7.errors import Hl7Refused, NotOurs
from referrals.hl7.moments import moment
from referrals.hl7.parsing import Marks, parse
from referrals.hl7.reading import read
from tests.referrals.hl7.messages import PATIENT, msh, ref, siu

NEW_YORK = ZoneInfo("America/New_York")


def code_of(raw: bytes, **told: str) -> str:
    with pytest.raises(Hl7Refused) as refusal:
        read(parse(raw, **told), NEW_YORK)
    return refusal.value.code


def practice_in(raw: bytes, **told: str) -> str:
    return parse(raw, **told).one("PRD").text(10)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "no_header"),
        (b"PID|1", "no_header"),
        (b"MSHXYZ|1", "no_header"),
        (b"MSH|^~|EPIC|", "no_header"),
        (b"MSH|^^\\&|EPIC|", "no_header"),
        (b"MSH|^~\\&|EPIC|", "no_kind"),
        (msh("REF^I12", "").encode(), "no_control_id"),
        (msh("REF^I12", "1", version="2.9").encode(), "version"),
        (msh("REF^I12", "1", version="").encode(), "version"),
    ],
)
def test_a41_what_has_no_header_is_refused(raw, code):
    """A41: AR, whatever it is."""
    with pytest.raises(Hl7Refused) as refusal:
        read(parse(raw), NEW_YORK)
    assert (refusal.value.code, refusal.value.word) == (code, "AR")


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a42_any_line_end_and_a_byte_order_mark_are_taken(end, mark):
    raw = mark + ref("R1", npi="1").replace(b"\r", end)
    assert [s.name for s in parse(raw).segments] == ["MSH", "RF1", "PRD", "PRD", "PID", "OBX"]


def test_a42_a_line_that_is_no_segment_is_never_half_read():
    raw = ref("R1", npi="1").replace(b"a secret finding", b"a secret\rfinding")
    assert code_of(raw) == "segment"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("20260302140500", "2026-03-02T19:05:00"),
        ("20260302140500-0500", "2026-03-02T19:05:00"),
        ("202603021405+0100", "2026-03-02T13:05:00"),
        ("20260302", "2026-03-02T05:00:00"),
        ("202611010130", "2026-11-01T05:30:00"),
        ("202603080230", "2026-03-08T07:00:00"),
        ("2026030214", "2026-03-02T19:00:00"),
    ],
)
def test_a47_a_moment_without_a_zone_is_the_sources(text, utc):
    """A47: in the hour the clocks show twice, the first; in the one they skip, its end."""
    assert moment(text, NEW_YORK, "MSH-7").replace(tzinfo=None).isoformat() == utc


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "202603",
        "20260230",
        "20261301",
        "2026030225",
        "20260302-9900",
        "x",
        "\uff12\uff10260302",
    ],
)
def test_a47_what_is_no_moment_is_refused(text):
    assert code_of(siu("R1", "S12", text)) == "time"


def test_a48_too_large_or_too_many_segments_is_refused_at_once():
    started = time.monotonic()
    assert code_of(ref("R1", npi="1") + b"OBX|1|TX|" + b"x" * 5_000_000) == "too_large"
    assert code_of(ref("R1", npi="1") + b"NTE|\r" * 200_000) == "too_many_segments"
    assert time.monotonic() - started < 1


def test_escapes_are_resolved():
    marks = Marks()
    told = r"A\T\B \F\ \S\ \R\ \E\ \X41\ \.br\ \H\loud\N\ \Zxx\ C:\dir"
    assert marks.plain(told) == r"A&B | ^ ~ \ A   loud  C:\dir"


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("", "utf-8"), ("UNICODE UTF-8", "utf-8"), ("8859/1", "latin-1"), ("8859/15", "iso8859-15")],
)
def test_the_declared_charset_is_read(charset, encoding):
    raw = ref("R1", npi="1", practice="Núñez", charset=charset, encoding=encoding)
    assert practice_in(raw) == "Núñez"


def test_what_is_not_its_charset_is_refused_and_a_source_may_declare_another():
    raw = ref("R1", npi="1", practice="Núñez", encoding="latin-1")
    assert code_of(raw) == "encoding"
    assert practice_in(raw, encoding="latin-1") == "Núñez"
    assert code_of(ref("R1", npi="1", charset="KLINGON")) == "charset"


def test_sixteen_bit_text_with_its_mark_is_read():
    raw = ref("R1", npi="1", practice="Núñez").decode().encode("utf-16")
    assert practice_in(raw) == "Núñez"


def test_an_envelope_falls_away_and_its_count_is_counted():
    first, second = ref("R1", npi="1"), ref("R2", npi="1")
    inside = b"FHS|^~\\&|EPIC\rBHS|^~\\&|EPIC\r" + first + second
    assert messages_in(inside + b"BTS|2\rFTS|1\r") == messages_in(first + second)
    with pytest.raises(Hl7Refused, match="tells of 3 messages, and 2 are here"):
        messages_in(inside + b"BTS|3\rFTS|1\r")


WORDS = (
    b"MSH | ^ ~ \\ & REF^I12 SIU^S12 ORM^O01 RF1|A| PRD|RP| ORC|NW|1| OBR|1| SCH| \\X 41\\ \\.br\\"
    b" |1|P|2.5| 2.3 8859/1 1234567893^^NPI BHS|^~\\&| BTS|2 MSH|^~\\&|A|B|C|D|20260302||"
)
MARKS = (b"\r", b"\n", b"\xff", b"\x00", b"\x0b", b"\x1c", b"\xef\xbb\xbf", b"\xff\xfe")
PIECES = st.sampled_from([*WORDS.split(b" "), *MARKS])
NOISE = st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=60).map(b"".join)
WHOLE = [ref("R1", npi="1234567893"), siu("R1", "S12", "20260302"), PATIENT.encode()]


@st.composite
def broken(draw) -> bytes:
    """A whole message with a piece of it replaced."""
    raw = draw(st.sampled_from(WHOLE))
    start = draw(st.integers(0, len(raw)))
    end = draw(st.integers(start, min(len(raw), start + 30)))
    return raw[:start] + draw(NOISE) + raw[end:]


@settings(max_examples=1_000, deadline=1_000)
@given(raw=st.one_of(NOISE, broken()))
@example(raw=b"MSH|^~\\&|" + b"\\" * 10_000)
@example(raw=WHOLE[0].replace(b"Moss", b"\\X" + b"41" * 20_000 + b"\\"))
def test_whatever_the_bytes_are_only_our_own_refusals_come(raw):
    try:
        for message in messages_in(raw):
            read(parse(message), NEW_YORK)
    except (Hl7Refused, NotOurs):
        pass
