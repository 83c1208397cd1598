"""What the liaisons did: two years of visits, promises made and kept, and the plan for today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from accounts.models import ClosedDay, User
from accounts.workdays.reports import team_workdays
from contacts.models import Physician
from liaison_crm.core.periods import site_zone
from liaison_crm.core.workdays import Workdays, public_holidays
from liaison_crm.demo import doors, pools
from liaison_crm.demo.directory import Market, Office
from visits.models import Attendee, FollowUp, PlannedVisit, Topic, Visit

VISIT_TIMES = (time(8, 45), time(9, 30), time(10, 40), time(11, 30), time(13, 15), time(14, 20))
OUTCOMES = (
    (Visit.Outcome.GOOD_TALK, 45),
    (Visit.Outcome.QUICK_HELLO, 28),
    (Visit.Outcome.DROP_OFF, 18),
    (Visit.Outcome.NO_ACCESS, 9),
)
DAYS = 730
UNTOLD_DAYS = 25
THIRD = 2
FORGOTTEN = 23  # one of so many promises is never kept
# The last days of the stories: nobody else's visit may come closer to today than this.
LAST_SEEN_DAYS_AGO = {"Cuyahoga Heart Associates": 41, "Mansfield Bone and Joint": 96}


def build_visits(market: Market, *, progress: Callable[[float], None]) -> int:
    """About 9,000 visits on working days, each liaison in his own counties; returns how many."""
    by_owner = _offices_by_owner(market)
    visits: list[Visit] = []
    offices: list[Office] = []
    for days_ago in range(DAYS, 0, -1):
        day = market.today - timedelta(days=days_ago)
        if day.weekday() > 4:
            continue
        for owner, own in by_owner.items():
            for at, office in zip(
                VISIT_TIMES, _days_round(market.rng, own, days_ago), strict=False
            ):
                visits.append(_visit(market.rng, owner, office, day, at))
                offices.append(office)
        progress(0.7 * (DAYS - days_ago) / DAYS)
    visits.extend(_mansfield_visits(market, offices))
    visits.append(_visit_about_reports(market, offices))
    Visit.objects.bulk_create(visits, batch_size=2000)
    _save_people_and_topics(market, visits, offices)
    progress(1.0)
    return len(visits)


def build_promises(market: Market) -> None:
    """Promises to offices: most kept, some due this week, a few overdue, a few not told yet."""
    rng, workdays = market.rng, _keep_the_bridge_day(market)
    rows = []
    offices = [office for office in market.offices if office.owner]
    for number, office in enumerate(rng.sample(offices, 160)):
        promised_on = market.today - timedelta(days=rng.randrange(1, 120))
        due_on = workdays.on_or_after(promised_on + timedelta(days=rng.choice((5, 7, 10, 14))))
        days_late = (market.today - due_on).days
        kept = days_late > 8 or (days_late > 0 and rng.random() < 0.5)
        kept = kept and number % FORGOTTEN != 0
        row = _promise(market, office, promised_on, due_on, kept=kept)
        if kept and (days_late > UNTOLD_DAYS or number % 3):
            row.told_at, row.told_by = row.kept_at, row.kept_by
            row.told_to_staff = row.promised_to_staff
        rows.append(row)
    heart = market.office_named("Cuyahoga Heart Associates")
    answer = _promise(
        market,
        heart,
        market.today - timedelta(days=41),
        market.today,
        kept=False,
        words="Tell them why echo reports took six days",
    )
    answer.promised_to_physician = heart.physicians[0]
    FollowUp.objects.bulk_create([*rows, answer])


def _keep_the_bridge_day(market: Market) -> Workdays:
    """The team is off on the day after Thanksgiving."""
    for year in (market.today.year, market.today.year + 1):
        thanksgiving = next(
            day for day, name in public_holidays("OH", year).items() if "Thanksgiving" in name
        )
        friday = thanksgiving + timedelta(days=1)
        ClosedDay.objects.create(day=friday, name="Day after Thanksgiving")
    return team_workdays()


def build_plans(market: Market, *, now: datetime) -> None:
    """Each liaison has five stops today, two of them done, and a few on the next working day."""
    weeks = doors.weeks()
    tomorrow = team_workdays().on_or_after(market.today + timedelta(days=1))
    heart = market.office_named("Cuyahoga Heart Associates")
    for owner, own in _offices_by_owner(market).items():
        open_offices = [o for o in own if not market.moved or o is not market.moved.office]
        near = _near_each_other(market.rng, open_offices)
        third = heart if heart.owner == owner else None
        stops = _round(near, 5, on=market.today, weeks=weeks, third=third)
        for position, (office, at) in enumerate(zip(stops, VISIT_TIMES, strict=False)):
            plan = PlannedVisit.objects.create(
                liaison=owner,
                practice=office.practice,
                physician=_leader(office),
                planned_on=market.today,
                starts_at=at,
                position=position,
            )
            if position < 2:
                held_at = now - timedelta(minutes=(95, 40)[position])
                plan.visit = Visit.objects.create(
                    practice=office.practice,
                    liaison=owner,
                    held_at=held_at,
                    outcome=Visit.Outcome.GOOD_TALK,
                    note=market.rng.choice(pools.NOTES),
                )
                plan.save(update_fields=["visit", "updated_at"])
        near = _near_each_other(market.rng, open_offices)
        for position, office in enumerate(_round(near, 4, on=tomorrow, weeks=weeks)):
            PlannedVisit.objects.create(
                liaison=owner,
                practice=office.practice,
                planned_on=tomorrow,
                starts_at=VISIT_TIMES[position],
                position=position,
            )


def _offices_by_owner(market: Market) -> dict[User, list[Office]]:
    by_owner: dict[User, list[Office]] = {}
    for office in market.offices:
        if office.owner:
            by_owner.setdefault(office.owner, []).append(office)
    return by_owner


def _days_round(rng: Random, own: list[Office], days_ago: int) -> list[Office]:
    """Four or five offices; those of the stories are left alone in their last weeks."""
    wanted = rng.choice((3, 4, 4, 5, 5))
    picked = rng.sample(own, min(wanted, len(own)))
    return [
        office
        for office in picked
        if LAST_SEEN_DAYS_AGO.get(office.practice.name, 0) < days_ago
        and not _closed_by(office, days_ago)
    ]


def _closed_by(office: Office, days_ago: int) -> bool:
    """Rockside's old door was closed 92 days ago."""
    return office.practice.name == "Rockside Family Medicine" and days_ago <= 92


def _visit(rng: Random, owner: User, office: Office, day: date, at: time) -> Visit:
    held_at = datetime.combine(day, at, tzinfo=site_zone()) + timedelta(minutes=rng.randrange(25))
    outcome = rng.choices([value for value, _ in OUTCOMES], [weight for _, weight in OUTCOMES])[0]
    talked = outcome in (Visit.Outcome.GOOD_TALK, Visit.Outcome.QUICK_HELLO)
    return Visit(
        practice=office.practice,
        liaison=owner,
        held_at=held_at.astimezone(UTC),
        outcome=outcome,
        channel=Visit.Channel.PHONE if rng.random() < 0.06 else Visit.Channel.IN_PERSON,
        note=rng.choice(pools.NOTES) if talked and rng.random() < 0.6 else "",
        see_again_on=day + timedelta(days=rng.choice((14, 30, 90))) if rng.random() < 0.5 else None,
        created_at=held_at.astimezone(UTC) + timedelta(minutes=8),
    )


def _mansfield_visits(market: Market, offices: list[Office]) -> list[Visit]:
    """Before the county was left open, the manager called there; last 96 days ago."""
    office = market.office_named("Mansfield Bone and Joint")
    visits = []
    for days_ago in (430, 310, 205, 96):
        visits.append(
            _visit(
                market.rng,
                market.users["Dana Kowalski"],
                office,
                market.today - timedelta(days=days_ago),
                time(10, 0),
            )
        )
        visits[-1].outcome = Visit.Outcome.GOOD_TALK
        offices.append(office)
    return visits


def _visit_about_reports(market: Market, offices: list[Office]) -> Visit:
    """Cuyahoga Heart complained of slow echo reports; the answer is due today."""
    office = market.office_named("Cuyahoga Heart Associates")
    assert office.owner is not None  # the county has an owner
    day = market.today - timedelta(days=LAST_SEEN_DAYS_AGO[office.practice.name])
    visit = _visit(market.rng, office.owner, office, day, time(10, 30))
    visit.outcome = Visit.Outcome.GOOD_TALK
    visit.channel = Visit.Channel.IN_PERSON
    visit.note = "Echo reports take six days here. Dr. Raman wants to know why."
    offices.append(office)
    return visit


def _save_people_and_topics(market: Market, visits: list[Visit], offices: list[Office]) -> None:
    rng = market.rng
    topics = list(Topic.objects.filter(is_offered=True))
    attendees: list[Attendee] = []
    # The table behind the many-to-many field, which the type checker takes for Topic itself.
    through: Any = Visit.topics.through
    links = []
    for visit, office in zip(visits, offices, strict=True):
        if visit.outcome in (Visit.Outcome.DROP_OFF, Visit.Outcome.NO_ACCESS):
            continue
        if office.staff and rng.random() < 0.6:
            attendees.append(Attendee(visit=visit, staff_member=office.staff[0]))
        if office.practice.name in LAST_SEEN_DAYS_AGO:
            attendees.append(Attendee(visit=visit, physician=office.physicians[0]))
        elif office.physicians and rng.random() < 0.7:
            attendees.append(Attendee(visit=visit, physician=rng.choice(office.physicians)))
        if topics and rng.random() < 0.7:
            links.append(through(visit_id=visit.pk, topic_id=rng.choice(topics).pk))
    Attendee.objects.bulk_create(attendees, batch_size=4000)
    through.objects.bulk_create(links, batch_size=4000)


def _promise(
    market: Market,
    office: Office,
    promised_on: date,
    due_on: date,
    *,
    kept: bool,
    words: str = "",
) -> FollowUp:
    assert office.owner is not None  # promises are drawn from owned offices only
    kept_at = datetime.combine(due_on, time(16, 0), tzinfo=site_zone()) if kept else None
    return FollowUp(
        practice=office.practice,
        owner=office.owner,
        promised_to_staff=office.staff[0] if office.staff and not words else None,
        promise=words or market.rng.choice(pools.PROMISES),
        promised_on=promised_on,
        due_on=due_on,
        kept_at=kept_at,
        kept_by=office.owner if kept else None,
    )


def _round(
    near: list[Office],
    wanted: int,
    *,
    on: date,
    weeks: Mapping[int, doors.Week],
    third: Office | None = None,
) -> list[Office]:
    """The nearest ones, each at an hour when it sees liaisons; `third` has its place already."""
    left, stops = [office for office in near if office is not third], list[Office]()
    for at in VISIT_TIMES[:wanted]:
        if third and len(stops) == THIRD:
            stops.append(third)
            continue
        stop = next(o for o in left if doors.is_open(weeks.get(o.practice.pk), on, at))
        left.remove(stop)
        stops.append(stop)
    return stops


def _near_each_other(rng: Random, own: list[Office]) -> list[Office]:
    """A seed office and then the others, the closest first, as a day's round would be."""
    seed = rng.choice(own)

    def distance(office: Office) -> float:
        return ((office.practice.latitude or 0) - (seed.practice.latitude or 0)) ** 2 + (
            (office.practice.longitude or 0) - (seed.practice.longitude or 0)
        ) ** 2

    return sorted(own, key=distance)


def _leader(office: Office) -> Physician | None:
    working = [p for p in office.physicians if p.status == Physician.Status.ACTIVE]
    return working[0] if working else None
