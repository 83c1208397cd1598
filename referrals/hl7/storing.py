"""Messages come in, many at a time in one transaction: each is stored once and answered for.

Whoever calls may only acknowledge after this returned, for then it is committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError, connection, transaction

from liaison_crm.core.periods import zone_named
from referrals.hl7 import keeping
from referrals.hl7.errors import Hl7Refused, NotOurs
from referrals.hl7.models import Hl7Message, IgnoredMessages, ToldReferral
from referrals.hl7.parsing import LARGEST, Message, parse
from referrals.hl7.reading import read
from referrals.hl7.settling import settle
from referrals.hl7.streams import count, stream_of
from referrals.hl7.told import Description, Told
from referrals.intake.scrubbing import patient_hasher
from referrals.locks import Lock, wait_in_transaction
from referrals.models import Source

Outcome, Door = Hl7Message.Outcome, Hl7Message.Door

CLOCKS_DIFFER_BY = timedelta(minutes=5)
DUPLICATE = "Another message came under this control id (MSH-10) before."
IGNORE = """
    INSERT INTO referrals_ignoredmessages AS counted (source_id, day, kind, reason, messages)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (source_id, day, kind, reason) DO UPDATE
       SET messages = counted.messages + excluded.messages
"""


@dataclass(frozen=True)
class Post:
    """Through which door messages come, for which source, when; what the source declared."""

    source: Source
    door: Hl7Message.Door
    at: datetime
    encoding: str = ""


@dataclass(frozen=True)
class Read:
    """One message as far as it could be read, and what is to be answered."""

    raw: bytes
    digest: str
    message: Message | None = None
    told: tuple[Told, ...] = ()
    ignored: str = ""
    refusal: Hl7Refused | None = None
    repeats: bool = False
    outcome: str = ""

    @property
    def kind(self) -> str:
        return _plain(self.message.kind if self.message else "", 7)

    @property
    def control_id(self) -> str:
        return _plain(self.message.control_id if self.message else "", 199)

    @property
    def sender(self) -> str:
        if self.message is None:
            return ""
        header = self.message.header
        return _plain(f"{header.text(3)}|{header.text(4)}", 200)

    @property
    def is_stored(self) -> bool:
        return not self.ignored and not self.repeats


def take(post: Post, raws: Sequence[bytes]) -> list[Read]:
    """Take these messages in their order; answer what became of each, all of it committed.

    One that the database will not have is refused by itself and keeps no other out.
    """
    reads = [_read(post, raw) for raw in raws]
    try:
        return _take_together(post, reads)
    except (DataError, IntegrityError):
        return [_take_alone(post, each) for each in reads]


def _take_alone(post: Post, read_one: Read) -> Read:
    try:
        return _take_together(post, [read_one])[0]
    except (DataError, IntegrityError):
        refusal = Hl7Refused("internal", "This cannot be stored.", condition="internal")
        refused = Read(read_one.raw, read_one.digest, read_one.message, refusal=refusal)
        return _take_together(post, [refused])[0]


def _read(post: Post, raw: bytes) -> Read:
    digest = keeping.digest_of(raw)
    message = None
    try:
        message = parse(raw, encoding=post.encoding)
        told = read(message, zone_named(post.source.time_zone))
        _refuse_future(told, post.at + CLOCKS_DIFFER_BY)
    except NotOurs as reason:
        return Read(raw, digest, message, ignored=reason.reason)
    except Hl7Refused as refusal:
        return Read(raw, digest, message, refusal=refusal)
    return Read(raw, digest, message, told=tuple(told))


def _refuse_future(told: list[Told], latest: datetime) -> None:
    moments = [moment for each in told for moment in (each.made_at, each.happened_at) if moment]
    if any(moment > latest for moment in moments):
        raise Hl7Refused("in_future", "This has not happened yet.")


@transaction.atomic
def _take_together(post: Post, reads: list[Read]) -> list[Read]:
    # One writer at a time for each source, so that nothing is stored twice.
    wait_in_transaction(Lock.SOURCE, post.source.pk)
    reads, earlier = _compared(post.source, reads)
    _count_ignored(post, reads)
    stored = [_row(post, each, earlier.get(each.digest)) for each in reads if each.is_stored]
    if stored:
        _store(post, [each for each in reads if each.is_stored], stored)
    outcomes = {row.digest: str(row.outcome) for row in stored}
    return [replace(each, outcome=outcomes.get(each.digest, "")) for each in reads]


def _compared(source: Source, reads: list[Read]) -> tuple[list[Read], dict[str, Hl7Message]]:
    """Tell what came before: the same message, or another one under the same control id."""
    wanted = [each for each in reads if each.is_stored]
    known = Hl7Message.objects.filter(source=source).defer("raw")
    earlier = {row.digest: row for row in known.filter(digest__in={r.digest for r in wanted})}
    control_ids = {each.control_id for each in wanted if each.told}
    numbered = known.filter(control_id__in=control_ids).exclude(outcome=Outcome.REFUSED)
    owners = {(row.sender, row.control_id): row.digest for row in numbered}
    seen: set[str] = {digest for digest, row in earlier.items() if row.outcome != Outcome.REFUSED}
    again: Counter[str] = Counter()
    compared = []
    for each in reads:
        told = _comparison(each, seen, owners) if each.is_stored else each
        if told.repeats:
            again[told.digest] += 1
        compared.append(told)
    for digest, times in again.items():
        if digest in earlier:
            earlier[digest].times += times
    Hl7Message.objects.bulk_update([earlier[d] for d in again if d in earlier], ["times"])
    return compared, earlier


def _comparison(each: Read, seen: set[str], owners: dict[tuple[str, str], str]) -> Read:
    """A repeated message changes nothing; a second one under a control id is refused."""
    if each.digest in seen:
        return replace(each, repeats=True)
    if each.refusal is None:
        seen.add(each.digest)
        owner = owners.setdefault((each.sender, each.control_id), each.digest)
        if owner != each.digest:
            refusal = Hl7Refused("duplicate_control_id", DUPLICATE, condition="duplicate")
            return replace(each, told=(), refusal=refusal)
    return each


def _row(post: Post, each: Read, refused_before: Hl7Message | None) -> Hl7Message:
    row = refused_before or Hl7Message(source=post.source, digest=each.digest, times=0)
    row.times += 1
    row.sender, row.control_id, row.kind = each.sender, each.control_id, each.kind
    row.version = _plain(each.message.version if each.message else "", 8)
    row.made_at = each.told[0].made_at if each.told else None
    row.received_at, row.came_by = post.at, post.door
    row.outcome = Outcome.REFUSED if each.refusal else Outcome.WAITING
    row.code = each.refusal.code[:40] if each.refusal else ""
    row.reason = each.refusal.reason[:200] if each.refusal else ""
    row.raw = keeping.sealed(each.raw) if len(each.raw) <= LARGEST else None
    return row


def _store(post: Post, reads: list[Read], rows: list[Hl7Message]) -> None:
    for row in rows:
        if row.pk:
            row.save()
    Hl7Message.objects.bulk_create([row for row in rows if not row.pk])
    patient_key = patient_hasher()
    told = [
        _told_row(post, row, one, patient_key(one.patient_number))
        for each, row in zip(reads, rows, strict=True)
        for one in each.told
    ]
    batch = stream_of(post.source, post.at)
    # One that is refused again and again is listed where it was refused first.
    refused = [row for row in rows if row.outcome == Outcome.REFUSED and row.times == 1]
    if told:
        ToldReferral.objects.bulk_create(told)
    woken = _woken(post.source, told)
    taken = settle(post.source, batch, [*told, *woken])
    note_outcomes([row for row in rows if row.outcome == Outcome.WAITING], told)
    note_woken(woken)
    count(batch, told, taken, refused=refused, size=sum(len(each.raw) for each in reads))


def _woken(source: Source, told: list[ToldReferral]) -> list[ToldReferral]:
    """What waited for the referrals that these tell of."""
    waiting = ToldReferral.objects.waiting().filter(source=source)
    waiting = waiting.filter(external_id__in={row.external_id for row in told})
    return list(waiting.exclude(pk__in=[row.pk for row in told]))


def note_outcomes(messages: list[Hl7Message], told: list[ToldReferral]) -> None:
    """What became of each message follows from what became of what it told."""
    by_message: dict[int, list[ToldReferral]] = {}
    for row in told:
        by_message.setdefault(row.message_id, []).append(row)
    for message in messages:
        rows = by_message.get(message.pk, [])
        message.outcome = outcome_of(rows)
        waits = next((row for row in rows if row.state == ToldReferral.State.WAITING), None)
        message.code = waits.missing if waits else ""
        message.reason = str(ToldReferral.Missing(waits.missing).label) if waits else ""
    Hl7Message.objects.bulk_update(messages, ["outcome", "code", "reason"])


def note_woken(rows: list[ToldReferral]) -> None:
    """The same for messages of before, some of whose rows are no longer waiting."""
    if not rows:
        return
    messages = list(Hl7Message.objects.filter(told__in=rows).distinct().defer("raw"))
    note_outcomes(messages, list(ToldReferral.objects.filter(message__in=messages)))


def outcome_of(rows: list[ToldReferral]) -> Hl7Message.Outcome:
    states = {row.state for row in rows}
    if ToldReferral.State.WAITING in states:
        return Outcome.WAITING
    if ToldReferral.State.TAKEN not in states:
        return Outcome.SET_ASIDE
    return Outcome.REFERRAL if any(row.is_described for row in rows) else Outcome.EVENT


def _told_row(post: Post, message: Hl7Message, told: Told, patient_key: str) -> ToldReferral:
    row = ToldReferral(
        message=message,
        source=post.source,
        external_id=told.external_id,
        made_at=told.made_at,
        control_id=message.control_id,
        status=told.status or "",
        happened_at=told.happened_at,
        patient_key=bytes.fromhex(patient_key) or None,
        learned_at=post.at,
    )
    if told.description:
        _describe(row, told.description)
    return row


def _describe(row: ToldReferral, said: Description) -> None:
    row.is_described = True
    row.referred_on = said.referred_on
    row.physician_npi = said.physician.npi
    row.physician_code = said.physician.local.code
    row.physician_name = said.physician.local.name
    row.practice_code, row.practice_name = said.practice.code.code, said.practice.code.name
    row.practice_zip = said.practice.zip_code
    row.service_line_code, row.service_line_name = said.service_line.code, said.service_line.name
    row.destination_code, row.destination_name = said.destination.code, said.destination.name
    row.receiving_npi = said.receiver.npi
    row.receiving_code = said.receiver.local.code


def _count_ignored(post: Post, reads: list[Read]) -> None:
    day = post.at.astimezone(zone_named(post.source.time_zone)).date()
    ignored = Counter((each.kind, each.ignored) for each in reads if each.ignored)
    with connection.cursor() as cursor:
        for (kind, reason), messages in sorted(ignored.items()):
            cursor.execute(IGNORE, [post.source.pk, day, kind, reason, messages])


def count_oversized(source: Source, at: datetime) -> None:
    """A message that nobody read to its end leaves its number and nothing else."""
    day = at.astimezone(zone_named(source.time_zone)).date()
    reason = IgnoredMessages.Reason.TOO_LARGE
    with connection.cursor() as cursor:
        cursor.execute(IGNORE, [source.pk, day, "", reason, 1])


def _plain(text: str, longest: int) -> str:
    """Fit for a column and a list, whatever was sent."""
    return "".join(character for character in text if character.isprintable())[:longest]
