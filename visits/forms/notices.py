"""What one wants to be told, and where in the list of notices one is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import User
from visits.forms.narrowing import Narrowing
from visits.notices.digests import kind_for
from visits.notices.models import NoticeChoices


class NoticesNarrowing(Narrowing):
    """Only where in the list."""


class NoticeChoicesForm(forms.ModelForm[NoticeChoices]):
    """One box for each event and for the digest this person's role gets."""

    class Meta:
        model = NoticeChoices
        fields = ("assigned", "due", "falling", "imported", "daily", "weekly")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = kind_for(person)
        for kind in {"daily", "weekly"} - {wanted}:
            del self.fields[kind]
        if not person.is_admin:
            del self.fields["imported"]

    @property
    def events(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name not in {"daily", "weekly"}]

    @property
    def digests(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name in {"daily", "weekly"}]
