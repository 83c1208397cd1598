"""Triggers that mark the rollup cells a statement touches, whichever way it reaches the table.

One statement, one pass over its old and new rows: a load of a million rows writes its marks as
cheaply as it writes itself. Marks are only ever appended, so writers never wait for each other.
"""

# ruff: noqa: S608 (every name in these statements is a constant of this file)

from __future__ import annotations

import pgtrigger

KEY = ("month", "practice_id", "physician_id", "service_line_id", "destination_id")
# What a cell is counted from, besides the network of its destination.
COUNTED = (*KEY, "status", "referred_on", "scheduled_on", "completed_on")


def columns(names: tuple[str, ...], of: str = "") -> str:
    return ", ".join(f"{of}.{name}" if of else name for name in names)


MARK = f"INSERT INTO referrals_volumemark ({columns(KEY)})"
DONE = "RETURN NULL;"

MARK_INSERTED = f"{MARK} SELECT DISTINCT {columns(KEY)} FROM new_rows; {DONE}"
MARK_DELETED = f"{MARK} SELECT DISTINCT {columns(KEY)} FROM old_rows; {DONE}"

# Every cell there may be: published, drafted by a run that goes on, or waiting to be counted.
KNOWN_CELLS = " UNION ".join(
    f"SELECT {columns(KEY)} FROM referrals_{table}"
    for table in ("volumecell", "volumedraft", "volumemark")
)
MARK_TRUNCATED = f"{MARK} {KNOWN_CELLS}; {DONE}"

# A full join, so that even a changed primary key marks the cell it left and the one it reached.
MARK_UPDATED = f"""
    {MARK}
    SELECT DISTINCT {columns(KEY, "touched")}
      FROM old_rows AS was FULL JOIN new_rows AS now ON now.id = was.id
     CROSS JOIN LATERAL (VALUES ({columns(KEY, "was")}), ({columns(KEY, "now")}))
           AS touched ({columns(KEY)})
     WHERE ({columns(COUNTED, "was")}) IS DISTINCT FROM ({columns(COUNTED, "now")})
       AND touched.month IS NOT NULL;
    {DONE}
"""

# The network of a destination decides which of its cells' referrals count as in and out of it.
MARK_NETWORK = f"""
    {MARK}
    SELECT {columns(KEY)} FROM ({KNOWN_CELLS}) AS known
     WHERE destination_id IN (
        SELECT now.id FROM old_rows AS was JOIN new_rows AS now ON now.id = was.id
         WHERE now.network <> was.network
     );
    {DONE}
"""


def marking(name: str, operation: pgtrigger.Operation, func: str, **seen: str) -> pgtrigger.Trigger:
    referencing = pgtrigger.Referencing(**seen) if seen else None  # type: ignore[no-untyped-call]  # no types there
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=func,
    )


REFERRAL_TRIGGERS = (
    marking("mark_inserted", pgtrigger.Insert, MARK_INSERTED, new="new_rows"),
    marking("mark_updated", pgtrigger.Update, MARK_UPDATED, old="old_rows", new="new_rows"),
    marking("mark_deleted", pgtrigger.Delete, MARK_DELETED, old="old_rows"),
    marking("mark_truncated", pgtrigger.Truncate, MARK_TRUNCATED),
)
FACILITY_TRIGGERS = (
    marking("mark_network", pgtrigger.Update, MARK_NETWORK, old="old_rows", new="new_rows"),
)
