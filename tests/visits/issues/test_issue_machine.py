"""Whatever is done, by whomever, on copies however old: nothing closes an issue nobody told of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Subquery
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Assignment, User
from liaison_crm.core.errors import DomainError
from tests import factories
from visits.issues import services
from visits.issues.models import Category, Issue, IssueStep, Outsider
from visits.issues.reports import fixed_and_untold

PLACES = st.integers(0, 40)
WORDS = st.sampled_from(["Two more readers", "  ", "The portal is mended"])
HOURS = st.sampled_from([0, 1, 26, 24 * 8, 24 * 100])
TELLING = ("told", "untold", "reopened")


class Ledger(RuleBasedStateMachine):
    """Two liaisons, a stranger, a manager, an outsider; copies of issues as they once were."""

    @initialize()
    def build(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.now = factories.NOON
        north = factories.TerritoryFactory()
        self.practice = factories.PracticeFactory(territory=north)
        self.kim = factories.StaffMemberFactory(practice=self.practice)
        self.ana, self.ben, self.cleo = (factories.UserFactory() for _ in range(3))
        self.dana = factories.UserFactory(role=User.Role.MANAGER)
        factories.AssignmentFactory(user=self.ana, territory=north)
        factories.AssignmentFactory(user=self.ben, territory=north, part=Assignment.Part.COVER)
        self.rosa = factories.OutsiderFactory()
        terms = services.RuleTerms(category=Category.BILLING, to=self.rosa)
        services.set_rule(by=self.dana, terms=terms)
        self.team = [self.ana, self.ben, self.dana, self.cleo]
        self.copies: list[Issue] = []

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def attempt(self, act) -> None:
        """A refusal is a fine answer, and leaves nothing half done."""
        try:
            with transaction.atomic():
                act()
        except (DomainError, PermissionDenied):
            return
        self.copies += Issue.objects.filter(pk__in={copy.pk for copy in self.copies})

    def copy(self, place: int) -> Issue:
        return self.copies[place % len(self.copies)]

    def person(self, place: int) -> User:
        return self.team[place % len(self.team)]

    def anybody(self, place: int) -> User | Outsider:
        everybody: list[User | Outsider] = [*self.team, self.rosa]
        return everybody[place % len(everybody)]

    @rule(category=st.sampled_from([Category.BILLING, Category.ACCESS]), who=PLACES)
    def raise_one(self, category, who):
        def act():
            complaint = services.Complaint(category=category, said="It is slow")
            issue = services.raise_issue(
                self.practice, by=self.person(who), at=self.now, complaint=complaint
            )
            self.copies.append(issue)

        self.attempt(act)

    @rule(hours=HOURS)
    def time_goes_on(self, hours):
        self.now += timedelta(hours=hours)

    @precondition(lambda self: self.copies)
    @rule(place=PLACES, who=PLACES, answer=WORDS)
    def resolve(self, place, who, answer):
        by = self.anybody(who)
        self.attempt(
            lambda: services.resolve_issue(self.copy(place), by=by, at=self.now, answer=answer)
        )

    @precondition(lambda self: self.copies)
    @rule(
        place=PLACES, who=PLACES, how=st.sampled_from(["phone", "in_person"]), named=st.booleans()
    )
    def tell(self, place, who, how, named):
        telling = services.Telling(how=how, to_staff=self.kim if named else None)
        self.attempt(
            lambda: services.tell_office(
                self.copy(place), by=self.person(who), at=self.now, telling=telling
            )
        )

    @precondition(lambda self: self.copies)
    @rule(place=PLACES, who=PLACES, to=PLACES)
    def hand_on(self, place, who, to):
        self.attempt(
            lambda: services.hand_on_issue(
                self.copy(place), by=self.person(who), at=self.now, to=self.anybody(to)
            )
        )

    @precondition(lambda self: self.copies)
    @rule(place=PLACES, who=PLACES, act=st.sampled_from(["acknowledge", "remark", "reopen"]))
    def say(self, place, who, act):
        issue, by, at = self.copy(place), self.anybody(who), self.now
        acts = {
            "acknowledge": lambda: services.acknowledge_issue(issue, by=by, at=at),
            "remark": lambda: services.remark_on_issue(issue, by=by, at=at, words="Hm"),
            "reopen": lambda: services.reopen_issue(
                issue, by=self.person(who), at=at, why="Not mended"
            ),
        }
        self.attempt(acts[act])

    @precondition(lambda self: self.copies)
    @rule(place=PLACES, who=PLACES, act=st.sampled_from(["withdraw", "restore", "untell", "link"]))
    def take_back(self, place, who, act):
        acts = {
            "withdraw": services.withdraw_issue,
            "restore": services.restore_issue,
            "untell": services.take_back_telling,
            "link": services.renew_link,
        }
        self.attempt(lambda: acts[act](self.copy(place), by=self.person(who), at=self.now))

    @invariant()
    def an_issue_is_closed_just_while_its_office_was_told(self) -> None:
        if not hasattr(self, "practice"):
            return
        steps = IssueStep.objects.filter(issue=OuterRef("pk"), kind__in=TELLING)
        last = Subquery(steps.order_by("-pk").values("kind")[:1])
        columns = ("state", "last_said", "told_at", "told_by", "told_how", "answer")
        for row in Issue.objects.annotate(last_said=last).values(*columns):
            is_closed = row["state"] == Issue.State.CLOSED
            assert is_closed is (row["last_said"] == IssueStep.Kind.TOLD)
            said = row["told_at"] and row["told_by"] and row["told_how"] and row["answer"]
            assert is_closed is bool(said)

    @invariant()
    def what_is_fixed_and_untold_waits_in_the_list(self) -> None:
        if not hasattr(self, "practice"):
            return
        answered = Issue.objects.exclude(answer="").filter(told_at=None)
        waiting = fixed_and_untold(self.dana).values_list("pk", flat=True)
        assert set(waiting) == set(answered.values_list("pk", flat=True))


@pytest.mark.django_db
def test_no_sequence_of_actions_closes_an_untold_issue():
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
