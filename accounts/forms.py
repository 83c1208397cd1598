"""Forms of sign-in and of one's own page."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account.fields import PasswordField
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.core.validators import MaxLengthValidator

from accounts.models import User
from liaison_crm.core.fields import LineFormField

LONGEST_PASSWORD = 128


class CappedPasswords:
    """Refuses passwords over 128 characters before anything hashes them.

    A validator, not `max_length`: the attribute would make browsers cut what is pasted.
    """

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PasswordField):
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))
                field.widget.attrs.pop("placeholder", None)


class SignInForm(CappedPasswords, LoginForm):  # type: ignore[misc]  # allauth has no types
    pass


class ConfirmPasswordForm(CappedPasswords, ReauthenticateForm):  # type: ignore[misc]  # as above
    pass


class NewPasswordForm(CappedPasswords, ChangePasswordForm):  # type: ignore[misc]  # as above
    pass


class PasswordFromLinkForm(CappedPasswords, ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    pass


def zone_choices() -> list[tuple[str, str]]:
    """The zones people live in, US ones first."""
    places = [name for name in available_timezones() if "/" in name and name[:3] != "Etc"]
    nearby = sorted(name for name in places if name.startswith(("America/", "US/", "Pacific/")))
    return [(name, name.replace("_", " ")) for name in [*nearby, *sorted(set(places) - {*nearby})]]


class ProfileForm(forms.Form):
    name = LineFormField(max_length=120, label="Name")
    time_zone = forms.ChoiceField(choices=zone_choices, label="Time zone")

    @classmethod
    def of(cls, person: User, data: Any = None) -> ProfileForm:
        return cls(data, initial={"name": person.name, "time_zone": person.time_zone})


class TokenForm(forms.Form):
    name = LineFormField(
        max_length=80, label="What is it for", help_text="The program that will use it."
    )
    days = forms.TypedChoiceField(
        coerce=int,
        choices=[(30, "30 days"), (90, "90 days"), (365, "A year")],
        initial=90,
        label="Ends after",
    )
