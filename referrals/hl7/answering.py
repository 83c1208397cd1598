"""The acknowledgement of a message, as the standard says: who answers whom, AA, AE or AR, and why.

In original mode, and where the sender asks for an application's answer, that is AA, AE or AR.
Where he asks for an accept acknowledgement alone (MSH-15 without MSH-16), it is CA, CE or CR. Who
asks for no answer at all gets none.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from referrals.hl7.errors import CONDITIONS, Hl7Refused
from referrals.hl7.parsing import Marks, Message, Segment
from referrals.hl7.storing import Read

OURS = "LIAISON_CRM"
NEVER = "NE"
# When each word of MSH-15 and MSH-16 wants an answer (HL7 table 0155).
WANTS_ACCEPTED, WANTS_REFUSED = ("AL", "SU"), ("AL", "ER")
SPLIT_ERR_SINCE = "2.5"
NO_TEXT_SINCE = "2.7"


def answer(read: Read, at: datetime) -> bytes | None:
    """What to send back for this message; None if its sender asked for nothing."""
    refusal = None if read.repeats else read.refusal
    if (prefix := _mode(read.message, is_good=refusal is None)) is None:
        return None
    word = prefix + ("A" if refusal is None else refusal.word[1])
    marks = read.message.marks if read.message else Marks()
    header = read.message.header if read.message else Segment("MSH", marks)
    segments = [_msh(header, marks, at), _msa(word, header, marks, refusal)]
    if refusal is not None:
        segments.append(_err(header, marks, refusal))
    return ("\r".join(segments) + "\r").encode()


def answers(reads: list[Read], at: datetime) -> bytes:
    """All of them; several stand in a batch of their own."""
    written = [found for each in reads if (found := answer(each, at)) is not None]
    if len(reads) == 1:
        return b"".join(written)
    stamp = f"{at.astimezone(UTC):%Y%m%d%H%M%S}+0000"
    head = f"BHS|^~\\&|{OURS}||||{stamp}\r".encode()
    return b"".join([head, *written, f"BTS|{len(written)}\r".encode()])


def refusal_answer(refusal: Hl7Refused, at: datetime) -> bytes:
    """For bytes in which no message was found."""
    return answer(Read(b"", "", refusal=refusal), at) or b""


def _mode(message: Message | None, *, is_good: bool) -> str | None:
    """`A` for an application's answer, `C` for an accept acknowledgement, None for no answer."""
    accept = message.header.text(15).upper() if message else ""
    application = message.header.text(16).upper() if message else ""
    if not accept and not application:
        return "A"
    wanting = WANTS_ACCEPTED if is_good else WANTS_REFUSED
    if application in wanting:
        return "A"
    return "C" if accept in wanting else None


def _msh(header: Segment, marks: Marks, at: datetime) -> str:
    """Their receiver answers their sender, in the characters and the version they wrote in."""
    event = header.text(9, 2)
    kind = f"ACK{marks.component}{event}" if event else "ACK"
    version = header.raw(12) or "2.5.1"
    if event and header.text(12) >= "2.3.1":
        kind += f"{marks.component}ACK"
    fields = [
        "MSH",
        marks.encoding,
        header.raw(5) or OURS,
        header.raw(6),
        header.raw(3),
        header.raw(4),
        f"{at.astimezone(UTC):%Y%m%d%H%M%S}+0000",
        "",
        kind,
        secrets.token_hex(10),
        header.raw(11) or "P",
        version,
    ]
    if not header.raw(5).isascii() or marks.charset != "utf-8":
        fields += [""] * 5 + ["UNICODE UTF-8"]
    return marks.separator.join(fields)


def _msa(word: str, header: Segment, marks: Marks, refusal: Hl7Refused | None) -> str:
    fields = ["MSA", word, header.raw(10)]
    if refusal is not None and header.text(12) < NO_TEXT_SINCE:
        fields.append(_escaped(refusal.reason, marks))
    return marks.separator.join(fields)


def _err(header: Segment, marks: Marks, refusal: Hl7Refused) -> str:
    """What was wrong: by the table of the standard, by our own code, and in a sentence."""
    number, name = CONDITIONS[refusal.condition]
    condition = marks.component.join((number, name, "HL70357"))
    if header.text(12) and header.text(12) < SPLIT_ERR_SINCE:
        # Of old, ERR-1 is one field: segment, sequence, field, code.
        part = marks.subcomponent.join((number, name, "HL70357"))
        return f"ERR{marks.separator}{marks.component * 3}{part}"
    reason = _escaped(refusal.reason, marks)
    return marks.separator.join(
        ["ERR", "", "", condition, "E", refusal.code, "", "", reason],
    )


def _escaped(text: str, marks: Marks) -> str:
    """Our own sentence, harmless in the sender's characters."""
    special = {
        marks.escape: "E",
        marks.separator: "F",
        marks.component: "S",
        marks.subcomponent: "T",
        marks.repetition: "R",
    }
    return "".join(f"{marks.escape}{special[c]}{marks.escape}" if c in special else c for c in text)
