"""What a part of the log screen has to know, and how what it asks for reaches the visit."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from contacts.models import Practice
from visits.forms.people import OfficePeople
from visits.services import Alongside


class Section(forms.Form):
    """A part of the screen that logs a visit, beside `VisitForm` among the bases of its form.

    The fields of a part begin with its name. `alongside` adds what was told in it.
    """

    def __init__(
        self, *args: Any, practice: Practice, office: OfficePeople, liaison: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice
        self.office = office
        self.liaison = liaison

    def alongside(self) -> tuple[Alongside, ...]:
        return ()
