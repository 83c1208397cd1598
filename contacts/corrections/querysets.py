from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from liaison_crm.core.periods import site_today

if TYPE_CHECKING:
    from accounts.models import User
    from contacts.corrections.models import ChangeRequest, NpiMatch


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those about the practices and physicians one works today."""
        if user.sees_all_territories:
            return self
        physicians = apps.get_model("contacts", "Physician").objects
        return self.filter(
            Q(by=user)
            | Q(practice__territory__in=user.territories_today())
            | Q(physician__in=physicians.worked_by(user, on=site_today()), practice=None)
        )

    def about_the_directory(self) -> Self:
        """Facts everyone may read; staff and the access rule belong to the relationship."""
        return self.filter(staff_member=None).exclude(kind="access_rule")

    def open(self) -> Self:
        return self.filter(state="open")

    def answered(self) -> Self:
        return self.exclude(state__in=("open", "withdrawn"))

    def answered_since(self, moment: datetime) -> Self:
        """Those somebody else, or the registry, decided from that moment on."""
        return self.answered().filter(decided_at__gte=moment)

    def asked_by(self, user: User) -> Self:
        return self.filter(by=user)

    def saying_number(self, digits: str) -> Self:
        """Open words on a phone or fax that has these digits."""
        said = Q(proposed__phone__icontains=digits) | Q(proposed__fax__icontains=digits)
        return self.open().filter(said)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind else self

    def rivals_of(self, request: ChangeRequest) -> Self:
        """Other open words on the same fact. Any number of people can join a practice."""
        if request.kind == "joined":
            return self.none()
        return (
            self.open()
            .exclude(pk=request.pk)
            .filter(
                kind=request.kind,
                practice=request.practice_id,
                physician=request.physician_id,
                affiliation=request.affiliation_id,
                staff_member=request.staff_member_id,
            )
        )

    def for_list(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related(
            "practice",
            "physician__primary_specialty",
            "affiliation",
            "staff_member",
            "other_practice",
            "by",
            "decided_by",
            "load",
        ).defer(
            "practice__search",
            "physician__search",
            "staff_member__search",
            "other_practice__search",
        )

    def oldest_first(self) -> Self:
        return self.order_by("asked_at", "pk")

    def latest_first(self) -> Self:
        return self.order_by("-asked_at", "-pk")


class NpiMatchQuerySet(models.QuerySet["NpiMatch"]):
    def visible_to(self, user: User) -> Self:
        """Admins match, managers read."""
        return self if user.sees_all_territories else self.none()

    def standing(self) -> Self:
        return self.filter(undone_at=None)
