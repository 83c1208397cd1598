"""How many notices wait, for the navigation of every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from visits.notices.telling import unseen_count


def unseen_notices(request: HttpRequest) -> dict[str, Any]:
    """Counted only where a page draws the navigation."""
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return {}
    return {"nav_counts": SimpleLazyObject(lambda: {"notices": unseen_count(person)})}
