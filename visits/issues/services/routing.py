"""Who sees to which issues: the rules managers set, and whom one falls to without a rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import Assignment, User
from contacts.models import Practice
from liaison_crm.core.periods import site_today
from referrals.models import ServiceLine
from visits.issues.clock import Targets
from visits.issues.errors import CannotSeeToIt, RuleReplaced, StillNeeded
from visits.issues.models import IssueRule, Outsider
from visits.issues.services.scope import Actor


@dataclass(frozen=True, slots=True)
class Route:
    """Who sees to an issue, and by when."""

    to: Actor
    targets: Targets


@dataclass(frozen=True, kw_only=True)
class RuleTerms:
    """What a rule says. A blank category or no service line means any."""

    category: str = ""
    service_line: ServiceLine | None = None
    to: Actor
    targets: Targets = field(default_factory=Targets)


def route_of(
    practice: Practice,
    category: str,
    service_line: ServiceLine | None,
    *,
    by: User | None,
    at: datetime,
) -> Route:
    """By the most specific rule; without one it stays with who raised it."""
    rule = IssueRule.objects.matching(category, service_line).for_list().first()
    if rule is not None:
        targets = Targets(rule.acknowledge_within_hours, rule.resolve_within_hours)
        return Route(rule.answers, targets)
    return Route(by or _who_works(practice, at), Targets())


def _who_works(practice: Practice, at: datetime) -> User:
    """The owner of its territory, or an admin: there is always one."""
    here = Assignment.objects.in_force(site_today(at)).owning()
    held = here.filter(territory=practice.territory_id, user__is_active=True).first()
    if held:
        return held.user
    admin = User.objects.admins().order_by("pk").first()
    assert admin is not None  # a trigger keeps one
    return admin


@transaction.atomic
def set_rule(*, by: User, terms: RuleTerms, rule: IssueRule | None = None) -> IssueRule:
    """Add a rule, or change the one given."""
    must_manage(by)
    must_be_able(terms.to)
    rule = rule or IssueRule()
    for column, value in _columns(terms).items():
        setattr(rule, column, value)
    rule.full_clean()
    rule.save()
    return rule


@transaction.atomic
def drop_rule(rule: IssueRule, *, by: User, at: datetime) -> None:
    """Follow a rule no longer; issues that are open stay with who has them."""
    must_manage(by)
    IssueRule.objects.standing().filter(pk=rule.pk).update(dropped_at=at, updated_at=Now())


@transaction.atomic
def restore_rule(rule: IssueRule, *, by: User) -> None:
    """Follow it again, unless another rule for the same issues was set since."""
    must_manage(by)
    same = {"category": rule.category, "service_line": rule.service_line}
    if IssueRule.objects.standing().filter(**same).exclude(pk=rule.pk).exists():
        raise RuleReplaced("There is another rule for these issues now. Change that one.")
    must_be_able(rule.answers)
    IssueRule.objects.filter(pk=rule.pk).update(dropped_at=None, updated_at=Now())


@transaction.atomic
def add_outsider(*, by: User, name: str, email: str) -> Outsider:
    """Somebody of the hospital who answers by a link. One who was dropped comes back by this."""
    must_manage(by)
    outsider = Outsider.objects.dropped().filter(email__iexact=email.strip()).first() or Outsider()
    outsider.name, outsider.email, outsider.dropped_at = name, email.strip().lower(), None
    outsider.full_clean()
    outsider.save()
    return outsider


@transaction.atomic
def change_outsider(outsider: Outsider, *, by: User, name: str, email: str) -> Outsider:
    must_manage(by)
    outsider.name, outsider.email = name, email.strip().lower()
    outsider.full_clean()
    outsider.save(update_fields=["name", "email", "updated_at"])
    return outsider


@transaction.atomic
def drop_outsider(outsider: Outsider, *, by: User, at: datetime) -> None:
    """Ask somebody no longer; what he answered stays. Not while something waits for him."""
    must_manage(by)
    if outsider.issues.unresolved().exists() or outsider.rules.standing().exists():
        raise StillNeeded(f"{outsider} sees to open issues or stands in a rule. Change that first.")
    Outsider.objects.standing().filter(pk=outsider.pk).update(dropped_at=at, updated_at=Now())


@transaction.atomic
def restore_outsider(outsider: Outsider, *, by: User) -> None:
    must_manage(by)
    Outsider.objects.filter(pk=outsider.pk).update(dropped_at=None, updated_at=Now())


def must_manage(by: User) -> None:
    if not by.sees_all_territories:
        raise PermissionDenied


def must_be_able(to: Actor) -> None:
    """Asked of the database: the copy in hand may be old."""
    if isinstance(to, Outsider):
        if not Outsider.objects.standing().filter(pk=to.pk).exists():
            raise CannotSeeToIt(f"{to} is not asked any more.", field="to")
    elif not User.objects.active().filter(pk=to.pk).exists():
        raise CannotSeeToIt(f"{to} cannot sign in any more.", field="to")


def _columns(terms: RuleTerms) -> dict[str, Any]:
    is_outsider = isinstance(terms.to, Outsider)
    return {
        "category": terms.category,
        "service_line": terms.service_line,
        "owner": None if is_outsider else terms.to,
        "outsider": terms.to if is_outsider else None,
        "acknowledge_within_hours": terms.targets.acknowledge,
        "resolve_within_hours": terms.targets.resolve,
    }
