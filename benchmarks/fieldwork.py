"""Visits, people at offices, plans and promises for a large world, written by PostgreSQL itself."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts.models import Assignment, Territory, User
from benchmarks.world import SEED, run


@transaction.atomic
def people_who_sign_in() -> tuple[User, User]:
    """A liaison with the first territory and a manager, and a liaison for each other territory."""
    manager = User.objects.create(name="Dana", email="dana@bench.example", role=User.Role.MANAGER)
    liaisons = []
    for number, territory in enumerate(Territory.objects.filter(is_unassigned=False)):
        person = User.objects.create(name=f"Liaison {number}", email=f"l{number}@bench.example")
        Assignment.objects.create(user=person, territory=territory, starts_on=date(2024, 1, 1))
        liaisons.append(person)
    return liaisons[0], manager


@transaction.atomic
def add_fieldwork(visits: int, *, today: date) -> None:
    """Visits of two years by who works there, two people met at each, and today's plans.

    Triggers are off: the history of two million visits is not what is measured.
    """
    run("SET LOCAL session_replication_role = replica")
    run("SELECT setseed(%s)", [SEED])
    _add_staff()
    _add_visits(visits, today)
    # Else the statements below would compare every row with every row.
    run("ANALYZE")
    _add_attendees_and_topics()
    _add_promises(visits // 20, today)
    _add_plans(today)
    _add_tiers()


def _add_staff() -> None:
    run(
        """
        INSERT INTO contacts_staffmember (practice_id, name, job, books_referrals, phone, email,
               preference, created_at, updated_at)
        SELECT p.id, (ARRAY['Kim Soto','Pat Lee','Sam Roy'])[n] || ' ' || p.id, 'front_desk', n = 1,
               '', '', '', now(), now()
          FROM contacts_practice AS p, generate_series(1, 3) AS n
        """
    )


def _add_visits(count: int, today: date) -> None:
    run(
        """
        INSERT INTO visits_visit (client_key, practice_id, liaison_id, held_at, channel, outcome,
               note, see_again_on, sent_sha256, created_at, updated_at)
        SELECT gen_random_uuid(), home.id, a.user_id,
               %s::date - (random() * 729)::integer * interval '1 day' + interval '15 hours',
               'in_person', (ARRAY['good_talk','quick_hello','drop_off','no_access'])[1 + n %% 4],
               CASE WHEN n %% 3 = 0 THEN 'They asked for faster reports.' ELSE '' END, NULL, '',
               now() - interval '30 days', now()
          FROM (SELECT n, n * 7919::bigint %% (SELECT count(*) FROM contacts_practice) AS place
                  FROM generate_series(1, %s) AS n) AS numbered
          JOIN (SELECT id, territory_id, row_number() OVER (ORDER BY id) - 1 AS place
                  FROM contacts_practice) AS home USING (place)
          JOIN accounts_assignment AS a ON a.territory_id = home.territory_id
        """,
        [today, count],
    )


def _add_attendees_and_topics() -> None:
    run(
        """
        INSERT INTO visits_attendee (visit_id, physician_id, staff_member_id)
        SELECT v.id, (SELECT physician_id FROM contacts_affiliation AS f
                       WHERE f.practice_id = v.practice_id ORDER BY f.id LIMIT 1), NULL
          FROM visits_visit AS v
         WHERE v.outcome <> 'no_access'
           AND EXISTS (SELECT FROM contacts_affiliation AS f WHERE f.practice_id = v.practice_id)
        UNION ALL
        SELECT v.id, NULL, (SELECT min(s.id) FROM contacts_staffmember AS s
                             WHERE s.practice_id = v.practice_id)
          FROM visits_visit AS v WHERE v.outcome <> 'no_access'
        """
    )
    run(
        """
        INSERT INTO visits_visit_topics (visit_id, topic_id)
        SELECT v.id, t.id FROM visits_visit AS v
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM visits_topic) AS t
            ON t.place = v.id %% 6
        """
    )


def _add_promises(count: int, today: date) -> None:
    run(
        """
        INSERT INTO visits_followup (client_key, practice_id, visit_id, owner_id, promise,
               promised_on, due_on, kept_at, kept_by_id, sent_sha256, created_at, updated_at)
        SELECT gen_random_uuid(), v.practice_id, v.id, v.liaison_id, 'Call back', %s::date - 40,
               %s::date - 20 + (v.id %% 40)::integer,
               CASE WHEN v.id %% 10 < 9 THEN now() END,
               CASE WHEN v.id %% 10 < 9 THEN v.liaison_id END, '', now(), now()
          FROM visits_visit AS v ORDER BY random() LIMIT %s
        """,
        [today, today, count],
    )


def _add_plans(today: date) -> None:
    run(
        """
        INSERT INTO visits_plannedvisit (liaison_id, practice_id, planned_on, position, reason,
               created_at, updated_at)
        SELECT a.user_id, p.id, %s::date + ((p.place - 1) / 6)::integer, (p.place - 1) %% 6, '',
               now(), now()
          FROM accounts_assignment AS a
          JOIN (SELECT id, territory_id, row_number() OVER (PARTITION BY territory_id ORDER BY id)
                       AS place FROM contacts_practice) AS p
            ON p.territory_id = a.territory_id AND p.place <= 30
        """,
        [today],
    )


def _add_tiers() -> None:
    """One in ten practices is A, two are B, three are C."""
    run(
        """
        INSERT INTO visits_practicetier (practice_id, tier, set_by_id, set_at)
        SELECT p.id, (ARRAY['A','B','B','C','C','C','D','D','D','D'])[1 + p.id %% 10],
               (SELECT min(id) FROM accounts_user), now()
          FROM contacts_practice AS p
        """
    )
