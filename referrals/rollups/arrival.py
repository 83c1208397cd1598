"""How late each source tells us, measured on referrals old enough to have all arrived."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import accumulate

from django.conf import settings
from django.db import connection

from liaison_crm.core.periods import site_today
from referrals.models import ArrivalCurve

LONGEST = ArrivalCurve.LONGEST_DAYS
MEASURED_DAYS = 180
FEWEST_REFERRALS = 200

# What was referred before a feed began came in one load and says nothing about its delay. Raw
# SQL for the window over the first day of each source.
DELAYS = """
    SELECT source_id, least(greatest(seen_on - referred_on, 0), %(longest)s) AS days, count(*)
      FROM (
        SELECT source_id, referred_on, seen_on, min(seen_on) OVER (PARTITION BY source_id) AS began
          FROM (
            SELECT source_id, referred_on, (first_seen_at AT TIME ZONE %(zone)s)::date AS seen_on
              FROM referrals_referral
             WHERE referred_on >= %(first)s AND referred_on < %(end)s
          ) AS referral
      ) AS told
     WHERE referred_on >= began
     GROUP BY source_id, days
"""


def measure_arrivals(at: datetime) -> None:
    """Keep today's curve of every source that sent enough; measuring again replaces it."""
    today = site_today(at)
    delays: dict[int, Counter[int]] = defaultdict(Counter)
    end = today - timedelta(days=LONGEST)
    with connection.cursor() as cursor:
        cursor.execute(
            DELAYS,
            {
                "longest": LONGEST,
                "zone": settings.SITE_TIME_ZONE,
                "first": end - timedelta(days=MEASURED_DAYS),
                "end": end,
            },
        )
        for source_id, days, count in cursor.fetchall():
            delays[source_id][days] = count
    curves = [
        ArrivalCurve(
            source_id=source_id,
            measured_on=today,
            referrals=found.total(),
            shares=_cumulative_shares(found),
        )
        for source_id, found in delays.items()
        if found.total() >= FEWEST_REFERRALS
    ]
    ArrivalCurve.objects.bulk_create(
        curves,
        update_conflicts=True,
        unique_fields=["source", "measured_on"],
        update_fields=["referrals", "shares"],
    )


def _cumulative_shares(delays: Counter[int]) -> list[float]:
    total = delays.total()
    known = accumulate(delays[days] for days in range(LONGEST + 1))
    return [count / total for count in known]
