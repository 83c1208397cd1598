"""The bytes of one message into segments, fields, components: tolerant of ends and marks, strict
about what could be misread. It raises `Hl7Refused` and nothing else, whatever the bytes are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from referrals.hl7.errors import unreadable

LARGEST = 1024 * 1024
MOST_SEGMENTS = 2_000
SENT_EMPTY = '""'  # HL7's way to say: delete what you had. We keep nothing of it.

# MSH-18, where the separator itself is MSH-1.
CHARSET_AT = 17

BOM = b"\xef\xbb\xbf"
WIDE_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# HL7 table 0211, as far as Python knows it.
CHARSETS = {
    "": "",
    "ASCII": "utf-8",
    "ISO IR6": "utf-8",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UTF8": "utf-8",
    "ISO IR14": "iso2022_jp",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
}

_HEADER = re.compile(rb"MSH(?P<separator>[^\w\s\"'])(?P<encoding>[^\w\s]{4,5})(?P=separator)")
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_ESCAPE = r"{0}([A-Z][0-9A-F]*|Z[^{0}]{{1,40}}|\.[a-z0-9+\-]{{1,8}}){0}"


@dataclass(frozen=True)
class Marks:
    """The characters this message is written with."""

    separator: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""
    charset: str = "utf-8"
    escaped: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        pattern = re.compile(_ESCAPE.format(re.escape(self.escape)))
        object.__setattr__(self, "escaped", pattern)

    @property
    def encoding(self) -> str:
        return f"{self.component}{self.repetition}{self.escape}{self.subcomponent}{self.truncation}"

    def plain(self, text: str) -> str:
        """The text with its escape sequences resolved, on one line."""
        if text == SENT_EMPTY:
            return ""
        if self.escape in text:
            text = self.escaped.sub(self._resolve, text)
        return text.strip()

    def _resolve(self, found: re.Match[str]) -> str:
        sequence = found[1]
        known = {
            "F": self.separator,
            "S": self.component,
            "T": self.subcomponent,
            "R": self.repetition,
            "E": self.escape,
            "P": self.truncation or "#",
            ".br": " ",
            ".sp": " ",
            ".ce": " ",
        }
        if sequence in known:
            return known[sequence]
        if sequence[0] == "X" and len(sequence) % 2 and len(sequence) > 1:
            return bytes.fromhex(sequence[1:]).decode(self.charset, "replace")
        return ""  # Highlighting, changes of charset, what only the sender understands.


class Composite:
    """One repetition of a field: its components and their parts, counted from 1."""

    def __init__(self, text: str, marks: Marks) -> None:
        self._components = text.split(marks.component)
        self._marks = marks

    def part(self, component: int = 1, sub: int = 1) -> str:
        if component > len(self._components):
            return ""
        parts = self._components[component - 1].split(self._marks.subcomponent)
        return self._marks.plain(parts[sub - 1]) if sub <= len(parts) else ""


class Segment:
    def __init__(self, text: str, marks: Marks) -> None:
        self._fields = text.split(marks.separator)
        self._marks = marks
        self.name = self._fields[0]
        if self.name == "MSH":
            # The separator itself is the first field.
            self._fields.insert(1, marks.separator)

    def raw(self, number: int) -> str:
        """The field as it was sent, escapes and all."""
        return self._fields[number] if number < len(self._fields) else ""

    def text(self, number: int, component: int = 1, sub: int = 1) -> str:
        return self.first(number).part(component, sub)

    def first(self, number: int) -> Composite:
        return Composite(self.raw(number).split(self._marks.repetition, 1)[0], self._marks)

    def repeats(self, number: int) -> Iterator[Composite]:
        for text in self.raw(number).split(self._marks.repetition):
            if text and text != SENT_EMPTY:
                yield Composite(text, self._marks)


@dataclass(frozen=True)
class Message:
    marks: Marks
    segments: list[Segment]

    @property
    def header(self) -> Segment:
        return self.segments[0]

    @property
    def kind(self) -> str:
        """`REF^I12`; the event alone decides where only a structure is given."""
        return f"{self.header.text(9, 1)[:3]}^{self.header.text(9, 2)[:3]}"

    @property
    def control_id(self) -> str:
        return self.header.text(10)[:199]

    @property
    def version(self) -> str:
        return self.header.text(12)

    def all(self, *names: str) -> Iterator[Segment]:
        return (segment for segment in self.segments if segment.name in names)

    def one(self, name: str) -> Segment:
        """The first segment of that name, or one that says nothing."""
        return next(self.all(name), Segment(name, self.marks))


def parse(raw: bytes, *, encoding: str = "") -> Message:
    """The message in these bytes. `encoding` is what the source declared where MSH-18 is empty."""
    if len(raw) > LARGEST:
        raise unreadable("too_large", f"A message has at most {LARGEST:,} bytes.")
    raw = normal(raw)
    found = _HEADER.match(raw)
    if not found or len(set(found["separator"] + found["encoding"])) != 1 + len(found["encoding"]):
        reason = "This does not start with MSH and the separators a message is written with."
        raise unreadable("no_header", reason, condition="sequence")
    charset = _charset(raw, found["separator"], encoding)
    lines = [line for line in _text(raw, charset).split("\r") if line.strip()]
    if len(lines) > MOST_SEGMENTS:
        raise unreadable("too_many_segments", f"A message has at most {MOST_SEGMENTS:,} segments.")
    component, repetition, escape, subcomponent, *truncation = list(found["encoding"].decode())
    marks = Marks(
        separator=found["separator"].decode(),
        component=component,
        repetition=repetition,
        escape=escape,
        subcomponent=subcomponent,
        truncation="".join(truncation),
        charset=charset,
    )
    return Message(marks, [_segment(line, marks) for line in lines])


def normal(raw: bytes) -> bytes:
    """Without a byte order mark or anything around it, each segment ended by one CR."""
    for mark, charset in WIDE_BOMS.items():
        if raw.startswith(mark):
            raw = raw[2:].decode(charset, "replace").encode()
    raw = raw.removeprefix(BOM).replace(b"\r\n", b"\r").replace(b"\n", b"\r")
    return raw.strip(b"\r\x0b\x1c \t\x00")


def _charset(raw: bytes, separator: bytes, declared: str) -> str:
    fields = raw.split(b"\r", 1)[0].split(separator)
    named = fields[CHARSET_AT] if len(fields) > CHARSET_AT else b""
    name = re.split(rb"[^\w/ -]", named, maxsplit=1)[0].decode("ascii", "replace").strip().upper()
    if name not in CHARSETS:
        raise unreadable("charset", "MSH-18 names a character set we do not read.")
    return CHARSETS[name] or declared or "utf-8"


def _text(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except (UnicodeError, LookupError) as error:
        reason = f"These bytes are not {charset}. MSH-18 declares the character set."
        raise unreadable("encoding", reason) from error


def _segment(line: str, marks: Marks) -> Segment:
    segment = Segment(line.lstrip(" "), marks)
    if not _NAME.fullmatch(segment.name):
        reason = "A line of this message does not start with the name of a segment."
        raise unreadable("segment", reason, condition="sequence")
    return segment
