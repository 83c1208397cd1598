"""Merge one chunk of staged clinicians into the directory: one transaction, set by set."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from django.db import connection, transaction

# A chunk finds its rows by index. Hashing would read whole tables for each chunk, and they grow.
BY_INDEX = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
AS_USUAL = "SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on"
# What is staged beside what we have. A new physician gets his number here, so that the statements
# below need no second look at what was inserted.
CHUNK = """
    CREATE TEMP TABLE chunk AS
    SELECT s.npi, s.first_name, s.middle_name, s.last_name, s.suffix, s.credentials,
           s.replaced_by, s.changed_on, s.deactivated_on, s.reactivated_on, s.is_active,
           s.taxonomies, s.is_assumed, s.name_print, s.taxonomy_print, s.address_print,
           s.status_print,
           coalesce(p.id, nextval(pg_get_serial_sequence('contacts_physician', 'id')))
               AS physician_id,
           p.id IS NULL AS is_new,
           r.npi IS NULL AS is_first,
           s.kind = 1 AND s.name_print IS DISTINCT FROM r.name_print AS has_new_name,
           s.kind = 1 AND s.taxonomy_print IS DISTINCT FROM r.taxonomy_print
               AS has_new_taxonomies,
           s.address_print IS DISTINCT FROM r.address_print AS has_new_address,
           r.address_print IS NULL AS had_no_address,
           s.status_print IS DISTINCT FROM r.status_print AS has_new_status,
           specialty.id AS specialty_id,
           CASE WHEN p.status = 'retired' THEN NULL ELSE door.practice_id END AS practice_id
    FROM registry_staged s
    LEFT JOIN contacts_registryrecord r ON r.npi = s.npi::bigint
    LEFT JOIN contacts_physician p ON p.npi = s.npi
    LEFT JOIN contacts_specialty specialty ON specialty.taxonomy_code = s.primary_code
    LEFT JOIN registry_door door ON door.address_print = s.address_print
    WHERE s.place >= %(start)s AND s.place < %(stop)s
      AND (s.kind = 1 OR (s.kind = 0 AND p.id IS NOT NULL))
"""
NEW_PHYSICIANS = """
    INSERT INTO contacts_physician (
        id, npi, first_name, middle_name, last_name, suffix, credentials, status, status_on,
        replaced_by_npi, primary_specialty_id, primary_is_assumed, source, observed_on,
        created_at, updated_at
    )
    SELECT physician_id, npi, first_name, middle_name, last_name, suffix, credentials,
           CASE WHEN is_active THEN 'active' ELSE 'deactivated' END,
           CASE WHEN is_active THEN reactivated_on ELSE deactivated_on END,
           replaced_by, specialty_id, is_assumed, 'nppes', %(observed_on)s, %(at)s, %(at)s
    FROM chunk WHERE is_new
"""
# Of somebody a colleague entered, the registry's first word only fills what is empty.
CHANGED_PHYSICIANS = """
    WITH said AS (
        SELECT c.physician_id,
               CASE WHEN c.has_new_name AND (NOT c.is_first OR p.first_name = '')
                    THEN c.first_name ELSE p.first_name END AS first_name,
               CASE WHEN c.has_new_name AND (NOT c.is_first OR p.middle_name = '')
                    THEN c.middle_name ELSE p.middle_name END AS middle_name,
               CASE WHEN c.has_new_name AND (NOT c.is_first OR p.last_name = '')
                    THEN c.last_name ELSE p.last_name END AS last_name,
               CASE WHEN c.has_new_name AND (NOT c.is_first OR p.suffix = '')
                    THEN c.suffix ELSE p.suffix END AS suffix,
               CASE WHEN c.has_new_name AND (NOT c.is_first OR p.credentials = '')
                    THEN c.credentials ELSE p.credentials END AS credentials,
               CASE WHEN c.has_new_taxonomies
                         AND (NOT c.is_first OR p.primary_specialty_id IS NULL)
                    THEN c.specialty_id ELSE p.primary_specialty_id END AS specialty_id,
               CASE WHEN c.has_new_taxonomies
                         AND (NOT c.is_first OR p.primary_specialty_id IS NULL)
                    THEN c.is_assumed ELSE p.primary_is_assumed END AS is_assumed,
               CASE WHEN NOT c.has_new_status THEN p.status
                    WHEN NOT c.is_active THEN 'deactivated'
                    WHEN p.status = 'deactivated' THEN 'active'
                    ELSE p.status END AS status,
               CASE WHEN NOT c.has_new_status THEN p.status_on
                    WHEN NOT c.is_active THEN c.deactivated_on
                    WHEN p.status = 'deactivated' THEN coalesce(c.reactivated_on, %(observed_on)s)
                    ELSE p.status_on END AS status_on,
               CASE WHEN c.has_new_status AND c.replaced_by <> ''
                    THEN c.replaced_by ELSE p.replaced_by_npi END AS replaced_by
        FROM chunk c JOIN contacts_physician p ON p.id = c.physician_id
        WHERE NOT c.is_new
    )
    UPDATE contacts_physician p
    SET first_name = s.first_name, middle_name = s.middle_name, last_name = s.last_name,
        suffix = s.suffix, credentials = s.credentials, primary_specialty_id = s.specialty_id,
        primary_is_assumed = s.is_assumed, status = s.status, status_on = s.status_on,
        replaced_by_npi = s.replaced_by, observed_on = %(observed_on)s, updated_at = %(at)s
    FROM said s
    WHERE p.id = s.physician_id
      AND (p.first_name, p.middle_name, p.last_name, p.suffix, p.credentials,
           p.primary_specialty_id, p.primary_is_assumed, p.status, p.status_on, p.replaced_by_npi)
          IS DISTINCT FROM
          (s.first_name, s.middle_name, s.last_name, s.suffix, s.credentials,
           s.specialty_id, s.is_assumed, s.status, s.status_on, s.replaced_by)
"""
LOST_SPECIALTIES = """
    DELETE FROM contacts_physicianspecialty ps
    USING chunk c, contacts_specialty specialty
    WHERE ps.physician_id = c.physician_id AND specialty.id = ps.specialty_id
      AND c.has_new_taxonomies AND NOT c.is_new AND NOT c.is_first
      AND specialty.taxonomy_code <> ALL (c.taxonomies)
"""
NEW_SPECIALTIES = """
    INSERT INTO contacts_physicianspecialty (physician_id, specialty_id)
    SELECT c.physician_id, specialty.id
    FROM chunk c
    CROSS JOIN LATERAL unnest(c.taxonomies) AS code
    JOIN contacts_specialty specialty ON specialty.taxonomy_code = code
    WHERE c.has_new_taxonomies AND (c.is_new OR NOT EXISTS (
        SELECT FROM contacts_physicianspecialty ps
        WHERE ps.physician_id = c.physician_id AND ps.specialty_id = specialty.id
    ))
"""
# Only what the registry itself opened; the day after it began at the earliest.
ENDED_AFFILIATIONS = """
    UPDATE contacts_affiliation a
    SET ends_on = greatest(
            CASE WHEN c.is_active THEN %(observed_on)s ELSE c.deactivated_on END,
            a.starts_on + 1
        ),
        updated_at = %(at)s
    FROM chunk c
    WHERE a.physician_id = c.physician_id AND a.ends_on IS NULL AND a.source = 'nppes'
      AND c.has_new_address AND NOT c.is_new
      AND a.practice_id IS DISTINCT FROM c.practice_id
"""
# Nobody knows since when the first one is; a later one begins with the load that saw the move. The
# same door spelled anew is no move, so an affiliation that a colleague ended stays ended.
NEW_AFFILIATIONS = """
    INSERT INTO contacts_affiliation (
        physician_id, practice_id, role, is_primary, starts_on, source, verified_on,
        created_at, updated_at
    )
    SELECT c.physician_id, c.practice_id, 'clinician',
           c.is_new OR NOT EXISTS (
               SELECT FROM contacts_affiliation a
               WHERE a.physician_id = c.physician_id AND a.ends_on IS NULL AND a.is_primary
           ),
           CASE WHEN c.is_new OR NOT EXISTS (
               SELECT FROM contacts_affiliation a
               WHERE a.physician_id = c.physician_id AND a.source = 'nppes'
           ) THEN NULL ELSE greatest(%(observed_on)s, c.reactivated_on) END,
           'nppes', %(observed_on)s, %(at)s, %(at)s
    FROM chunk c
    WHERE c.has_new_address AND c.practice_id IS NOT NULL AND (c.is_new OR (
        NOT EXISTS (
            SELECT FROM contacts_affiliation a
            WHERE a.physician_id = c.physician_id AND a.practice_id = c.practice_id
              AND a.ends_on IS NULL
        )
        AND (c.had_no_address OR c.practice_id IS DISTINCT FROM (
            SELECT a.practice_id FROM contacts_affiliation a
            WHERE a.physician_id = c.physician_id AND a.source = 'nppes'
            ORDER BY a.id DESC LIMIT 1
        ))
    ))
"""
REMEMBERED = """
    INSERT INTO contacts_registryrecord AS r (
        npi, name_print, taxonomy_print, address_print, status_print, changed_on, observed_on
    )
    SELECT npi::bigint, name_print, taxonomy_print, address_print, status_print, changed_on,
           %(observed_on)s
    FROM chunk
    ON CONFLICT (npi) DO UPDATE
    SET name_print = coalesce(EXCLUDED.name_print, r.name_print),
        taxonomy_print = coalesce(EXCLUDED.taxonomy_print, r.taxonomy_print),
        address_print = EXCLUDED.address_print,
        status_print = EXCLUDED.status_print,
        changed_on = EXCLUDED.changed_on,
        observed_on = EXCLUDED.observed_on
"""
COUNTED = """
    SELECT count(*) FILTER (WHERE is_new),
           count(*) FILTER (WHERE NOT is_new),
           count(*) FILTER (WHERE is_assumed AND has_new_taxonomies),
           count(*) FILTER (WHERE NOT is_active AND has_new_status),
           count(*) FILTER (WHERE is_active AND deactivated_on IS NOT NULL AND has_new_status),
           count(*) FILTER (
               WHERE is_active AND practice_id IS NULL AND (is_new OR has_new_address)
           )
    FROM chunk
"""
COUNTS = (
    "new physicians",
    "changed physicians",
    "primary specialty assumed",
    "deactivated",
    "reactivated",
    "without an open practice",
)


@transaction.atomic
def merge_people(chunk: range, *, observed_on: date, at: datetime) -> Counter[str]:
    """Everything about the clinicians of one chunk, or nothing of it."""
    facts: dict[str, int | date] = {
        "start": chunk.start,
        "stop": chunk.stop,
        "observed_on": observed_on,
        "at": at,
    }
    counts: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(BY_INDEX)
        cursor.execute(CHUNK, facts)
        cursor.execute(AS_USUAL)
        for statement, counted in (
            (NEW_PHYSICIANS, ""),
            (CHANGED_PHYSICIANS, ""),
            (LOST_SPECIALTIES, ""),
            (NEW_SPECIALTIES, ""),
            (ENDED_AFFILIATIONS, "affiliations ended"),
            (NEW_AFFILIATIONS, "affiliations opened"),
            (REMEMBERED, ""),
        ):
            cursor.execute(statement, facts)
            if counted:
                counts[counted] = cursor.rowcount
        cursor.execute(COUNTED)
        counts.update(dict(zip(COUNTS, cursor.fetchone(), strict=True)))
        cursor.execute("DROP TABLE chunk")
    return counts
