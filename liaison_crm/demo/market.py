"""Build the whole synthetic market, once, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import connection, transaction

from accounts.models import Territory
from liaison_crm.core.periods import site_today
from liaison_crm.demo import (
    by_hand,
    corrections,
    directory,
    doors,
    education,
    fieldwork,
    friction,
    history,
    planning,
    sheet,
    stories,
    voices,
)

SEED = 20


@dataclass(frozen=True)
class Built:
    practices: int
    physicians: int
    referrals: int
    visits: int


def is_built() -> bool:
    """A territory other than the built-in one means that somebody already lives here."""
    return Territory.objects.filter(is_unassigned=False).exists()


@transaction.atomic
def build(*, now: datetime, progress: Callable[[str, float], None]) -> Built:
    """Fill an empty database with the market as of `now`; `progress` gets a step and its share."""
    # Chance needs to repeat, not to be secret.
    market = directory.Market(rng=Random(SEED), today=site_today(now))
    progress("People and places", 0.0)
    directory.build_people(market)
    territories = directory.build_territories(market)
    directory.build_offices(market, territories)
    stories.cast_stories(market)
    directory.save_offices(market)
    stories.tell_stories(market)
    progress("People and places", 1.0)
    catalogue = history.build_catalogue(market)
    referrals = history.build_history(
        market, catalogue, now=now, progress=lambda share: progress("Two years of referrals", share)
    )
    _tell_the_planner()
    visits = fieldwork.build_visits(
        market, progress=lambda share: progress("Visits and promises", share)
    )
    fieldwork.build_promises(market)
    doors.open_doors(market)
    fieldwork.build_plans(market, now=now)
    friction.build_issues(market, now=now)
    corrections.build_corrections(market, now=now)
    voices.build_voices(market, now=now)
    planning.build_planning(market)
    referrals += _tell_otherwise(market, now=now)
    by_hand.correct_a_visit(market, now=now)
    education.build_messages(market)
    _tell_the_planner()
    return Built(
        practices=len(market.offices) + 2,  # the new door and the double
        physicians=sum(len(office.physicians) for office in market.offices),
        referrals=referrals,
        visits=visits,
    )


def _tell_otherwise(market: directory.Market, *, now: datetime) -> int:
    """Referrals that do not come by the feed: a log nobody has matched yet, and those by hand."""
    sheet.send_a_log(market, now=now)
    return by_hand.build_by_hand(market)


def _tell_the_planner() -> None:
    """Tables that were empty a moment ago are large by now, and nobody counted them yet."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
