"""An issue, its steps, who may have to see to it, and the link by which an outsider answers."""

from visits.issues.models.issue import Issue
from visits.issues.models.routing import Category, IssueRule, Outsider
from visits.issues.models.story import IssueLink, IssueStep

__all__ = ["Category", "Issue", "IssueLink", "IssueRule", "IssueStep", "Outsider"]
