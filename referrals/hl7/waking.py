"""What waited: looked at again when the directory grew, a code was answered, a file came."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from referrals.hl7.models import ToldReferral
from referrals.hl7.settling import settle
from referrals.hl7.storing import note_woken
from referrals.hl7.streams import stream_of
from referrals.locks import Lock, taken_in_transaction
from referrals.models import Referral, Source

PAGE = 1_000


def is_waiting() -> bool:
    return ToldReferral.objects.waiting().exists()


def resolve_waiting(at: datetime) -> int:
    """Take what can be taken by now; how many rows were."""
    waiting = ToldReferral.objects.waiting().values("source")
    return sum(_resolve(source, at) for source in Source.objects.filter(pk__in=waiting))


def _resolve(source: Source, at: datetime) -> int:
    """Page by page, so that rows nobody can place stand in nobody's way."""
    taken, last = 0, 0
    while rows := _page(source, last):
        last = rows[-1]
        done = _look_again(source, rows, at)
        if done is None:
            break  # An import of this source goes on; the next minute sees.
        taken += done
    return taken


def _page(source: Source, after: int) -> list[int]:
    known = Referral.objects.filter(source=source, external_id=OuterRef("external_id"))
    rows = ToldReferral.objects.waiting().filter(source=source, pk__gt=after)
    promising = rows.filter(Q(is_described=True) | Exists(known))
    return list(promising.order_by("pk").values_list("pk", flat=True)[:PAGE])


@transaction.atomic
def _look_again(source: Source, pks: list[int], at: datetime) -> int | None:
    if not taken_in_transaction(Lock.SOURCE, source.pk):
        return None
    rows = list(ToldReferral.objects.waiting().filter(pk__in=pks).order_by("pk"))
    ids = {row.external_id for row in rows}
    companions = ToldReferral.objects.waiting().filter(source=source, external_id__in=ids)
    rows += companions.exclude(pk__in=pks)
    if not rows:
        return 0
    settle(source, stream_of(source, at), rows)
    note_woken(rows)
    return sum(1 for row in rows if row.state == ToldReferral.State.TAKEN)
