"""A position, as the phone tells it."""

from __future__ import annotations

from django import forms


class NearForm(forms.Form):
    latitude = forms.FloatField(min_value=-90, max_value=90)
    longitude = forms.FloatField(min_value=-180, max_value=180)
