"""What is suggested for a day, why, in which order; and what was declined stays away."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from accounts.workdays.reports import team_workdays
from contacts.models import Practice, WelcomeWindow
from contacts.welcome.services import set_windows
from liaison_crm.core.workdays import Workdays
from tests import factories
from visits import errors
from visits.issues import services as issues
from visits.models import PlannedVisit
from visits.planning.answering import accept_suggestion, dismiss_suggestion, undo_dismissal
from visits.planning.candidates import Facts, Window, candidates
from visits.planning.models import PracticeTier
from visits.planning.score import Fixed, Occasion, reasons, score
from visits.planning.suggesting import Asked, suggestions
from visits.reports.periods import recent_span

TUESDAY = date(2026, 3, 3)
ZONE = ZoneInfo("America/New_York")
SPAN = recent_span(factories.NOON)
BARE = Facts(practice=7, name="Parma Clinic", city="Parma", point=(41.38, -81.73))
A = replace(BARE, tier="A", cadence=30)
DAY = Occasion(TUESDAY, ZONE, SPAN)


def days_ago(days: int) -> datetime:
    return datetime.combine(TUESDAY - timedelta(days=days), time(10), tzinfo=ZONE)


def sentences(facts: Facts, day: Occasion = DAY) -> list[str]:
    return [reason.sentence for reason in reasons(facts, day)]


# --- Each reason, by its rule ---


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            replace(A, last_seen_at=days_ago(96)),
            ["66 days overdue: an A practice, last seen 96 days ago, due every 30."],
        ),
        (A, ["Never seen: an A practice, due every 30 days."]),
        (replace(A, last_seen_at=days_ago(30)), []),
        (BARE, []),
        (
            replace(BARE, recent=28, before=52),
            ["Referrals down 46% on last year: 28 against 52 in three months."],
        ),
        (replace(BARE, recent=50, before=52), []),
        (replace(BARE, recent=0, before=4), []),
        (replace(BARE, recent=0, before=None), []),
        (
            replace(BARE, promise=3, promise_words="Send the form", promise_due_on=TUESDAY),
            ["Promise due 3 Mar: Send the form."],
        ),
        (
            replace(
                BARE,
                promise=3,
                promise_words="Send the form",
                promise_due_on=TUESDAY - timedelta(days=2),
            ),
            ["Promise 2 days late since 1 Mar: Send the form."],
        ),
        (
            replace(BARE, wish=5, wish_on=TUESDAY, year=40),
            ["You meant to come again by 3 Mar: 40 referrals in a year."],
        ),
        (
            replace(
                BARE, newcomers=1, newcomer="Dr. Ann Lee", newcomer_since=TUESDAY - timedelta(12)
            ),
            ["Dr. Ann Lee is new here since 19 Feb."],
        ),
        (
            replace(
                BARE,
                newcomers=2,
                newcomer="Dr. Ann Lee",
                newcomer_since=TUESDAY - timedelta(12),
                is_new=True,
            ),
            ["New practice since 19 Feb, 2 physicians."],
        ),
        (
            replace(
                BARE,
                newcomers=2,
                newcomer_since=TUESDAY - timedelta(12),
                last_seen_at=days_ago(5),
            ),
            [],
        ),
    ],
)
def test_a_reason_is_a_sentence_with_its_number(facts, said):
    assert sentences(facts) == said


def test_a_mended_complaint_is_told():
    day = replace(DAY, fixed={7: Fixed(1, "Reports take six days", date(2026, 2, 20))})
    assert sentences(BARE, day) == ["Fixed, not yet told: Reports take six days, 20 Feb."]


def test_near_a_stop_counts_once_half_its_time_has_gone():
    day = replace(DAY, stops=[("Heart Associates", (41.39, -81.73))])
    assert sentences(replace(A, last_seen_at=days_ago(15)), day) == [
        "0.9 miles from Heart Associates."
    ]
    assert sentences(replace(A, last_seen_at=days_ago(14)), day) == []
    far = replace(DAY, stops=[("Heart Associates", (41.6, -81.73))])
    assert sentences(replace(A, last_seen_at=days_ago(15)), far) == []


def test_an_office_is_suggested_when_it_sees_liaisons():
    lunch = (Window(1, "12:00:00", "13:00:00"),)
    facts = replace(A, windows=lunch)
    assert "They see liaisons on Tuesday 12 to 13." in sentences(facts)
    assert sentences(facts, replace(DAY, on=TUESDAY + timedelta(days=1))) == []
    assert sentences(replace(BARE, windows=lunch)) == []  # the door alone is no reason


def test_the_later_and_the_bigger_the_more_points():
    def points(**facts):
        return score(reasons(replace(A, **facts), DAY))

    assert points(last_seen_at=days_ago(96)) > points(last_seen_at=days_ago(40))
    assert points(last_seen_at=days_ago(500)) == points(last_seen_at=days_ago(400))
    assert points(last_seen_at=days_ago(96)) > points(
        tier="C", cadence=30, last_seen_at=days_ago(96)
    )
    assert points(recent=10, before=40) > points(recent=30, before=40)


# --- From the rows ---


def seen(practice, liaison, days, **more):
    return factories.VisitFactory(
        practice=practice, liaison=liaison, held_at=days_ago(days), **more
    )


@pytest.fixture
def targets(ana, dana, north):
    """Five A practices of Ana's: seen 40 to 44 days ago."""
    made = []
    for number in range(5):
        practice = factories.PracticeFactory(name=f"Target {number}", territory=north)
        PracticeTier.objects.create(practice=practice, tier="A", set_by=dana)
        seen(practice, ana, 40 + number)
        made.append(practice)
    return made


def asked(person, on=TUESDAY):
    return Asked(person, on, factories.NOON)


def suggested(person, viewer=None, on=TUESDAY, **more):
    found = suggestions(
        asked(person, on), viewer=viewer or person, workdays=Workdays(), limit=None, **more
    )
    return [one.facts.name for one in found.shown]


def test_the_longest_overdue_comes_first(ana, targets):
    assert suggested(ana) == [f"Target {number}" for number in (4, 3, 2, 1, 0)]


def test_what_is_planned_soon_or_closed_is_not_suggested(ana, targets):
    for days, practice in ((0, targets[0]), (9, targets[1])):
        factories.PlannedVisitFactory(
            liaison=ana, practice=practice, planned_on=TUESDAY + timedelta(days=days)
        )
    targets[2].closed_on = TUESDAY
    targets[2].save()
    assert suggested(ana) == ["Target 4", "Target 3"]


def test_facts_are_read_as_a_slow_look_would(ana, dana, north, southern_practice, targets):
    """The statement against the same facts found one by one."""
    first, second = targets[:2]
    seen(first, ana, 3, outcome="no_access")
    wish = seen(second, ana, 20, see_again_on=TUESDAY)
    factories.FollowUpFactory(
        practice=first,
        owner=ana,
        promise="Send the form",
        promised_on=TUESDAY - timedelta(days=9),
        due_on=TUESDAY,
    )
    newcomer = factories.AffiliationFactory(
        practice=second, starts_on=TUESDAY - timedelta(days=9)
    ).physician
    for month, referrals in ((SPAN.recent.start, 3), (SPAN.before.start, 9)):
        factories.VolumeCellFactory(practice=first, month=month, referrals=referrals)
    set_windows(first, {1: (time(12), time(13))}, by=ana)
    Practice.objects.filter(pk=first.pk).update(access_rule="Side door")
    found = {one.practice: one for one in candidates(ana, on=TUESDAY, today=TUESDAY, span=SPAN)}
    assert set(found) == {practice.pk for practice in targets}
    assert found[first.pk] == Facts(
        practice=first.pk,
        name=first.name,
        city="Parma",
        point=(41.38, -81.73),
        tier="A",
        cadence=30,
        last_seen_at=days_ago(40),
        promise=first.follow_ups.get().pk,
        promise_words="Send the form",
        promise_due_on=TUESDAY,
        recent=3,
        before=9,
        year=3,
        access_rule="Side door",
        windows=(Window(1, "12:00:00", "13:00:00"),),
    )
    assert found[second.pk].wish == wish.pk
    assert found[second.pk].last_seen_at == days_ago(20)
    assert found[second.pk].newcomer == str(newcomer)
    assert not found[second.pk].is_new


def test_a_colleague_and_a_stranger_see_nothing_of_it(ana, ben, cleo, dana, targets):
    assert suggested(ana, viewer=ben) == []
    assert suggested(cleo) == []
    assert len(suggested(ben)) == 5
    assert len(suggested(ana, viewer=dana)) == 5


def test_those_who_see_all_are_offered_what_nobody_covers(dana, targets, unassigned):
    lone = factories.PracticeFactory(name="Lone", territory=unassigned)
    factories.PracticeFactory(name="Untiered", territory=unassigned)
    PracticeTier.objects.create(practice=lone, tier="A", set_by=dana)
    assert suggested(dana) == ["Lone"]


@pytest.mark.parametrize(
    ("day", "why"),
    [(date(2026, 3, 7), "Saturday"), (date(2026, 5, 25), "Memorial Day")],
)
def test_nothing_is_suggested_while_offices_are_closed(ana, targets, day, why):
    found = suggestions(asked(ana, day), viewer=ana, workdays=team_workdays())
    assert (found.shown, found.closed) == ((), why)
    assert suggested(ana, on=date(2026, 3, 1)) == []  # that day is over


def test_what_was_fixed_is_suggested_until_the_office_was_told(ana, dana, targets):
    issue = issues.raise_issue(
        targets[0],
        by=ana,
        at=factories.NOON,
        complaint=issues.Complaint(category="billing", said="Two bills for one visit"),
    )
    assert suggested(ana)[0] == "Target 4"
    issues.resolve_issue(issue, by=dana, at=factories.NOON, answer="Stopped")
    assert suggested(ana)[0] == "Target 0"
    issues.tell_office(issue, by=ana, at=factories.NOON, telling=issues.Telling(how="phone"))
    assert suggested(ana)[0] == "Target 4"


def test_a82_whether_a_day_is_over_is_the_persons_own(ana, targets):
    """At noon of Monday in New York it is Tuesday in Apia and still Monday west of Hawaii."""
    monday = date(2026, 3, 2)
    assert suggested(ana, on=monday)
    for zone, is_over in (("Pacific/Apia", True), ("Etc/GMT+12", False), ("Asia/Kolkata", False)):
        ana.time_zone = zone
        assert bool(suggested(ana, on=monday)) is not is_over, zone


def test_a80_a_leap_day_is_planned_like_any_other(ana, dana, north):
    """A month after a 29 February, a year after it, and what was sent until then."""
    leap_day = date(2028, 2, 29)
    noon = datetime.combine(leap_day, time(12), tzinfo=ZONE)
    practice = factories.PracticeFactory(name="Leap Clinic", territory=north)
    PracticeTier.objects.create(practice=practice, tier="A", set_by=dana)
    factories.VisitFactory(practice=practice, liaison=ana, held_at=noon - timedelta(days=31))
    span = recent_span(noon)
    for months, sent in ((span.before, 9), (span.recent, 3)):
        factories.VolumeCellFactory(practice=practice, month=months.start, referrals=sent)
    for day in (leap_day, date(2028, 3, 29), date(2029, 2, 28)):
        found = suggestions(Asked(ana, day, noon), viewer=ana, workdays=Workdays())
        assert [reason.kind for reason in found.shown[0].reasons] == ["overdue", "falling"], day


# --- Answers ---


def test_accepting_plans_it_with_its_reason(ana, targets):
    plan = accept_suggestion(targets[4], by=ana, asked=asked(ana))
    assert plan.reason.startswith("14 days overdue: an A practice")
    assert (plan.liaison, plan.planned_on) == (ana, TUESDAY)
    with pytest.raises(errors.NothingSuggested):
        accept_suggestion(targets[4], by=ana, asked=asked(ana))
    assert PlannedVisit.objects.count() == 1


def test_what_was_declined_stays_away_until_it_changes_or_the_days_are_over(ana, targets):
    target = targets[4]
    dismissal = dismiss_suggestion(target, by=ana, asked=asked(ana), why="not_now")
    assert dismissal.until == TUESDAY + timedelta(days=7)
    assert "Target 4" not in suggested(ana)
    assert "Target 4" not in suggested(ana, on=TUESDAY + timedelta(days=6))
    assert "Target 4" in suggested(ana, on=TUESDAY + timedelta(days=7))
    # Another reason is not the one that was declined.
    factories.FollowUpFactory(
        practice=target, owner=ana, promised_on=date(2026, 2, 1), due_on=TUESDAY
    )
    assert suggested(ana)[-1] == "Target 4"


def test_a_reason_that_changed_counts_again(ana, targets):
    dismiss_suggestion(targets[4], by=ana, asked=asked(ana), why="not_worth_it")
    seen(targets[4], ana, 35)
    assert "Target 4" in suggested(ana)


def test_declining_is_undone(ana, ben, targets, now):
    dismissal = dismiss_suggestion(targets[4], by=ana, asked=asked(ana), why="handled")
    with pytest.raises(PermissionDenied):
        undo_dismissal(dismissal, by=ben, at=now)
    undo_dismissal(dismissal, by=ana, at=now)
    assert suggested(ana)[0] == "Target 4"
    with pytest.raises(errors.NotDismissed):
        undo_dismissal(dismissal, by=ana, at=now)


def test_only_one_answers_for_a_day(ana, ben, cleo, dana, targets):
    for person in (ben, cleo):
        with pytest.raises(PermissionDenied):
            accept_suggestion(targets[0], by=person, asked=asked(ana))
        with pytest.raises(PermissionDenied):
            dismiss_suggestion(targets[0], by=person, asked=asked(ana), why="other")
    assert accept_suggestion(targets[0], by=dana, asked=asked(ana)).liaison == ana


def test_windows_are_one_a_weekday_and_written_whole(ana, cleo, northern_practice):
    set_windows(northern_practice, {1: (time(12), time(13)), 3: (time(8), time(9))}, by=ana)
    set_windows(northern_practice, {1: (time(12), time(14))}, by=ana)
    (window,) = WelcomeWindow.objects.visible_to(ana)
    assert str(window) == "Tuesday 12 to 14"
    assert not WelcomeWindow.objects.visible_to(cleo)
    with pytest.raises(PermissionDenied):
        set_windows(northern_practice, {}, by=cleo)
