"""What a change comes from, in words."""

from datetime import date

import pytest

from liaison_crm.core.periods import DateRange
from referrals.reports import Narrowing
from referrals.reports.breakdown import Compared, Mover
from visits.reports.growth_words import Lead, Part, causes_of, headline, lead_of

QUARTER = DateRange(date(2026, 7, 1), date(2026, 10, 1))
YEAR = DateRange(date(2025, 10, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("now", "before", "during", "words"),
    [
        (1121, 1000, QUARTER, "Referrals are up 12.1% on July to September 2025"),
        (1070, 1000, QUARTER, "Referrals are up 7% on July to September 2025"),
        (930, 1000, YEAR, "Referrals are down 7% on the year before"),
        (1004, 1000, QUARTER, "Referrals are level with July to September 2025"),
        (1234, 0, QUARTER, "1,234 referrals in July to September 2026"),
        (1234, None, QUARTER, "1,234 referrals in July to September 2026"),
        (0, 0, QUARTER, "No referrals counted yet"),
        (0, 10, QUARTER, "Referrals are down 100% on July to September 2025"),
    ],
)
def test_the_headline_names_the_change_and_what_it_is_compared_with(now, before, during, words):
    assert headline(Compared(now, before), during) == words


def parts(**changes):
    """Parts of 1,000 referrals last year each, by how many more or less they have now."""
    return [
        Part(name, Compared(1000 + change, 1000), Narrowing(territory=at))
        for at, (name, change) in enumerate(changes.items())
    ]


def told(mover=None, **changes):
    some = parts(**changes)
    total = sum((part.volume for part in some), Compared())
    causes = causes_of(total, some)
    return lead_of(causes, mover), causes.suspect


def test_the_parts_that_carry_most_of_a_gain_are_named_largest_first():
    lead, suspect = told(South=300, East=200, West=100, Centre=20)
    assert lead.first == "South and East bring most of the gain"
    assert lead.second == ""
    assert suspect is None


def test_one_part_may_carry_it_alone():
    lead, _ = told(South=400, East=100, West=50)
    assert lead.first == "South brings most of the gain"


def test_a_gain_spread_over_many_parts_says_so():
    lead, _ = told(A=100, B=99, C=98, D=97, E=96)
    assert lead.first == "A and B bring the largest part of the gain"


def test_who_goes_the_other_way_is_named_with_the_practice_behind_it():
    lead, suspect = told(Mover(7, "Parma Heart", -30), South=400, Cuyahoga=-60, East=10)
    assert suspect is not None
    assert suspect.name == "Cuyahoga"
    assert lead == Lead(
        first="South brings most of the gain",
        second="Cuyahoga fell 6%",
        blame="one practice explains half of it",
        practice=7,
        blame_first=False,
    )


def test_a_fall_is_explained_first_and_a_rise_beside_it_second():
    lead, suspect = told(Mover(7, "Parma Heart", -270), Cuyahoga=-300, South=90)
    assert suspect is not None
    assert suspect.name == "Cuyahoga"
    assert (lead.first, lead.second) == ("Cuyahoga loses most of it", "South rose 9%")
    assert (lead.blame, lead.blame_first) == ("one practice explains nearly all of it", True)


def test_a_small_move_against_the_trend_is_not_worth_a_word():
    lead, suspect = told(South=400, Cuyahoga=-20)
    assert (lead.second, suspect) == ("", None)


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        (-200, "one practice explains nearly all of it"),
        (-130, "one practice explains most of it"),
        (-90, "one practice explains half of it"),
        (-55, "one practice explains a third of it"),
        (-20, ""),
    ],
)
def test_the_share_of_one_practice_is_said_in_words(lost, words):
    lead, _ = told(Mover(7, "Parma Heart", lost), Cuyahoga=-200, South=500)
    assert lead.blame == words
    assert lead.practice == (7 if words else None)


def test_a_single_part_explains_nothing_but_a_practice_in_it_may():
    lead, suspect = told(Mover(7, "Parma Heart", -100), Cuyahoga=-200)
    assert suspect is not None
    assert lead == Lead("", "", "one practice explains half of it", 7, blame_first=True)


def test_where_nothing_changed_on_the_whole_both_directions_are_told():
    lead, _ = told(South=100, Cuyahoga=-98)
    assert (lead.first, lead.second) == ("South rose 10%", "Cuyahoga fell 10%")


def test_what_was_not_there_last_year_is_new():
    part = Part("East", Compared(50, 0), Narrowing())
    assert part.words == "East is new"
