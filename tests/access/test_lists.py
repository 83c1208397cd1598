"""What lists, searches, files and sums let through, against the scope spelled out once more.

Random worlds, plain Python: each row carries a word of its own, and nobody may meet a word that
belongs to a practice he does not work.
"""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Territory, User
from contacts.models import Practice
from tests import factories
from tests.access.table import ACCESS
from tests.access.test_matrix import ROUTES
from visits.reports.periods import last_closed_month

pytestmark = pytest.mark.django_db

SEEDS = pytest.mark.parametrize("seed", range(3))
WORDS = re.compile(r"\b(?:visit|promise|staff|referral|issue)word\d+\b")


@dataclass
class Market:
    """People, the practices each of them works, and the words that hang on a practice."""

    people: list[User] = field(default_factory=list)
    practices: list[Practice] = field(default_factory=list)
    works: dict[int, set[int]] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    visits: dict[int, int] = field(default_factory=dict)
    staff: dict[int, int] = field(default_factory=dict)
    promises: dict[int, int] = field(default_factory=dict)
    referrals: dict[int, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)

    def seen_by(self, person: User) -> set[int]:
        """The practices whose relationship this person may read: the rule, slowly."""
        if person.role in {"manager", "admin"}:
            return {practice.pk for practice in self.practices}
        territories = self.works[person.pk]
        return {p.pk for p in self.practices if p.territory_id in territories}

    def among(self, rows: dict[int, int], person: User) -> set[int]:
        seen = self.seen_by(person)
        return {pk for pk, practice in rows.items() if practice in seen}


def market(seed: int) -> Market:
    dice, made = random.Random(seed), Market()
    territories = factories.TerritoryFactory.create_batch(3)
    roles = ["liaison", "liaison", "liaison", "manager", "admin"]
    made.people = [
        factories.UserFactory(name=f"Person{seed} {n}", role=role) for n, role in enumerate(roles)
    ]
    for person in made.people[:3]:
        made.works[person.pk] = set()
        for territory in dice.sample(territories, dice.randrange(4)):
            day = date.today() + timedelta(days=dice.choice([-30, -30, -30, 30]))  # noqa: DTZ011  the site's day will do
            factories.AssignmentFactory(
                user=person, territory=territory, part="cover", starts_on=day
            )
            if day <= date.today():  # noqa: DTZ011  the site's day will do
                made.works[person.pk].add(territory.pk)
    places = [*territories, Territory.objects.get(is_unassigned=True)]
    for number in range(8):
        _practice(made, factories.PracticeFactory(territory=dice.choice(places)), number, dice)
    return made


def _practice(made: Market, practice: Practice, number: int, dice: random.Random) -> None:
    made.practices.append(practice)
    affiliation = factories.AffiliationFactory(practice=practice)
    now, today = timezone.now(), timezone.localdate()
    for _ in range(dice.randrange(1, 3)):
        n = len(made.words)
        visit = factories.VisitFactory(
            practice=practice,
            liaison=made.people[0],
            held_at=now - timedelta(days=dice.randrange(1, 40)),
            note=f"visitword{n}",
        )
        promise = factories.FollowUpFactory(
            practice=practice,
            owner=made.people[0],
            promise=f"promiseword{n}",
            promised_on=today,
            due_on=today + timedelta(days=1),
        )
        member = factories.StaffMemberFactory(practice=practice, name=f"staffword{n}")
        referral = factories.ReferralFactory(
            practice=practice,
            physician=affiliation.physician,
            external_id=f"referralword{n}",
            referred_on=today - timedelta(days=20),
        )
        factories.IssueFactory(
            practice=practice, raised_by=made.people[-1], said=f"issueword{n}", raised_at=now
        )
        made.visits[visit.pk] = made.promises[promise.pk] = practice.pk
        made.promises[promise.pk] = made.staff[member.pk] = practice.pk
        made.referrals[referral.pk] = practice.pk
        made.words |= {
            f"{kind}word{n}": practice.pk
            for kind in ("visit", "promise", "staff", "referral", "issue")
        }
    month = last_closed_month(now).start
    made.counts[practice.pk] = 2**number
    factories.VolumeCellFactory(
        practice=practice, physician=affiliation.physician, month=month, referrals=2**number
    )


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode())


def api_rows(client: Client, path: str) -> list[dict[str, Any]]:
    rows, url = [], f"/api/v1/{path}"
    while url:
        page = client.get(url).json()
        rows += page["results"]
        url = (page["next"] or "").removeprefix("http://testserver")
    return rows


def pages_to_read(made: Market) -> list[str]:
    """Every address that shows something without being told which row, and each record's page."""
    from tests.access.test_matrix import is_api

    plain = [
        "/" + ROUTES[name].pattern.replace("^", "").replace("$", "")
        for name, cases in ACCESS.items()
        if "GET" in cases
        and not cases["GET"].row
        and "<" not in ROUTES[name].pattern
        and not name.startswith(("account_", "mfa_", "api-schema", "api-docs"))
    ]
    assert sum(is_api(name) for name in ACCESS) > 40
    records = [f"/practices/{practice.pk}/" for practice in made.practices]
    doctors = {a.physician_id for p in made.practices for a in p.affiliations.all()}
    return [
        *plain,
        *records,
        *(f"/physicians/{pk}/" for pk in doctors),
        *(f"/territories/{p.territory_id}/" for p in made.practices),
        "/find/?q=staffword",
        "/find/?q=visitword",
        "/visits/?outcome=good_talk",
        "/follow-ups/?everyone=1",
        "/issues/?state=all",
        "/referrals/?status=received",
        "/physicians/?territory=all",
        "/practices/?territory=all",
        "/api/v1/staff/?q=staffword",
    ]


@SEEDS
def test_nobody_meets_a_word_of_a_practice_he_does_not_work(seed):
    made = market(seed)
    for person in made.people:
        seen, client = made.seen_by(person), browser(person)
        allowed = {word for word, practice in made.words.items() if practice in seen}
        for path in pages_to_read(made):
            met = set(WORDS.findall(text_of(client.get(path))))
            assert met <= allowed, (person.role, path, met - allowed)


@SEEDS
def test_lists_hold_all_that_one_may_see_and_nothing_else(seed):
    made = market(seed)
    for person in made.people:
        client = browser(person)
        shown = text_of(client.get("/visits/"))
        assert {int(pk) for pk in re.findall(r"/visits/(\d+)/", shown)} == made.among(
            made.visits, person
        )
        for path, rows in (
            ("visits/?page_size=3", made.visits),
            ("follow-ups/?page_size=3", made.promises),
            ("staff/?page_size=3", made.staff),
            ("referrals/?page_size=3", made.referrals),
        ):
            assert {row["id"] for row in api_rows(client, path)} == made.among(rows, person), path
        found = set(WORDS.findall(text_of(client.get("/referrals/"))))
        words = {w for w, p in made.words.items() if w.startswith("ref")}
        assert found <= words


@SEEDS
def test_sums_count_what_one_may_see_and_nothing_else(seed):
    """Each practice counts a power of two, so that a sum tells whose numbers are in it."""
    made = market(seed)
    for person in made.people:
        client = browser(person)
        total = sum(made.counts[pk] for pk in made.seen_by(person))
        rows = api_rows(client, "volumes/?group_by=month")
        assert sum(row["referrals"] for row in rows) == total
        by_practice = api_rows(client, "volumes/?group_by=practice&page_size=3")
        assert {row["practice"]: row["referrals"] for row in by_practice} == {
            pk: made.counts[pk] for pk in made.seen_by(person)
        }
        for other in made.practices:
            narrowed = api_rows(client, f"volumes/?group_by=practice&practice={other.pk}")
            seen = other.pk in made.seen_by(person)
            assert [row["referrals"] for row in narrowed] == (
                [made.counts[other.pk]] if seen else []
            )


@SEEDS
def test_the_growth_file_counts_what_one_may_see_and_nothing_else(seed):
    made = market(seed)
    for person in made.people:
        text = text_of(browser(person).get("/growth/export/")).removeprefix("\ufeff")
        whole = next(row for row in csv.DictReader(StringIO(text)) if row["Cut"] == "All")
        assert int(whole["Referrals"]) == sum(made.counts[pk] for pk in made.seen_by(person))


@SEEDS
def test_a_filter_for_what_one_may_not_see_finds_nothing(seed):
    """Naming a practice, a territory or a colleague in an address widens nothing."""
    made = market(seed)
    for person in made.people[:3]:
        client, seen = browser(person), made.seen_by(person)
        for practice in made.practices:
            if practice.pk in seen:
                continue
            for path in (
                f"/visits/?practice={practice.pk}",
                f"/visits/?territory={practice.territory_id}",
                f"/visits/?liaison={made.people[0].pk}",
                f"/referrals/?practice={practice.pk}",
                f"/referrals/?territory={practice.territory_id}",
                f"/follow-ups/?practice={practice.pk}&everyone=1",
                f"/api/v1/visits/?practice={practice.pk}",
                f"/api/v1/visits/?territory={practice.territory_id}",
                f"/api/v1/follow-ups/?practice={practice.pk}",
                f"/api/v1/staff/?practice={practice.pk}",
                f"/api/v1/referrals/?practice={practice.pk}",
            ):
                met = set(WORDS.findall(text_of(client.get(path))))
                assert not {word for word in met if made.words[word] not in seen}, path


@SEEDS
def test_a_change_of_territory_is_obeyed_at_the_next_request(seed):
    made = market(seed)
    person, client = made.people[0], browser(made.people[0])
    client.get("/visits/")
    person.assignments.all().delete()
    made.works[person.pk] = set()
    assert not api_rows(client, "visits/")
    assert not WORDS.findall(text_of(client.get("/visits/")))
    territory = made.practices[0].territory
    if not territory.is_unassigned:
        factories.AssignmentFactory(user=person, territory=territory, part="cover")
        made.works[person.pk] = {territory.pk}
        assert {row["id"] for row in api_rows(client, "visits/")} == made.among(made.visits, person)
