"""What the offices complained of in a year: who sees to it, what was fixed, who was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from django.db.models import F

from liaison_crm.core.periods import local_moment, site_zone
from liaison_crm.demo.directory import Market, Office
from referrals.models import ServiceLine
from visits.issues import services
from visits.issues.clock import Targets, site_clock
from visits.issues.models import Category, Issue, IssueLink, Outsider
from visits.models import Visit
from visits.notices.models import Notice

# A chance of its own, so that the rest of the market stays what it is.
SEED = 41
UNSEEN_FOR = timedelta(days=3)

OUTSIDERS = {
    "reading": ("Rosa Delgado", "rosa.delgado@lakeshore.example"),
    "scheduling": ("Victor Osei", "victor.osei@lakeshore.example"),
    "accounts": ("Helen Park", "helen.park@lakeshore.example"),
}


@dataclass(frozen=True)
class Trouble:
    """Something offices say, with what was done about it."""

    category: Category
    line: str
    said: str
    answer: str


TROUBLES = (
    Trouble(Category.REPORT_SPEED, "cardiology", "Echo reports take six days",
            "A second reader since Monday; reports go out within a day."),
    Trouble(Category.SCHEDULING, "orthopedics", "Nobody calls patients back for a first date",
            "Two schedulers more, and every referral is called the same day."),
    Trouble(Category.SCHEDULING, "cardiology", "The first open date is seven weeks away",
            "A clinic on Thursday afternoons for new patients."),
    Trouble(Category.ACCESS, "", "The referral line rings without an answer",
            "Calls roll over to a second desk after four rings."),
    Trouble(Category.COMMUNICATION, "neurology", "We never hear what the specialist found",
            "A letter goes out the day after the visit, by fax or portal."),
    Trouble(Category.BILLING, "", "Patients get two bills for one visit",
            "The old statements were stopped; accounts calls whoever got two."),
    Trouble(Category.COMMUNICATION, "", "The portal forgets our fax number",
            "The directory was corrected and the portal reads it now."),
    Trouble(Category.ACCESS, "gastroenterology", "They want the whole chart before they book",
            "A one-page form is enough since last week."),
)  # fmt: skip


def build_issues(market: Market, *, now: datetime) -> int:
    """Some forty issues over a year, told or open, and the stories; returns how many."""
    year = Year(market, now, Random(SEED), _outsiders(market))
    _set_rules(market, year.outsiders)
    _lakewood(year)
    _cuyahoga_heart(year)
    owned = [office for office in market.offices if office.owner and office.staff]
    owned = [office for office in owned if office.practice.name not in market.stories]
    for days_ago in sorted(year.rng.sample(range(14, 350), 30), reverse=True):
        year.settle(year.rng.choice(owned), year.rng.choice(TROUBLES), days_ago)
    again = year.settle(owned[7], TROUBLES[1], 66)
    year.raise_one(owned[7], TROUBLES[1], 2)
    assert again.state == Issue.State.CLOSED
    mayas = [office for office in owned if office.owner == market.users["Maya Lindqvist"]]
    for number, trouble in enumerate(TROUBLES[1:]):
        office = mayas[3 * number] if number % 2 else year.rng.choice(owned)
        issue = year.raise_one(office, trouble, number % 5)
        if number % 3 == 0:
            year.acknowledge(issue)
    for office, trouble in zip(mayas[1:3], TROUBLES[2:4], strict=True):
        year.resolve(year.raise_one(office, trouble, 7), trouble)
    # Their letters went out on the day; the tick has none of them left to send.
    IssueLink.objects.update(notified_at=F("made_at"), claimed_at=F("made_at"))
    Notice.objects.filter(made_at__lt=now - UNSEEN_FOR).update(seen_at=F("made_at"))
    return Issue.objects.count()


@dataclass(frozen=True)
class Year:
    """The services at moments of the past year, as the team would have called them."""

    market: Market
    now: datetime
    rng: Random
    outsiders: dict[str, Outsider]

    def raise_one(
        self, office: Office, trouble: Trouble, days_ago: int, visit: Visit | None = None
    ) -> Issue:
        """On a working morning, by the liaison of the office; none lies ahead."""
        assert office.owner is not None  # issues are drawn from owned offices only
        day = self.market.today - timedelta(days=days_ago)
        at = local_moment(day, time(8 + self.rng.randrange(3), 10), site_zone())
        at = min(site_clock().after(at, timedelta()), self.now - timedelta(minutes=30))
        line = ServiceLine.objects.filter(code=trouble.line).first()
        complaint = services.Complaint(
            category=trouble.category,
            said=trouble.said,
            service_line=line,
            by_staff=office.staff[0] if office.staff and visit is None else None,
            by_physician=office.physicians[0] if visit else None,
            client_key=UUID(int=self.rng.getrandbits(128), version=4),
        )
        if visit:
            at = visit.held_at
        return services.raise_issue(
            office.practice, by=office.owner, at=at, complaint=complaint, visit=visit
        )

    def acknowledge(self, issue: Issue) -> None:
        at = self.later(issue.raised_at, hours=self.rng.choice((1, 2, 3)))
        services.acknowledge_issue(issue, by=issue.answers, at=at)

    def resolve(self, issue: Issue, trouble: Trouble) -> datetime:
        self.acknowledge(issue)
        at = self.later(issue.raised_at, hours=self.rng.choice((11, 18, 26, 40)))
        services.resolve_issue(issue, by=issue.answers, at=at, answer=trouble.answer)
        return at

    def settle(self, office: Office, trouble: Trouble, days_ago: int) -> Issue:
        """Fixed within days, and the office told soon after."""
        issue = self.raise_one(office, trouble, days_ago)
        told_at = self.later(self.resolve(issue, trouble), hours=self.rng.choice((3, 8, 15)))
        self.tell(issue, office, told_at)
        return issue

    def tell(self, issue: Issue, office: Office, at: datetime) -> None:
        assert office.owner is not None  # issues are drawn from owned offices only
        how = self.rng.choice((Issue.How.PHONE, Issue.How.IN_PERSON))
        telling = services.Telling(how=how, to_staff=office.staff[0] if office.staff else None)
        services.tell_office(issue, by=office.owner, at=at, telling=telling)
        issue.refresh_from_db()

    def later(self, moment: datetime, *, hours: int) -> datetime:
        """So many working hours later, but before now."""
        later = site_clock().after(moment, timedelta(hours=hours))
        return min(later, self.now - timedelta(minutes=10))


def _outsiders(market: Market) -> dict[str, Outsider]:
    by = market.users["Dana Kowalski"]
    return {
        desk: services.add_outsider(by=by, name=name, email=email)
        for desk, (name, email) in OUTSIDERS.items()
    }


def _set_rules(market: Market, outsiders: dict[str, Outsider]) -> None:
    """Reports, dates and bills are fixed elsewhere in the hospital; the rest is Dana's."""
    dana = market.users["Dana Kowalski"]
    heart = ServiceLine.objects.get(code="cardiology")
    for terms in (
        services.RuleTerms(
            category=Category.REPORT_SPEED,
            service_line=heart,
            to=outsiders["reading"],
            targets=Targets(acknowledge=4, resolve=18),
        ),
        services.RuleTerms(category=Category.REPORT_SPEED, to=outsiders["reading"]),
        services.RuleTerms(category=Category.SCHEDULING, to=outsiders["scheduling"]),
        services.RuleTerms(
            category=Category.BILLING,
            to=outsiders["accounts"],
            targets=Targets(acknowledge=9, resolve=45),
        ),
        services.RuleTerms(to=dana),
    ):
        services.set_rule(by=dana, terms=terms)


def _lakewood(year: Year) -> None:
    """Reports were slow for months, were mended and told; the referrals came back."""
    office = year.market.office_named("Lakewood Primary Care")
    slow = Trouble(
        Category.REPORT_SPEED,
        "imaging",
        "Imaging reports take six days",
        "Two more readers at night. Reports are back within a day.",
    )
    issue = year.raise_one(office, slow, 330)
    mended_at = local_moment(year.market.today - timedelta(days=225), time(11, 30), site_zone())
    year.acknowledge(issue)
    services.resolve_issue(issue, by=issue.answers, at=mended_at, answer=slow.answer)
    year.tell(issue, office, site_clock().after(mended_at, timedelta(hours=10)))


def _cuyahoga_heart(year: Year) -> None:
    """The complaint of the last visit there is fixed since, and nobody has told them."""
    office = year.market.office_named("Cuyahoga Heart Associates")
    visit = Visit.objects.filter(practice=office.practice, note__contains="six days").latest(
        "held_at"
    )
    issue = year.raise_one(office, TROUBLES[0], 0, visit)
    year.acknowledge(issue)
    fixed_at = year.later(year.now - timedelta(days=6), hours=0)
    services.resolve_issue(issue, by=issue.answers, at=fixed_at, answer=TROUBLES[0].answer)
