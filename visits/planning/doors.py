"""A practice with what planning knows of it: its tier, how often it is due, its windows."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from visits.planning.days import windows_of
from visits.planning.models import Cadence, PracticeTier


def with_planning(practices: QuerySet[Any], *, viewer: User) -> QuerySet[Any]:
    """As `tier`, `cadence_days` and `welcome`; no tier where the viewer does not work."""
    tier = PracticeTier.objects.visible_to(viewer).filter(practice=OuterRef("pk")).values("tier")
    days = Cadence.objects.visible_to(viewer).filter(tier=OuterRef("tier")).values("days")
    known: QuerySet[Any] = practices.annotate(
        tier=Subquery(tier), cadence_days=Subquery(days), welcome=windows_of("pk")
    )
    return known
