"""What a change comes from, in a sentence: who brings it, who goes the other way, who is behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from liaison_crm.core.periods import DateRange
from liaison_crm.core.wording import month_span, percent, sentence
from referrals.reports import Narrowing
from referrals.reports.breakdown import Compared, Mover

LEVEL = 0.5  # percent: less than this is neither up nor down
MOST = 0.6  # of all that moved the same way
NAMED_AT_MOST = 2
MONTHS_A_YEAR = 12
NOTEWORTHY = 3.0  # percent: a part that moves less against the trend is not worth a word
SHARES = ((0.85, "nearly all"), (0.6, "most"), (0.4, "half"), (0.25, "a third"))


@dataclass(frozen=True)
class Part:
    """A territory or county with its change, and how to ask about it alone."""

    name: str
    volume: Compared
    narrowing: Narrowing

    @property
    def words(self) -> str:
        """South rose 25%."""
        change = self.volume.change_percent
        if change is None:
            return f"{self.name} is new"
        return f"{self.name} {'rose' if change > 0 else 'fell'} {percent(abs(change))}"


@dataclass(frozen=True)
class Causes:
    """`leading` carry most of the change, `against` goes the other way."""

    total: Compared
    leading: tuple[Part, ...]
    carries_most: bool
    against: Part | None
    only: Part | None = None

    @property
    def suspect(self) -> Part | None:
        """The part whose fall is worth explaining by a practice."""
        fallen = [self.against, *self.leading, self.only]
        return next((part for part in fallen if part and part.volume.change < 0), None)


def headline(total: Compared, during: DateRange) -> str:
    """Referrals are up 12.1% on July to September 2025."""
    if not total.any:
        return "No referrals counted yet"
    whole_year = len(during.months()) == MONTHS_A_YEAR
    before = "the year before" if whole_year else month_span(during.last_year())
    change = total.change_percent
    if change is None:
        return f"{total.now:,} referrals in {month_span(during)}"
    if abs(change) < LEVEL:
        return f"Referrals are level with {before}"
    size = percent(abs(change), 1).replace(".0%", "%")
    return f"Referrals are {'up' if change > 0 else 'down'} {size} on {before}"


def causes_of(total: Compared, parts: Sequence[Part]) -> Causes:
    """Parts that moved with the total, largest first, until they carry most of it.

    A single part is the total, so it explains nothing; at most a practice in it does.
    """
    if len(parts) < 2:  # noqa: PLR2004 (one alone)
        return Causes(total, (), carries_most=False, against=None, only=next(iter(parts), None))
    rising = total.change >= 0
    along = [part for part in parts if part.volume.change and (part.volume.change > 0) == rising]
    along.sort(key=lambda part: -abs(part.volume.change))
    moved = sum(abs(part.volume.change) for part in along)
    leading: list[Part] = []
    carried = 0
    for part in along[:NAMED_AT_MOST]:
        if carried >= MOST * moved:
            break
        leading.append(part)
        carried += abs(part.volume.change)
    return Causes(total, tuple(leading), carried >= MOST * moved, _against(parts, rising))


def _against(parts: Sequence[Part], rising: bool) -> Part | None:
    other = [part for part in parts if part.volume.change and (part.volume.change > 0) != rising]
    first = max(other, key=lambda part: abs(part.volume.change), default=None)
    if first is None:
        return None
    change = first.volume.change_percent
    return first if change is None or abs(change) >= NOTEWORTHY else None


@dataclass(frozen=True)
class Lead:
    """Two sentences under the headline. The practice behind a fall belongs to one of them."""

    first: str
    second: str
    blame: str
    practice: int | None
    blame_first: bool


def lead_of(causes: Causes, mover: Mover | None) -> Lead:
    suspect = causes.suspect
    share = _share_word(mover, suspect)
    return Lead(
        first=_first(causes),
        second=causes.against.words if causes.against else "",
        blame=f"one practice explains {share} of it" if share else "",
        practice=mover.pk if mover and share else None,
        blame_first=suspect is not None and suspect is not causes.against,
    )


def _first(causes: Causes) -> str:
    change = causes.total.change_percent
    if not causes.leading or change is None:
        return ""
    if abs(change) < LEVEL:
        return causes.leading[0].words
    names = sentence([part.name for part in causes.leading])
    one = len(causes.leading) == 1
    much = "most" if causes.carries_most else "the largest part"
    if change > 0:
        return f"{names} {'brings' if one else 'bring'} {much} of the gain"
    return f"{names} {'loses' if one else 'lose'} {much} of it"


def _share_word(mover: Mover | None, suspect: Part | None) -> str:
    if mover is None or suspect is None or not suspect.volume.change:
        return ""
    share = mover.change / suspect.volume.change
    return next((word for least, word in SHARES if share >= least), "")
