"""The trend equals a slow count row by row, for everyone, whatever the offices complained of."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.test import Client

from liaison_crm.core.periods import DateRange, Month, site_zone
from referrals.models import VolumeCell
from tests import factories
from visits.issues.models import Category, Issue
from visits.issues.reports import TrendRow, issue_trend

DURING = DateRange.of_months(Month(2025, 4), Month(2026, 3))
YEAR = DateRange.of_months(Month(2025, 2), Month(2026, 1))


@pytest.fixture
def year(ana, cleo, north, south):
    """Complaints over more than a year, at the turns of months too, and volumes to hang on them."""
    dice = Random(11)
    offices = [factories.PracticeFactory(territory=one) for one in (north, north, south, south)]
    lines = [None, *(factories.ServiceLineFactory(code=f"l{n}", name=f"L{n}") for n in range(2))]
    earlier = None
    for number in range(60):
        office = dice.choice(offices)
        local = datetime(2025, 2, 27, 23, 30, tzinfo=site_zone()) + timedelta(
            days=dice.randrange(0, 420), hours=dice.randrange(0, 24)
        )
        state = dice.choice(["raised", "raised", "withdrawn"])
        issue = factories.IssueFactory(
            practice=office,
            raised_by=ana if office.territory == north else cleo,
            category=dice.choice(Category.values[:3]),
            service_line=dice.choice(lines),
            raised_at=local,
            came_back_from=earlier if number % 7 == 0 else None,
            **(
                {"state": state, "due_at": None, "withdrawn_at": local}
                if state == "withdrawn"
                else {}
            ),
        )
        earlier = issue
    for office in offices[:3]:
        for month in (date(2025, 1, 1), date(2025, 2, 1), date(2026, 1, 1), date(2026, 2, 1)):
            factories.VolumeCellFactory(
                practice=office, month=month, referrals=dice.randrange(1, 99)
            )
    # Somebody who sees one issue of the other territory, and none of its volumes.
    theirs = Issue.objects.filter(practice__territory=south, state="raised").first()
    Issue.objects.filter(pk=theirs.pk).update(owner=ana)
    return offices


def counted_by_hand(viewer, territory=None):
    seen = [
        issue
        for issue in Issue.objects.visible_to(viewer).select_related("practice", "service_line")
        if issue.state != "withdrawn" and (territory in {None, issue.practice.territory})
    ]
    cells = list(VolumeCell.objects.visible_to(viewer))
    parts = defaultdict(list)
    for issue in seen:
        month = Month.of(issue.raised_at.astimezone(site_zone()).date())
        if month in DURING.months():
            parts[issue.service_line, issue.category].append((month, issue))
    rows = []
    for (line, category), members in parts.items():
        offices = {issue.practice_id for _, issue in members}
        rows.append(
            TrendRow(
                service_line=line.pk if line else None,
                service_line_name=line.name if line else "",
                category=category,
                issues=len(members),
                open=sum(issue.is_open for _, issue in members),
                came_back=sum(issue.came_back_from_id is not None for _, issue in members),
                offices=len(offices),
                referrals=sum(
                    cell.referrals
                    for cell in cells
                    if cell.practice_id in offices and YEAR.start <= cell.month < YEAR.end
                ),
                months=tuple(sum(month == one for month, _ in members) for one in DURING.months()),
            )
        )
    return rows


def test_it_equals_a_count_by_hand(year, ana, cleo, dana):
    for viewer in (ana, cleo, dana):
        found = issue_trend(viewer, during=DURING, year=YEAR)
        assert set(found) == set(counted_by_hand(viewer)), viewer
        assert len(found) == len(set(found)) > 2
        weights = [row.referrals for row in found]
        assert weights == sorted(weights, reverse=True)
    assert any(row.came_back for row in found)


def test_a_territory_alone(year, dana, south):
    found = issue_trend(dana, during=DURING, year=YEAR, territory=south)
    assert set(found) == set(counted_by_hand(dana, territory=south))


def test_nobody_else_gets_a_row(year):
    stranger = factories.UserFactory()
    assert issue_trend(stranger, during=DURING, year=YEAR) == ()


def test_the_page_names_what_weighs_most(ana, northern_practice, radiology):
    issue = factories.IssueFactory(
        practice=northern_practice,
        raised_by=ana,
        service_line=radiology,
        raised_at=datetime.now(site_zone()),
    )
    client = Client()
    client.force_login(ana)
    text = client.get("/issues/trend/").content.decode()
    assert "the offices that raised them have sent us nothing" in text
    assert f"service_line={radiology.pk}" in text
    assert issue.get_category_display() in text
    assert client.get("/issues/trend/?territory=x").status_code == 400
