"""What waits, and what was corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from liaison_crm.core.periods import day_start, site_zone
from liaison_crm.core.wording import count_of, sentence
from referrals.models import Restatement, UnmatchedRow

Missing = UnmatchedRow.Missing


@dataclass(frozen=True)
class UnmatchedCounts:
    """Rows that wait for the directory, and how many physicians and practices would free them."""

    rows: int
    physicians: int
    practices: int
    oldest_at: datetime | None

    @property
    def headline(self) -> str:
        waits = count_of(self.rows, "row waits,rows wait")
        missing = [
            count_of(count, noun)
            for count, noun in ((self.physicians, "physician"), (self.practices, "practice"))
            if count
        ]
        return f"{waits} for {sentence(missing)}"


def unmatched_counts(viewer: User) -> UnmatchedCounts:
    practice = Q(missing__in=(Missing.PRACTICE, Missing.BOTH))
    physician = Q(missing__in=(Missing.PHYSICIAN, Missing.BOTH))
    # By number where the file gave one, by name and place where it did not.
    named = Concat(
        Cast("practice_id_given", TextField()), "practice_name", Value("|"), "practice_zip"
    )
    found = (
        UnmatchedRow.objects.visible_to(viewer)
        .waiting()
        .aggregate(
            rows=Count("pk"),
            physicians=Count("physician_npi", filter=physician, distinct=True),
            practices=Count(named, filter=practice, distinct=True),
            oldest_at=Min("created_at"),
        )
    )
    return UnmatchedCounts(**found)


@dataclass(frozen=True)
class MissingPhysician:
    """A referring physician the directory does not know, and what waits for him."""

    npi: str
    rows: int
    since: datetime


@dataclass(frozen=True)
class MissingPractice:
    """A practice the directory does not know, by the number or else the name a file gave."""

    number: int | None
    name: str
    zip_code: str
    rows: int
    since: datetime


def missing_physicians(viewer: User, *, limit: int) -> list[MissingPhysician]:
    """Whom most rows wait for."""
    found = (
        _waiting(viewer, Missing.PHYSICIAN)
        .values("physician_npi")
        .annotate(rows=Count("pk"), since=Min("created_at"))
        .order_by("-rows", "physician_npi")
    )
    return [
        MissingPhysician(row["physician_npi"], row["rows"], row["since"]) for row in found[:limit]
    ]


def missing_practices(viewer: User, *, limit: int) -> list[MissingPractice]:
    """What most rows wait for."""
    named = ("practice_id_given", "practice_name", "practice_zip")
    found = (
        _waiting(viewer, Missing.PRACTICE)
        .values_list(*named)
        .annotate(rows=Count("pk"), since=Min("created_at"))
        .order_by("-rows", *named)
    )
    return [MissingPractice(*row) for row in found[:limit]]


def _waiting(viewer: User, missing: UnmatchedRow.Missing) -> QuerySet[UnmatchedRow]:
    rows = UnmatchedRow.objects.visible_to(viewer).waiting()
    return rows.filter(missing__in=(missing, Missing.BOTH))


def recent_restatements(viewer: User, since: date, *, limit: int = 20) -> list[Restatement]:
    """The latest corrections of closed months, with their practices."""
    restated = Restatement.objects.visible_to(viewer).filter(
        restated_at__gte=day_start(since, site_zone())
    )
    return list(restated.select_related("practice", "run")[:limit])
