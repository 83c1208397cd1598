"""The statements of `places`, in the order in which they run.

Raw SQL, because each is one pass over sets that the ORM would fetch row by row.
"""

from __future__ import annotations

# Both live as long as the connection. Names as `Physician.full_name` says them: "Ana Ruiz Jr., MD".
FUNCTIONS = """
    CREATE OR REPLACE FUNCTION pg_temp.full_name(
        first text, middle text, last text, suffix text, credentials text
    ) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT left(
            concat_ws(' ', first, nullif(middle, ''), last, nullif(suffix, ''))
                || coalesce(', ' || nullif(credentials, ''), ''),
            200
        )
    $$;
    CREATE OR REPLACE FUNCTION pg_temp.street_and_suite(street text, suite text)
    RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT left(concat_ws(', ', street, nullif(suite, '')), 200)
    $$;
    CREATE OR REPLACE FUNCTION pg_temp.name_key(name text)
    RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT upper(regexp_replace(name, '[^[:alnum:]]', '', 'g'))
    $$;
"""
# Whose address the registry did not give us before.
NEWCOMERS = """
    CREATE OR REPLACE TEMP VIEW newcomer AS
    SELECT s.*, pg_temp.full_name(first_name, middle_name, last_name, suffix, credentials)
               AS full_name
    FROM registry_staged s
    WHERE s.address_print IS NOT NULL AND (s.kind = 1 OR s.place_rank IS NOT NULL)
      AND NOT EXISTS (
          SELECT FROM contacts_registryrecord r
          WHERE r.npi = s.npi::bigint AND r.address_print = s.address_print
      )
"""
CLINICIANS = """
    CREATE OR REPLACE TEMP VIEW clinician AS
    SELECT p.id, p.npi, p.status,
           pg_temp.full_name(
               p.first_name, p.middle_name, p.last_name, p.suffix, p.credentials
           ) AS full_name
    FROM contacts_physician p
"""
NEW_ADDRESSES = """
    SELECT DISTINCT ON (s.address_print)
           s.address_print, s.line_1, s.line_2, s.city, s.state, s.zip_code
    FROM newcomer s
    ORDER BY s.address_print, s.line_1, s.line_2, s.city
"""
UNKNOWN_SPECIALTIES = """
    INSERT INTO contacts_specialty (taxonomy_code, name, medicare_code)
    SELECT code, 'Taxonomy ' || code, ''
    FROM (SELECT DISTINCT unnest(taxonomies) AS code FROM registry_staged WHERE kind = 1) said
    WHERE NOT EXISTS (SELECT FROM contacts_specialty WHERE taxonomy_code = said.code)
    ORDER BY code
"""
FILED_ORGANIZATIONS = """
    CREATE TEMP TABLE filed AS
    SELECT s.npi, s.name, s.parent_name, s.name_print,
           pg_temp.name_key(s.name) AS name_key,
           nullif(pg_temp.name_key(s.parent_name), '') AS parent_key,
           r.name_print AS known_print
    FROM registry_staged s
    LEFT JOIN contacts_registryrecord r ON r.npi = s.npi::bigint
    WHERE s.kind = 2
"""
NEW_ORGANIZATIONS = """
    INSERT INTO contacts_organization (
        name, npi, network, source, observed_on, created_at, updated_at
    )
    SELECT name, npi, 'unknown', 'nppes', %(observed_on)s, %(at)s, %(at)s
    FROM filed
    WHERE NOT EXISTS (SELECT FROM contacts_organization o WHERE o.npi = filed.npi)
    ORDER BY npi
"""
CHANGED_ORGANIZATIONS = """
    UPDATE contacts_organization o
    SET name = filed.name, observed_on = %(observed_on)s, updated_at = %(at)s
    FROM filed
    WHERE o.npi = filed.npi AND filed.name_print <> filed.known_print AND o.name <> filed.name
"""
# Every organisation by its name: a parent is known by that alone.
NAMED = """
    CREATE TEMP TABLE named AS
    SELECT o.id, o.npi, o.parent_id, pg_temp.name_key(o.name) AS name_key
    FROM contacts_organization o
    WHERE EXISTS (SELECT FROM filed WHERE filed.parent_key IS NOT NULL)
"""
# A parent nobody has an NPI for becomes an organisation too.
NEW_PARENTS = """
    WITH made AS (
        INSERT INTO contacts_organization (
            name, network, source, observed_on, created_at, updated_at
        )
        SELECT DISTINCT ON (parent_key) parent_name, 'unknown', 'nppes', %(observed_on)s::date,
               %(at)s::timestamptz, %(at)s::timestamptz
        FROM filed
        WHERE parent_key IS NOT NULL AND parent_key <> name_key
          AND NOT EXISTS (SELECT FROM named WHERE named.name_key = filed.parent_key)
        ORDER BY parent_key, parent_name
        RETURNING id, name
    )
    INSERT INTO named (id, name_key) SELECT id, pg_temp.name_key(name) FROM made
"""
# Of several of that name: one that is no part itself, and with the lowest NPI.
PARENTS = """
    WITH candidate AS (
        SELECT DISTINCT ON (named.name_key) named.name_key, named.id
        FROM named LEFT JOIN filed USING (npi)
        WHERE named.parent_id IS NULL AND filed.parent_key IS NULL
        ORDER BY named.name_key, named.npi, named.id
    )
    UPDATE contacts_organization o
    SET parent_id = candidate.id, updated_at = %(at)s
    FROM filed JOIN candidate ON candidate.name_key = filed.parent_key
    WHERE o.npi = filed.npi AND o.parent_id IS NULL AND o.id <> candidate.id
      AND filed.name_print IS DISTINCT FROM filed.known_print
"""
ARRIVALS = """
    CREATE TEMP TABLE arrival AS
    SELECT door.address_key, s.address_print, s.phone, s.fax, count(*) AS filed,
           count(*) FILTER (WHERE s.kind = 1) AS clinicians,
           min(s.npi) FILTER (WHERE s.kind = 1) AS clinician_npi
    FROM newcomer s JOIN registry_door door USING (address_print)
    WHERE s.kind = 1 OR s.place_rank = 1
    GROUP BY 1, 2, 3, 4
"""
# Spelled as most file it; hosted by an organisation at the same door, a clinic before a hospital.
PLACES = """
    CREATE TEMP TABLE place AS
    WITH total AS (
        SELECT address_key, sum(clinicians) AS clinicians, min(clinician_npi) AS clinician_npi
        FROM arrival GROUP BY 1
    ), alone AS (
        SELECT total.address_key, newcomer.full_name AS clinician
        FROM total JOIN newcomer ON newcomer.npi = total.clinician_npi
        WHERE total.clinicians = 1
    ), spelling AS (
        SELECT DISTINCT ON (door.address_key) door.*
        FROM registry_door door JOIN (
            SELECT address_print, sum(filed) AS filed FROM arrival GROUP BY 1
        ) filed USING (address_print)
        ORDER BY door.address_key, filed.filed DESC, door.suite LIKE '#%%', door.street,
                 door.suite, door.city, door.address_print
    ), phone AS (
        SELECT DISTINCT ON (address_key) address_key, phone
        FROM arrival WHERE phone <> ''
        GROUP BY address_key, phone ORDER BY address_key, sum(filed) DESC, phone
    ), fax AS (
        SELECT DISTINCT ON (address_key) address_key, fax
        FROM arrival WHERE fax <> ''
        GROUP BY address_key, fax ORDER BY address_key, sum(filed) DESC, fax
    ), host AS (
        SELECT DISTINCT ON (door.address_key)
               door.address_key, o.id AS organization_id, s.door_name
        FROM newcomer s
        JOIN registry_door door USING (address_print)
        JOIN contacts_organization o ON o.npi = s.npi
        WHERE s.kind = 2
        ORDER BY door.address_key, s.place_rank, s.npi
    )
    SELECT spelling.*, total.clinicians, alone.clinician, host.organization_id, host.door_name,
           coalesce(phone.phone, '') AS phone, coalesce(fax.fax, '') AS fax
    FROM spelling
    JOIN total USING (address_key)
    LEFT JOIN alone USING (address_key)
    LEFT JOIN phone USING (address_key)
    LEFT JOIN fax USING (address_key)
    LEFT JOIN host USING (address_key)
"""
LEFT_BEHIND = "CREATE TEMP TABLE left_behind (practice_id bigint)"
LEFT_BY_ORGANIZATION = """
    WITH renamed AS (
        UPDATE contacts_practice p
        SET organization_id = NULL, name = pg_temp.street_and_suite(p.street, p.suite),
            updated_at = %(at)s
        FROM registry_staged s
        JOIN contacts_organization o ON o.npi = s.npi
        JOIN contacts_registryrecord r ON r.npi = s.npi::bigint
        LEFT JOIN registry_door door ON door.address_print = s.address_print
        WHERE s.kind <> 1 AND s.address_print IS DISTINCT FROM r.address_print
          AND p.organization_id = o.id AND p.source = 'nppes'
          AND p.address_key IS DISTINCT FROM door.address_key
        RETURNING p.id
    )
    INSERT INTO left_behind SELECT id FROM renamed
"""
FOUND_ORGANIZATION = """
    UPDATE contacts_practice p
    SET organization_id = place.organization_id, name = place.door_name, updated_at = %(at)s
    FROM place
    WHERE p.address_key = place.address_key AND p.source = 'nppes'
      AND p.organization_id IS NULL AND place.organization_id IS NOT NULL
"""
RENAMED_ORGANIZATION = """
    UPDATE contacts_practice p
    SET name = s.door_name, updated_at = %(at)s
    FROM registry_staged s
    JOIN contacts_organization o ON o.npi = s.npi
    JOIN contacts_registryrecord r ON r.npi = s.npi::bigint
    WHERE s.kind = 2 AND s.name_print <> r.name_print
      AND p.organization_id = o.id AND p.source = 'nppes' AND p.name <> s.door_name
"""
RENAMED_CLINICIAN = """
    UPDATE contacts_practice p
    SET name = pg_temp.full_name(
        s.first_name, s.middle_name, s.last_name, s.suffix, s.credentials
    ), updated_at = %(at)s
    FROM registry_staged s
    JOIN contacts_registryrecord r ON r.npi = s.npi::bigint
    JOIN clinician ON clinician.npi = s.npi
    JOIN contacts_affiliation a ON a.physician_id = clinician.id AND a.ends_on IS NULL
    WHERE s.kind = 1 AND s.name_print <> r.name_print AND p.id = a.practice_id
      AND p.source = 'nppes' AND p.organization_id IS NULL
      AND p.name = clinician.full_name AND p.name <> pg_temp.full_name(
        s.first_name, s.middle_name, s.last_name, s.suffix, s.credentials
    )
"""
# Who will be at the practices that were here before, once this load is through.
OCCUPANTS = """
    CREATE TEMP TABLE occupant AS
    WITH mover AS (
        SELECT s.kind, s.npi, door.address_key, clinician.id AS physician_id,
               pg_temp.full_name(
                   s.first_name, s.middle_name, s.last_name, s.suffix, s.credentials
               ) AS full_name
        FROM registry_staged s
        LEFT JOIN registry_door door USING (address_print)
        LEFT JOIN clinician ON clinician.npi = s.npi
        WHERE s.kind IN (0, 1) AND NOT EXISTS (
            SELECT FROM contacts_registryrecord r
            WHERE r.npi = s.npi::bigint AND r.address_print = s.address_print
        )
    ), touched AS (
        SELECT p.id, p.address_key FROM contacts_practice p JOIN place USING (address_key)
        UNION
        SELECT p.id, p.address_key
        FROM mover
        JOIN contacts_affiliation a ON a.physician_id = mover.physician_id
        JOIN contacts_practice p ON p.id = a.practice_id
        WHERE a.ends_on IS NULL AND a.source = 'nppes'
        UNION
        SELECT p.id, p.address_key
        FROM contacts_practice p JOIN left_behind ON left_behind.practice_id = p.id
    )
    SELECT touched.id AS practice_id, clinician.npi, clinician.full_name AS full_name
    FROM touched
    JOIN contacts_affiliation a ON a.practice_id = touched.id AND a.ends_on IS NULL
    JOIN clinician ON clinician.id = a.physician_id
    WHERE clinician.status = 'active' AND NOT EXISTS (
        SELECT FROM mover
        WHERE mover.physician_id = a.physician_id AND a.source = 'nppes'
          AND mover.address_key IS DISTINCT FROM touched.address_key
    )
    UNION
    SELECT touched.id, mover.npi, mover.full_name
    FROM touched JOIN mover USING (address_key)
    WHERE mover.kind = 1
"""
# A practice named after its only clinician, or by its street, follows who is there.
RENAMED = """
    WITH present AS (
        SELECT practice_id, count(DISTINCT npi) AS clinicians, min(full_name) AS clinician
        FROM occupant GROUP BY 1
    ), said AS (
        SELECT p.id, CASE WHEN present.clinicians = 1 THEN present.clinician
                          ELSE pg_temp.street_and_suite(p.street, p.suite) END AS name
        FROM present JOIN contacts_practice p ON p.id = present.practice_id
        WHERE p.source = 'nppes' AND p.organization_id IS NULL AND (
            p.name = pg_temp.street_and_suite(p.street, p.suite) OR EXISTS (
                SELECT FROM contacts_affiliation a
                JOIN clinician ON clinician.id = a.physician_id
                WHERE a.practice_id = p.id AND p.name = clinician.full_name
            )
        )
    )
    UPDATE contacts_practice p
    SET name = said.name, updated_at = %(at)s
    FROM said WHERE p.id = said.id AND p.name <> said.name
"""
FILLED_PHONES = """
    UPDATE contacts_practice p
    SET phone = CASE WHEN p.phone = '' THEN place.phone ELSE p.phone END,
        fax = CASE WHEN p.fax = '' THEN place.fax ELSE p.fax END,
        updated_at = %(at)s
    FROM place
    WHERE p.address_key = place.address_key
      AND ((p.phone = '' AND place.phone <> '') OR (p.fax = '' AND place.fax <> ''))
"""
NEW_PRACTICES = """
    INSERT INTO contacts_practice (
        name, organization_id, territory_id, street, suite, city, state, zip_code, county_fips,
        latitude, longitude, phone, fax, hours, access_rule, address_key, source, observed_on,
        created_at, updated_at
    )
    SELECT coalesce(place.door_name, nullif(place.place, ''),
                    place.clinician, pg_temp.street_and_suite(place.street, place.suite)),
           place.organization_id,
           coalesce(by_zip.territory_id, by_county.territory_id,
                    (SELECT id FROM accounts_territory WHERE is_unassigned)),
           place.street, place.suite, place.city, place.state, place.zip_code,
           coalesce(zip.county_fips, ''), zip.latitude, zip.longitude, place.phone, place.fax,
           '', '', place.address_key, 'nppes', %(observed_on)s, %(at)s, %(at)s
    FROM place
    LEFT JOIN contacts_zipcode zip ON zip.code = place.zip_code
    LEFT JOIN accounts_territoryarea by_zip
           ON by_zip.kind = 'zip' AND by_zip.code = place.zip_code
    LEFT JOIN accounts_territoryarea by_county
           ON by_county.kind = 'county' AND by_county.code = zip.county_fips
    WHERE NOT EXISTS (
        SELECT FROM contacts_practice p WHERE p.address_key = place.address_key
    )
    ORDER BY place.address_key
"""
OPEN_DOORS = """
    UPDATE registry_door door SET practice_id = p.id
    FROM contacts_practice p
    WHERE p.address_key = door.address_key AND p.closed_on IS NULL
"""
REMEMBERED = """
    INSERT INTO contacts_registryrecord AS r (
        npi, name_print, taxonomy_print, address_print, status_print, changed_on, observed_on
    )
    SELECT s.npi::bigint, s.name_print, s.taxonomy_print, s.address_print, s.status_print,
           s.changed_on, %(observed_on)s
    FROM registry_staged s JOIN contacts_organization o ON o.npi = s.npi
    ON CONFLICT (npi) DO UPDATE
    SET name_print = coalesce(EXCLUDED.name_print, r.name_print),
        taxonomy_print = coalesce(EXCLUDED.taxonomy_print, r.taxonomy_print),
        address_print = EXCLUDED.address_print,
        status_print = EXCLUDED.status_print,
        changed_on = EXCLUDED.changed_on,
        observed_on = EXCLUDED.observed_on
"""
TIDIED = "DROP TABLE filed, named, arrival, place, left_behind, occupant"
