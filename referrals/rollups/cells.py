"""What a cell is and how it is counted: the one place that says so, in SQL.

Raw SQL, because counting is set-based: a run, a rebuild and a check must count by the same words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from psycopg import sql

from contacts.models import Organization
from referrals.models import Status

Network = Organization.Network

CELLS = sql.Identifier("referrals_volumecell")
DRAFTS = sql.Identifier("referrals_volumedraft")
MARKS = sql.Identifier("referrals_volumemark")

# In the order of the index that finds a cell's referrals, so that sorted work walks it once.
KEY = ("month", "practice_id", "physician_id", "service_line_id", "destination_id")

# Of the referrals `r` of a cell. What counts something of `r` is 0 where a cell has none left.
AGGREGATES = {
    "referrals": "count(r.practice_id)",
    **{status: f"count(*) FILTER (WHERE r.status = '{status}')" for status in Status.values},
    "days_to_schedule": (
        "coalesce(sum(r.scheduled_on - r.referred_on)"
        " FILTER (WHERE r.scheduled_on >= r.referred_on), 0)"
    ),
    "timed_schedules": "count(*) FILTER (WHERE r.scheduled_on >= r.referred_on)",
    "days_to_complete": (
        "coalesce(sum(r.completed_on - r.referred_on)"
        " FILTER (WHERE r.completed_on >= r.referred_on), 0)"
    ),
    "timed_completions": "count(*) FILTER (WHERE r.completed_on >= r.referred_on)",
}
NETWORKS = {
    "in_network": (Network.OWN, Network.IN_NETWORK),
    "out_of_network": (Network.FRIENDLY, Network.COMPETITOR),
}
COUNTS = (*AGGREGATES, *NETWORKS)
COLUMNS = (*KEY, *COUNTS)


def names(columns: Iterable[str], of: str = "") -> sql.Composed:
    """A list of columns, each of the table or alias `of` if one is given."""
    parts = [sql.Identifier(of, name) if of else sql.Identifier(name) for name in columns]
    return sql.SQL(", ").join(parts)


def same_cell(one: str, other: str) -> sql.Composed:
    return sql.SQL("({}) = ({})").format(names(KEY, one), names(KEY, other))


def counted(rows: sql.Composable, *, keyed_by: str) -> sql.Composed:
    """A SELECT of `COLUMNS` over the referrals `r` in `rows`, one row for each key of `keyed_by`.

    The destination is part of the key, so its network is looked up once per cell, not per row.
    """
    return sql.SQL(
        """
        SELECT {columns}, {networks}
          FROM (SELECT {key}, {aggregates} FROM {rows} GROUP BY {key}) AS cell
          LEFT JOIN referrals_facility AS destination ON destination.id = cell.destination_id
        """
    ).format(
        columns=names((*KEY, *AGGREGATES), "cell"),
        networks=sql.SQL(", ").join(_counted_if(*rule) for rule in NETWORKS.items()),
        key=names(KEY, keyed_by),
        aggregates=sql.SQL(", ").join(
            sql.SQL("({})::integer AS {}").format(sql.SQL(how), sql.Identifier(name))
            for name, how in AGGREGATES.items()
        ),
        rows=rows,
    )


def all_cells() -> sql.Composed:
    """Every cell, counted from nothing."""
    return cells_between(None, None)


def cells_between(after: date | None, through: date | None) -> sql.Composed:
    """Every cell of the months after the first and up to the second; None is without end."""
    bounds = [
        sql.SQL("month {} {}").format(sql.SQL(sign), sql.Literal(month))
        for sign, month in ((">", after), ("<=", through))
        if month
    ]
    rows = sql.SQL("(SELECT * FROM referrals_referral WHERE {}) AS r").format(
        sql.SQL(" AND ").join(bounds) if bounds else sql.SQL("true")
    )
    return counted(rows, keyed_by="r")


def _counted_if(name: str, networks: Iterable[str]) -> sql.Composed:
    return sql.SQL(
        "CASE WHEN destination.network IN ({}) THEN cell.referrals ELSE 0 END AS {}"
    ).format(sql.SQL(", ").join(map(sql.Literal, networks)), sql.Identifier(name))
