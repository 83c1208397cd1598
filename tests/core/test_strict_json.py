"""A59-A63: what is not plain JSON is refused with its place."""

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from liaison_crm.core.api.strict_json import NotStrictJson, read_json


def refusal(raw):
    with pytest.raises(NotStrictJson) as refused:
        read_json(raw)
    error = refused.value
    return error.code, f"{error.line}:{error.column}"


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        (b"", "empty_body", "1:1"),
        (b" \n", "empty_body", "1:1"),
        (b"{", "json", "1:2"),
        (b'{"a": 1,\n "b": }', "json", "2:7"),
        (b"\xef\xbb\xbf{}", "encoding", "1:1"),
        ('{"a": 1}'.encode("utf-16"), "encoding", "1:1"),
        ('{"a": 1}'.encode("utf-16-le"), "json", "1:2"),
        ('{"a": 1}'.encode("utf-32-be"), "json", "1:1"),
        (b'{"a":\n "\xff"}', "encoding", "2:3"),
        (b'{"a": "\xed\xa0\x80"}', "encoding", "1:8"),
        (b"{'a': 1}", "json", "1:2"),
        (b'{"a" 1}', "json", "1:6"),
        (b'{"a": 1} x', "json", "1:10"),
        (b'{"a": 01}', "json", "1:8"),
        (b'{"a": "\x00"}', "json", "1:8"),
        (b'{"a": "\n"}', "json", "1:8"),
        (b'{"a": tru}', "json", "1:7"),
        (b"// hi\n{}", "json", "1:1"),
    ],
)
def test_a59_what_is_not_json_is_refused_with_its_place(raw, code, place):
    assert refusal(raw) == (code, place)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_a60_depth_is_capped(opening):
    started = time.perf_counter()
    assert refusal(opening * 100_000)[0] == "depth"
    assert time.perf_counter() - started < 0.5


def test_a60_thirty_two_levels_are_read():
    read_json(b"[" * 32 + b"]" * 32)
    assert refusal(b"[" * 33 + b"]" * 33) == ("depth", "1:33")


def test_a60_brackets_in_text_are_no_levels():
    text = '["' + "[" * 100 + '", "\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["]'
    assert read_json(text.encode()) == json.loads(text)


def test_many_brackets_side_by_side_are_read():
    assert read_json(b"[" + b"[]," * 1000 + b"1]")[-1] == 1


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b'{"a": 1, "a": 2}', "1:10"),
        (b'[{"a": {"b": 1}},\n {"c": [1, {"b": 1, "b": 1}]}]', "2:21"),
        (b'{"a": 1, "\\u0061": 2}', "1:10"),
        (b'{"a": "a", "b": {"a": 1}, "a": 3}', "1:27"),
    ],
)
def test_a_name_twice_is_refused(raw, place):
    assert refusal(raw) == ("duplicate_name", place)


def test_one_name_in_two_objects_is_fine():
    assert read_json(b'[{"a": 1}, {"a": {"a": 1}}]') == [{"a": 1}, {"a": {"a": 1}}]


@pytest.mark.parametrize(
    ("number", "place"),
    [
        (b"NaN", "1:7"),
        (b"Infinity", "1:7"),
        (b"-Infinity", "1:7"),
        (b"1e400", "1:7"),
        (b"-1e400", "1:7"),
        (b"9" * 5000, "1:7"),
        (b"9" * 100_000, "1:7"),
        (b"0." + b"1" * 5000, "1:7"),
    ],
)
def test_a63_numbers_out_of_range_are_refused(number, place):
    assert refusal(b'{"a": ' + number + b"}") == ("number", place)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": "x\\u0000"}',
        b'{"x\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": ["\\udc00x"]}',
        b'{"\\ud800": 1}',
        b'{"a": "\\ud800\\ud800"}',
    ],
)
def test_a62_text_that_cannot_be_stored_is_refused(raw):
    assert refusal(raw)[0] == "unstorable_text"


def test_a62_pairs_and_written_out_backslashes_are_fine():
    assert read_json(b'{"a": "\\ud83d\\ude00", "b": "\\\\u0000"}') == {"a": "😀", "b": "\\u0000"}


@pytest.mark.parametrize(
    "raw",
    [b'"' + b'\\"' * 500_000, b'["' + b"\\\\" * 500_000, b'{"a' * 200_000, b"1," * 500_000],
)
def test_a_megabyte_of_junk_is_refused_quickly(raw):
    started = time.perf_counter()
    refusal(raw)
    assert time.perf_counter() - started < 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_plain_json_reads_as_python_reads_it(value, ascii_only):
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert read_json(raw) == json.loads(raw)


@settings(max_examples=2000)
@given(st.binary(max_size=60) | st.text('{}[]:,"\\u0dé1-.eENaN \n', max_size=60).map(str.encode))
@example(b'{"a":1,"a"')
@example(b'{"":0,"":0}')
def test_any_bytes_are_read_or_refused(raw):
    try:
        value = read_json(raw)
    except NotStrictJson as error:
        assert error.line >= 1  # noqa: PT017 (both ends are allowed)
        return
    json.dumps(value, allow_nan=False).encode()
