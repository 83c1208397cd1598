"""Publish a message, note that an office heard one, and the part of the log screen that does."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Territory, User
from liaison_crm.core.fields import LineFormField, ProseFormField
from referrals.models import ServiceLine
from visits.days import day_for
from visits.education.models import Message, MessageVersion
from visits.education.reports import STATES, Entry, ledger_of
from visits.education.services import Said, ToldAlongside
from visits.forms.days import DayField
from visits.forms.narrowing import Narrowing, RowField
from visits.forms.offering import offer_rows
from visits.forms.sections import Section
from visits.services import Alongside


class MessageForm(forms.Form):
    title = LineFormField(label="Title", max_length=Message.title.field.max_length)
    service_line = forms.ModelChoiceField(
        label="Service line", queryset=ServiceLine.objects.none(), required=False
    )
    points = ProseFormField(
        label="What there is to say",
        max_length=MessageVersion.points.field.max_length,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Other words become a new version, which no office has heard yet.",
    )
    valid_from = DayField(label="Told from")
    valid_until = DayField(label="Last told on", required=False)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "service_line", ServiceLine.objects.visible_to(viewer))

    def said(self) -> Said:
        return Said(**self.cleaned_data)


class OfficesNarrowing(Narrowing):
    """Which offices of a message are shown: those that stand so with it, of one territory."""

    state = forms.ChoiceField(required=False, choices=tuple(STATES.items()))
    territory = RowField(Territory.objects.none(), required=False)

    def __init__(self, asked: QueryDict, *, viewer: User) -> None:
        super().__init__(asked)
        offer_rows(self, "territory", Territory.objects.visible_to(viewer))


class TellForm(forms.Form):
    """One message, told to an office outside a visit: in the version the page showed."""

    version = forms.ModelChoiceField(queryset=MessageVersion.objects.none())
    client_key = forms.UUIDField(required=False)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = MessageVersion.objects.visible_to(viewer).select_related("message")
        offer_rows(self, "version", versions)


class MessagesTold(Section):
    """Which messages were told: folded away, so it costs nobody else a tap.

    Any version may come back, since a phone may have shown one that was replaced meanwhile.
    """

    messages_told = forms.ModelMultipleChoiceField(
        label="Messages told", queryset=MessageVersion.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "messages_told", MessageVersion.objects.visible_to(self.liaison))

    @cached_property
    def today(self) -> date:
        return day_for(self.liaison, timezone.now())

    @cached_property
    def messages_on_offer(self) -> tuple[Entry, ...]:
        """Read once for the screen; without any the part is not shown."""
        return ledger_of(self.practice.pk, viewer=self.liaison, on=self.today)

    @property
    def messages_ticked(self) -> set[str]:
        return {str(value) for value in self["messages_told"].value() or ()}

    @property
    def news(self) -> int:
        """How many of them this office has not heard."""
        return sum(one.state != "heard" for one in self.messages_on_offer)

    def alongside(self) -> tuple[Alongside, ...]:
        told = tuple(self.cleaned_data["messages_told"])
        return (*super().alongside(), ToldAlongside(told)) if told else super().alongside()
