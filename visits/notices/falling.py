"""A practices whose referrals fell by a quarter: found after each nightly count, told once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import Assignment, User
from contacts.models import Practice
from liaison_crm.core.periods import DateRange, Month, site_today
from liaison_crm.core.wording import count_of, month_span, number, percent
from referrals.models import RollupRun, VolumeCell
from visits.notices.models import FallReview, Notice, PracticeFall
from visits.notices.telling import Told, tell
from visits.planning.models import PracticeTier, Tier
from visits.reports.periods import recent_span
from visits.reports.reasons import FEW
from visits.reports.relationship import Span, referrals_in

FELL = -25.0  # percent
TOP_SHARE = 5  # one in five


@dataclass(frozen=True, slots=True)
class Compared:
    """Referrals of the last three closed months and of the same months a year before."""

    practice: int
    recent: int
    before: int

    @property
    def change_percent(self) -> float:
        return 100 * (self.recent - self.before) / self.before if self.before else 0.0

    @property
    def fell(self) -> bool:
        return self.before >= FEW and self.change_percent <= FELL

    def words(self, during: DateRange) -> str:
        return (
            f"{count_of(self.recent, 'referral')} from {month_span(during)}, "
            f"{percent(-self.change_percent)} fewer than {number(self.before)} a year before"
        )


def find_falls(at: datetime) -> None:
    """Look at the latest count, once. A fall that was told stays told until it has recovered."""
    run = RollupRun.objects.filter(state=RollupRun.State.DONE).order_by("-pk").first()
    if run is None or FallReview.objects.filter(run_id=run.pk).exists():
        return
    with transaction.atomic():
        # The unique row makes a second clock wait here, and then find nothing to do.
        if not _claimed(run.pk, at):
            return
        review_falls(at)


def review_falls(at: datetime) -> list[PracticeFall]:
    """Note the A practices that fell and those that recovered; tell of the new falls."""
    span = recent_span(at)
    compared = _compared(span, _a_practices(span) | _fallen())
    for one in compared.values():
        if not one.fell:
            open_fall = PracticeFall.objects.filter(practice=one.practice, recovered_at=None)
            open_fall.update(recovered_at=at)
    quarter = _quarter_of(site_today(at))
    known = set(
        PracticeFall.objects.filter(
            Q(recovered_at=None) | Q(quarter=quarter), practice__in=compared
        ).values_list("practice", flat=True)
    )
    new = [
        PracticeFall(
            practice_id=one.practice,
            quarter=quarter,
            recent=one.recent,
            before=one.before,
            found_at=at,
        )
        for one in compared.values()
        if one.fell and one.practice not in known
    ]
    PracticeFall.objects.bulk_create(new)
    tell(_told(new, span, on=site_today(at)), at=at)
    return new


def falling_now(viewer: User, span: Span, *, limit: int) -> list[tuple[Practice, Compared]]:
    """The A practices the viewer works that are down by a quarter, the biggest loss first."""
    compared = _compared(span, _a_practices(span))
    fell = sorted(
        (one for one in compared.values() if one.fell),
        key=lambda one: (one.recent - one.before, one.practice),
    )
    seen = Practice.objects.worked_by(viewer).in_bulk([one.practice for one in fell])
    return [(seen[one.practice], one) for one in fell if one.practice in seen][:limit]


def _claimed(run_id: int, at: datetime) -> bool:
    _, is_new = FallReview.objects.get_or_create(run_id=run_id, defaults={"at": at})
    return is_new


def _a_practices(span: Span) -> set[int]:
    """The open practices that managers made A; by volume in a territory without any tier."""
    by_tier = PracticeTier.objects.filter(tier=Tier.A, practice__closed_on=None)
    given = PracticeTier.objects.order_by().values_list("practice__territory", flat=True)
    tiered = set(given.distinct())
    biggest = _biggest(span)
    return set(by_tier.values_list("practice", flat=True)) | {
        practice for practice, territory in biggest if territory not in tiered
    }


def _biggest(span: Span) -> list[tuple[int, int]]:
    """The fifth of all open practices that send most, each with its territory: by the year before
    the compared months and the year up to them, so that a practice does not leave by falling."""
    counted = (
        VolumeCell.objects.months_between(span.before.start, span.recent.end)
        .filter(practice__closed_on=None)
        .values("practice", "practice__territory")
        .annotate(sent=referrals_in(DateRange(span.before.start, span.recent.end)))
        .filter(sent__gt=0)
        .order_by("-sent", "practice")
        .values_list("practice", "practice__territory")
    )
    ranked = list(counted)
    return ranked[: -(-len(ranked) // TOP_SHARE)]


def _fallen() -> set[int]:
    open_falls = PracticeFall.objects.filter(recovered_at=None)
    return set(open_falls.values_list("practice", flat=True))


def _compared(span: Span, practices: Collection[int]) -> dict[int, Compared]:
    """None of it where our own numbers do not reach back to the months before."""
    first = VolumeCell.objects.order_by("month").values_list("month", flat=True).first()
    if first is None or first > span.before.start:
        return {}
    rows = (
        VolumeCell.objects.filter(practice__in=practices)
        .months_between(span.before.start, span.recent.end)
        .values("practice")
        .annotate(recent=referrals_in(span.recent), before=referrals_in(span.before))
        .order_by("practice")
    )
    return {
        row["practice"]: Compared(row["practice"], row["recent"], row["before"]) for row in rows
    }


def _told(falls: list[PracticeFall], span: Span, *, on: date) -> Iterator[Told]:
    """To everybody who works the territory today, and to the managers."""
    practices = Practice.objects.in_bulk([fall.practice_id for fall in falls])
    held = Assignment.objects.in_force(on).filter(
        territory__in={practice.territory_id for practice in practices.values()},
        user__is_active=True,
        user__role=User.Role.LIAISON,
    )
    workers: dict[int, set[int]] = {}
    for territory, person in held.values_list("territory", "user"):
        workers.setdefault(territory, set()).add(person)
    managers = set(
        User.objects.active().filter(role=User.Role.MANAGER).values_list("pk", flat=True)
    )
    for fall in falls:
        practice = practices[fall.practice_id]
        numbers = Compared(fall.practice_id, fall.recent, fall.before).words(span.recent)
        for person in sorted(managers | workers.get(practice.territory_id, set())):
            yield Told(
                person=person,
                kind=Notice.Kind.FALLING,
                key=f"fall:{fall.pk}",
                sentence=f"{practice} sent {numbers}.",
                path=practice.get_absolute_url(),
                practice=practice.pk,
            )


def _quarter_of(day: date) -> date:
    month = Month.of(day)
    return date(month.year, 3 * ((month.number - 1) // 3) + 1, 1)
