"""Questions about issues. What other parts ask most: `fixed_and_untold`, `open_issues_of`."""

from visits.issues.reports.trend import TrendRow, issue_trend
from visits.issues.reports.waiting import (
    IssueCounts,
    OwnerLate,
    fixed_and_untold,
    issue_counts,
    late_by_owner,
    open_issues_by_practice,
    open_issues_of,
)

__all__ = [
    "IssueCounts",
    "OwnerLate",
    "TrendRow",
    "fixed_and_untold",
    "issue_counts",
    "issue_trend",
    "late_by_owner",
    "open_issues_by_practice",
    "open_issues_of",
]
