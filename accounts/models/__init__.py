from accounts.models.ledgers import AccessLog, BulkJob, IdempotentRequest
from accounts.models.people import ApiToken, User, default_time_zone
from accounts.models.territories import Assignment, Handover, Territory, TerritoryArea
from accounts.workdays.models import ClosedDay

__all__ = [
    "AccessLog",
    "ApiToken",
    "Assignment",
    "BulkJob",
    "ClosedDay",
    "Handover",
    "IdempotentRequest",
    "Territory",
    "TerritoryArea",
    "User",
    "default_time_zone",
]
