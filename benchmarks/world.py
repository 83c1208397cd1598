"""Large seeded worlds, written by PostgreSQL itself, for measuring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import Territory
from referrals.models import Facility, ServiceLine, Source

SEED = 0.42
SERVICE_LINES = 8
NETWORKS = ("own", "own", "in_network", "friendly", "competitor", "competitor", "unknown")


def start_anew() -> None:
    """An empty database with the schema of today."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    call_command("migrate", verbosity=0)


def run(statement: str, parameters: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))


@transaction.atomic
def build_directory(*, territories: int, practices: int, physicians: int) -> None:
    """Territories, practices dealt out over them, and physicians at one practice each."""
    for number in range(territories):
        Territory.objects.create(name=f"Territory {number:03d}")
    run(
        """
        INSERT INTO contacts_practice (name, territory_id, street, suite, city, state, zip_code,
               county_fips, latitude, longitude, phone, fax, hours, access_rule, address_key,
               source, created_at, updated_at)
        SELECT 'Practice ' || n, t.id, n || ' MAIN ST', '', 'Parma', 'OH', '44129', '39035',
               41 + n %% 100 * 0.01, -81 - n %% 90 * 0.01, lpad((2165550000 + n)::text, 10, '0'),
               '', '', '', n || ' MAIN ST||44129', 'demo', now(), now()
          FROM generate_series(1, %s) AS n
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS many
                  FROM accounts_territory WHERE NOT is_unassigned) AS t
            ON t.place = n %% t.many
        """,
        [practices],
    )
    run(
        """
        INSERT INTO contacts_physician (npi, first_name, middle_name, last_name, suffix,
               credentials, status, replaced_by_npi, primary_is_assumed, source, created_at,
               updated_at, primary_specialty_id)
        SELECT NULL, (ARRAY['Ada','Ben','Chen','Dina','Elif','Farid','Gita','Hugo'])[1 + n %% 8]
               || n %% 97, '', (ARRAY['Abbott','Berger','Costa','Dalton','Ellison','Frost','Ghosh',
               'Haddad','Iyer','Jansen'])[1 + n %% 10] || n %% 1999, '', 'MD', 'active', '', false,
               'demo', now(), now(), s.id
          FROM generate_series(1, %s) AS n
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM contacts_specialty
                 LIMIT 20) AS s ON s.place = n %% 20
        """,
        [physicians],
    )
    _affiliate()
    _build_catalogue()


def _affiliate() -> None:
    """Each physician at one practice, dealt out in turn."""
    run(
        """
        INSERT INTO contacts_affiliation (physician_id, practice_id, role, is_primary, starts_on,
               source, created_at, updated_at)
        SELECT d.id, p.id, 'clinician', true, '2015-01-01', 'demo', now(), now()
          FROM (SELECT id, row_number() OVER (ORDER BY id)
                       %% (SELECT count(*) FROM contacts_practice) AS place
                  FROM contacts_physician) AS d
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM contacts_practice)
               AS p USING (place)
        """
    )


def _build_catalogue() -> None:
    Source.objects.get_or_create(
        code="bench", defaults={"name": "Bench", "time_zone": "America/New_York"}
    )
    for number in range(SERVICE_LINES):
        ServiceLine.objects.create(code=f"line-{number}", name=f"Line {number}")
    for number, network in enumerate(NETWORKS):
        Facility.objects.create(code=f"place-{number}", name=f"Place {number}", network=network)


@transaction.atomic
def add_referrals(count: int, *, through: str, marked: bool = False) -> None:
    """Referrals of the 24 months up to `through` (a date), most of them by few physicians, in the
    order of their days, as a feed brings them.

    Unless `marked`, triggers are off and no mark is written: a rebuild counts them.
    """
    if not marked:
        run("SET LOCAL session_replication_role = replica")
    run("SELECT setseed(%s)", [SEED])
    run(
        """
        INSERT INTO referrals_referral (source_id, external_id, practice_id, physician_id,
               service_line_id, destination_id, referred_on, first_seen_at, status, status_at,
               scheduled_on, completed_on, left_because, receiving_npi, updated_at)
        SELECT (SELECT id FROM referrals_source WHERE code = 'bench'), 'B' || first.id + n,
               home.practice_id, home.physician_id, line.id, place.id, day,
               day + interval '1 day', status, day + interval '3 days',
               CASE WHEN status IN ('scheduled', 'completed') THEN day + 5 END,
               CASE WHEN status = 'completed' THEN day + 14 END, '', '', now()
          FROM (SELECT coalesce(max(id), 0) AS id FROM referrals_referral) AS first,
               (SELECT n, power(random(), 2.2) AS who, power(random(), 2.5) AS what,
                       power(random(), 3) AS whither, random() AS fate,
                       %s::date - (random() * 729)::integer AS day
                  FROM generate_series(1, %s) AS n) AS chance
          JOIN (SELECT practice_id, physician_id, row_number() OVER (ORDER BY id) - 1 AS place,
                       count(*) OVER () AS many
                  FROM contacts_affiliation) AS home
            ON home.place = floor(chance.who * (SELECT count(*) FROM contacts_affiliation))
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
                  FROM referrals_serviceline) AS line
            ON line.place = (floor(chance.what * 3)::bigint + home.physician_id) %% 8
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
                  FROM referrals_facility) AS place
            ON place.place = (floor(chance.whither * 3)::bigint + home.physician_id) %% 7
         CROSS JOIN LATERAL (SELECT (ARRAY['received', 'accepted', 'scheduled', 'completed',
                'completed', 'completed', 'redirected', 'no_show'])[1 + floor(chance.fate * 8)::int]
                AS status) AS outcome
         ORDER BY day
        """,
        [through, count],
    )


def tidy() -> None:
    """What autovacuum would have done by the next morning."""
    connection.set_autocommit(True)
    run("VACUUM (ANALYZE)")
