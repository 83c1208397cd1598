"""What an admin says of a file he sends."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from referrals.models import IntakeBatch, Source


class ImportForm(forms.Form):
    """An empty file passes here: the reader of files has the better word for it."""

    file = forms.FileField(
        label="Choose a file or drop it here",
        allow_empty_file=True,
        max_length=1000,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": "Choose a file of referrals."},
    )
    source = forms.ModelChoiceField(
        label="Where it comes from",
        queryset=Source.objects.none(),
        empty_label="Choose a source",
        error_messages={"required": "Choose where the file comes from."},
    )
    mode = forms.ChoiceField(
        label="If a row is refused, take",
        choices=IntakeBatch.Mode.choices,
        initial=IntakeBatch.Mode.ALL_OR_NOTHING,
        widget=forms.RadioSelect,
    )
    create_missing = forms.BooleanField(
        label="Make missing service lines and destinations", required=False
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = Source.objects.visible_to(viewer).feeds()
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]  # a Field has none
        known = list(sources[:2])
        self.has_sources = bool(known)
        if len(known) == 1:
            self.initial.setdefault("source", known[0])
