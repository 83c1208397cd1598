"""The one screen on which a visit is logged, and the same screen to correct it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils import timezone

from contacts.models import StaffMember
from liaison_crm.core.fields import LineFormField, ProseFormField
from liaison_crm.core.periods import validate_sane_date
from liaison_crm.core.wording import short_day
from visits.correcting.models import Correction
from visits.correcting.services import Reason
from visits.days import day_for
from visits.education.reports import Entry, messages_told_in
from visits.education.services import ToldAlongside
from visits.forms.days import DayField
from visits.forms.messages import MessagesTold
from visits.forms.offering import offer_choices, offer_rows
from visits.forms.people import AT_HAND
from visits.forms.promise_section import PromiseSection
from visits.forms.raising import IssueSection
from visits.forms.referring import ReferralSection
from visits.forms.sections import Section
from visits.models import Topic, Visit
from visits.promises.due import day_after
from visits.services import Alongside, VisitRecord

MINUTE = "%Y-%m-%dT%H:%M"
AGAIN = (("2w", "2 weeks"), ("1m", "1 month"), ("3m", "3 months"), ("", "Not set"))
TILES = {
    Visit.Outcome.GOOD_TALK: ("thumbs-up", "They had time"),
    Visit.Outcome.QUICK_HELLO: ("hand", "Under 2 minutes"),
    Visit.Outcome.DROP_OFF: ("package", "Left materials"),
    Visit.Outcome.NO_ACCESS: ("door-closed", "Closed or turned away"),
}


class VisitForm(Section):
    """What happened at one practice. `people` are those one may have met there."""

    people = forms.MultipleChoiceField(
        label="Who did you see?", required=False, widget=forms.CheckboxSelectMultiple
    )
    outcome = forms.ChoiceField(
        label="How did it go?",
        choices=Visit.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it went."},
    )
    topics = forms.ModelMultipleChoiceField(
        label="What came up?",
        queryset=Topic.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = ProseFormField(
        required=False,
        screened=True,
        max_length=2000,
        widget=forms.Textarea(
            attrs={"rows": 1, "placeholder": "Add a note", "autocomplete": "off"}
        ),
    )
    held_at = forms.DateTimeField(
        label="When",
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"}),
    )
    channel = forms.ChoiceField(
        label="How", choices=Visit.Channel.choices, required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "people", self.office.choices())
        offer_rows(self, "topics", self._topics())
        self.fields["note"].widget.attrs["aria-label"] = "Note"

    def _topics(self) -> Any:
        return Topic.objects.visible_to(self.liaison).offered()

    def clean_held_at(self) -> datetime:
        held_at: datetime = self.cleaned_data["held_at"]
        validate_sane_date(held_at.date())
        return held_at

    def clean_channel(self) -> str:
        return self.cleaned_data["channel"] or Visit.Channel.IN_PERSON

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # The people were ticked beforehand; whoever then says "No access" met nobody.
        if cleaned.get("outcome") == Visit.Outcome.NO_ACCESS:
            cleaned["people"] = []
            cleaned["newcomer"] = ""
        return cleaned

    def people_at_hand(self) -> list[BoundWidget]:
        return list(self["people"])[: self._at_hand]

    def other_people(self) -> list[BoundWidget]:
        """They stand behind a "+", so that a hospital's two hundred do not fill the screen."""
        return list(self["people"])[self._at_hand :]

    @property
    def offers_newcomer(self) -> bool:
        return "newcomer" in self.fields

    @property
    def other_people_chosen(self) -> bool:
        """What stands behind the "+" is in use, so it must show."""
        if self.offers_newcomer and (self["newcomer"].value() or self["newcomer"].errors):
            return True
        return any(widget.data["selected"] for widget in self.other_people())

    @property
    def _at_hand(self) -> int:
        return max(AT_HAND, len(self.office.first))

    @property
    def day(self) -> date:
        """The day of the visit on the liaison's calendar."""
        return day_for(self.liaison, self.cleaned_data["held_at"])

    @property
    def when_words(self) -> str:
        """What the folded fields say: "Today 10:52, in person"."""
        held_at = self["held_at"].value()
        channel = dict(Visit.Channel.choices).get(self["channel"].value(), "")
        if not isinstance(held_at, datetime):
            return f"{held_at}, {channel}".lower().replace("t", " ")
        today = timezone.localdate()
        day = "Today" if held_at.date() == today else short_day(held_at, today)
        return f"{day} {held_at:%H:%M}, {channel.lower()}"

    def tiles(self) -> list[tuple[Any, str, str]]:
        """Each outcome with its icon and what it means."""
        return [
            (widget, *TILES[Visit.Outcome(str(widget.data["value"]))]) for widget in self["outcome"]
        ]


class LogVisitForm(PromiseSection, IssueSection, MessagesTold, ReferralSection, VisitForm):
    """Also what comes of it: when to come again, a promise, an issue, a referral."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    newcomer = LineFormField(
        label="Somebody new at the office",
        required=False,
        max_length=StaffMember.name.field.max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Their name"}),
    )
    again = forms.ChoiceField(
        label="See them again in", choices=AGAIN, required=False, widget=forms.RadioSelect
    )

    def record(self) -> VisitRecord:
        said = self.cleaned_data
        physicians, staff = self.office.chosen(said["people"])
        return VisitRecord(
            client_key=said["client_key"],
            held_at=said["held_at"],
            outcome=said["outcome"],
            channel=said["channel"],
            physicians=physicians,
            staff=staff,
            newcomer=said["newcomer"],
            topics=tuple(said["topics"]),
            note=said["note"],
            see_again_on=day_after(self.day, said["again"]) if said["again"] else None,
            alongside=self.alongside(),
        )


class EditVisitForm(MessagesTold, VisitForm):
    """Corrects a visit; the wish to come again is a date here."""

    see_again_on = DayField(label="See them again about", required=False)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        self.visit = visit
        liaison = kwargs["liaison"]
        today = day_for(liaison, timezone.now())
        self.told_then = messages_told_in(visit, viewer=liaison, on=today)
        super().__init__(*args, initial=_told(visit, self.told_then), **kwargs)

    @cached_property
    def messages_on_offer(self) -> tuple[Entry, ...]:
        """Those told in this visit as they were told, and the others of today."""
        told = {one.message for one in self.told_then}
        others = (one for one in super().messages_on_offer if one.message not in told)
        return (*self.told_then, *others)

    def _topics(self) -> Any:
        """Also topics no longer offered, if this visit has them."""
        offered = super()._topics()
        return (offered | self.visit.topics.all()).distinct()

    def record(self) -> VisitRecord:
        said = self.cleaned_data
        physicians, staff = self.office.chosen(said["people"])
        return VisitRecord(
            held_at=said["held_at"],
            outcome=said["outcome"],
            channel=said["channel"],
            physicians=physicians,
            staff=staff,
            topics=tuple(said["topics"]),
            note=said["note"],
            see_again_on=said["see_again_on"],
            alongside=self.alongside(),
        )

    def alongside(self) -> tuple[Alongside, ...]:
        """Also that nothing was told after all, where something had been."""
        told = tuple(self.cleaned_data["messages_told"])
        return (ToldAlongside(told),) if told or self.told_then else ()


class ReasonForm(forms.Form):
    """Why a visit says something else after its seven days."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reason = LineFormField(
        label="Why?",
        max_length=Correction.reason.field.max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why."},
    )

    def why(self) -> Reason:
        said = self.cleaned_data
        return Reason(words=said["reason"], client_key=said["client_key"])


class CorrectVisitForm(ReasonForm, EditVisitForm):
    """Corrects a visit whose seven days are over."""


def _told(visit: Visit, messages: tuple[Entry, ...]) -> dict[str, Any]:
    """The form's values as the visit stands."""
    met = list(visit.attendees.all())
    return {
        "held_at": timezone.localtime(visit.held_at),
        "outcome": visit.outcome,
        "channel": visit.channel,
        "note": visit.note,
        "see_again_on": visit.see_again_on,
        "topics": list(visit.topics.all()),
        "messages_told": [one.version for one in messages],
        "people": [f"p{one.physician_id}" for one in met if one.physician_id]
        + [f"s{one.staff_member_id}" for one in met if one.staff_member_id],
    }


def fresh_log(moment: datetime, first: list[str]) -> dict[str, Any]:
    """The values a new form starts with: a key of its own, now, in person, nothing decided."""
    return {
        "client_key": uuid.uuid4(),
        "held_at": timezone.localtime(moment),
        "channel": Visit.Channel.IN_PERSON,
        "again": "",
        "due": "1w",
        "people": first,
        "referral_day": "today",
    }
