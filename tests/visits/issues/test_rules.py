"""Managers set who sees to which issues, and name the people outside the team."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from visits.issues import errors, services
from visits.issues.clock import Targets
from visits.issues.models import IssueRule, Outsider


def test_there_is_one_rule_for_the_same_issues(dana, ben, rule_to, radiology):
    rule_to(ben)
    rule_to(ben, service_line=radiology)
    for again in ({}, {"service_line": radiology}):
        with pytest.raises(ValidationError, match="There is a rule for this"):
            rule_to(dana, **again)
    assert IssueRule.objects.count() == 2


def test_it_is_acknowledged_before_it_is_resolved(ben, rule_to):
    with pytest.raises(ValidationError, match="acknowledged before it is resolved"):
        rule_to(ben, targets=Targets(acknowledge=9, resolve=8))


def test_a_rule_is_changed_dropped_and_restored(dana, ben, rosa, now, rule_to):
    rule = rule_to(ben, category="billing")
    services.set_rule(by=dana, terms=services.RuleTerms(category="access", to=rosa), rule=rule)
    rule.refresh_from_db()
    assert (rule.category, rule.answers) == ("access", rosa)
    services.drop_rule(rule, by=dana, at=now)
    assert not IssueRule.objects.matching("access", None).exists()
    services.restore_rule(rule, by=dana)
    assert IssueRule.objects.matching("access", None).get() == rule
    services.drop_rule(rule, by=dana, at=now)
    rule_to(ben, category="access")
    with pytest.raises(errors.RuleReplaced):
        services.restore_rule(rule, by=dana)


def test_managers_alone_decide(ana, ben, rosa, now, rule_to):
    rule = rule_to(ben)
    for act in (
        lambda: services.set_rule(by=ana, terms=services.RuleTerms(to=ben)),
        lambda: services.drop_rule(rule, by=ana, at=now),
        lambda: services.restore_rule(rule, by=ana),
        lambda: services.add_outsider(by=ana, name="Sam", email="sam@example.org"),
        lambda: services.change_outsider(rosa, by=ana, name="Sam", email="sam@example.org"),
        lambda: services.drop_outsider(rosa, by=ana, at=now),
        lambda: services.restore_outsider(rosa, by=ana),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert IssueRule.objects.get().dropped_at is None
    assert Outsider.objects.get().name == "Rosa Diaz"


def test_somebody_outside_is_known_by_his_address(dana, rosa, now):
    with pytest.raises(ValidationError, match="here already"):
        services.add_outsider(by=dana, name="Rosa", email="ROSA@hospital.example.org")
    services.drop_outsider(rosa, by=dana, at=now)
    back = services.add_outsider(by=dana, name="Rosa D.", email="Rosa@hospital.example.org")
    assert (back, back.name, back.dropped_at) == (rosa, "Rosa D.", None)


def test_who_is_still_asked_is_not_dropped(
    dana, ana, rosa, now, rule_to, northern_practice, complain
):
    rule = rule_to(rosa)
    with pytest.raises(errors.StillNeeded):
        services.drop_outsider(rosa, by=dana, at=now)
    issue = services.raise_issue(northern_practice, by=ana, at=now, complaint=complain())
    services.drop_rule(rule, by=dana, at=now)
    with pytest.raises(errors.StillNeeded):
        services.drop_outsider(rosa, by=dana, at=now)
    services.resolve_issue(issue, by=rosa, at=now, answer="Mended")
    services.drop_outsider(rosa, by=dana, at=now)
    with pytest.raises(errors.CannotSeeToIt):
        services.restore_rule(rule, by=dana)
    with pytest.raises(errors.CannotSeeToIt):
        rule_to(rosa)
