"""What the API reads and shows of promises beside the follow-ups themselves."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.api.base import PersonViewSet
from accounts.workdays.reports import team_workdays
from contacts.models import Physician, StaffMember
from liaison_crm.core.api.fields import Flag, RowField, Uuid
from liaison_crm.core.api.serializers import StrictSerializer
from liaison_crm.core.api.views import Listed, Retrieved
from visits.models import SuggestedPromise
from visits.promises.due import due_day
from visits.services import Promise, Told


class SuggestedPromiseOut(serializers.ModelSerializer[SuggestedPromise]):
    class Meta:
        model = SuggestedPromise
        fields = ("id", "words", "is_offered")
        read_only_fields = fields


class SuggestedPromises(Listed, Retrieved, PersonViewSet):
    """What is promised often. Admins keep the list."""

    serializer_class = SuggestedPromiseOut
    orderings: ClassVar = {"words": ("words", "pk"), "id": ("pk",)}

    def get_queryset(self) -> QuerySet[SuggestedPromise]:
        return SuggestedPromise.objects.visible_to(self.person)


class ToldIn(StrictSerializer):
    to_physician = RowField(
        Physician.objects.visible_to,
        required=False,
        allow_null=True,
        default=None,
        help_text="Who heard it; nobody by name means the office.",
    )
    to_staff = RowField(
        StaffMember.objects.visible_to, required=False, allow_null=True, default=None
    )
    client_key = Uuid(
        required=False,
        allow_null=True,
        default=None,
        help_text="Made on the device: what is sent twice is done once.",
    )


class KeepIn(ToldIn):
    told = Flag(required=False, default=False, help_text="The office heard it as well.")


def promise_in(given: dict[str, Any], *, since: date) -> Promise:
    """A promise as the service takes it; `due_in` means a working day, counted from `since`."""
    span = given.pop("due_in", None)
    due_on = due_day(since, span, team_workdays()) if span else given.pop("due_on")
    return Promise(**given, due_on=due_on)


def told_in(given: dict[str, Any]) -> Told:
    return Told(to_physician=given["to_physician"], to_staff=given["to_staff"])
