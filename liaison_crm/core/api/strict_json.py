"""JSON as RFC 8259 has it, without what Python adds and what no writer means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from liaison_crm.core.text import shown

DEEPEST = 32
LONGEST_NUMBER = 25
BOM = b"\xef\xbb\xbf"

# An unclosed string runs to the end, so that no later quote is tried as a start again.
_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*(?:"|\Z))
    |(?P<number>-?[0-9][-+0-9.eE]*)
    |(?P<constant>NaN|-?Infinity)
    |(?P<punctuation>[\[\]{},:])""",
    re.VERBOSE | re.DOTALL,
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class NotStrictJson(ValueError):
    """Why a body is not JSON we read: a stable `code`, a sentence, and the place, from 1:1."""

    def __init__(self, code: str, message: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.code = code
        self.line = line
        self.column = column


def read_json(raw: bytes) -> Any:
    """The value in UTF-8 bytes, or `NotStrictJson`.

    Refused: a byte order mark, other encodings, more than 32 levels, a name twice in one object,
    NaN and infinities, numbers of absurd length, NUL and halves of surrogate pairs.
    """
    text = _decoded(raw)
    if text.count("[") + text.count("{") > DEEPEST:
        _refuse_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as error:
        _refuse(text, error.pos, "json", f"This is not JSON: {error.msg}.")
    except _Odd as odd:
        _refuse(text, _place_of(text, odd), odd.code, odd.message)
    if "\\u" in text:
        _refuse_unstorable(text)
    return value


class _Odd(Exception):
    """Something the JSON module read that we refuse; it does not know where it stood."""

    def __init__(self, code: str, message: str, token: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.token = token


def _decoded(raw: bytes) -> str:
    if not raw.strip():
        raise NotStrictJson("empty_body", "The body is empty.")
    if raw.startswith(BOM):
        raise NotStrictJson("encoding", "The body starts with a byte order mark.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        _refuse(before, len(before), "encoding", "The body is not UTF-8.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                message = f"The name '{shown(name)}' stands twice in one object."
                raise _Odd("duplicate_name", message, name)
            seen.add(name)
    return value


def _constant(token: str) -> NoReturn:
    raise _Odd("number", f"{token} is not a number of JSON.", token)


def _float(token: str) -> float:
    value = float(token)
    if len(token) > LONGEST_NUMBER or value in (float("inf"), float("-inf")):
        raise _Odd("number", f"The number {shown(token)} is out of range.", token)
    return value


def _int(token: str) -> int:
    if len(token) > LONGEST_NUMBER:
        raise _Odd("number", f"The number {shown(token)} is out of range.", token)
    return int(token)


def _refuse(text: str, position: int, code: str, message: str) -> NoReturn:
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    raise NotStrictJson(code, message, line=line, column=column)


def _refuse_depth(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token.group() in "[{":
            depth += 1
        elif token.group() in "]}":
            depth -= 1
        if depth > DEEPEST:
            _refuse(text, token.start(), "depth", f"The body is deeper than {DEEPEST} levels.")


def _refuse_unstorable(text: str) -> None:
    """Escapes can write what PostgreSQL and UTF-8 cannot hold."""
    for token in _TOKEN.finditer(text):
        is_escaped = token["string"] and "\\u" in token.group()
        if is_escaped and _UNSTORABLE.search(json.loads(token.group())):
            message = "A text has a NUL character or half a character."
            _refuse(text, token.start(), "unstorable_text", message)


def _place_of(text: str, odd: _Odd) -> int:
    if odd.code == "duplicate_name":
        return _second_place(text, odd.token)
    places = (t.start() for t in _TOKEN.finditer(text) if t.group() == odd.token)
    return next(places, 0)


def _second_place(text: str, name: str) -> int:
    """Where an object has the name again. Only refused bodies are read this slowly."""
    counts: list[int] = []
    for token, follows in _with_next(text):
        match token.group():
            case "{" | "[":
                counts.append(0)
            case "}" | "]":
                counts.pop()
            case string if follows == ":" and counts and json.loads(string) == name:
                counts[-1] += 1
                if counts[-1] > 1:
                    return token.start()
    return 0


def _with_next(text: str) -> Iterator[tuple[re.Match[str], str]]:
    previous = None
    for token in _TOKEN.finditer(text):
        if previous is not None:
            yield previous, token.group()
        previous = token
