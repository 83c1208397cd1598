"""Filters of a list, which refuse what they do not understand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from liaison_crm.core.api.fields import A_MOMENT, LARGEST_ID
from liaison_crm.core.periods import Month, parse_iso_date, validate_sane_date
from liaison_crm.core.search import REPLACEMENT, search_terms
from liaison_crm.core.text import shown

LONGEST_VALUE = 200
_ID = re.compile(r"[0-9]{1,19}")


# --- What a value may be ---


class StrictField(forms.Field):
    """Reads text with `read`; what that refuses is the field's error."""

    read: Callable[..., Any]
    schema: ClassVar[dict[str, Any]] = {"type": "string"}

    def to_python(self, value: Any) -> Any:
        return None if value in self.empty_values else self.read(value)


def read_id(text: str) -> int:
    """ASCII digits that a primary key can hold."""
    if not _ID.fullmatch(text) or not 0 < int(text) <= LARGEST_ID:
        raise ValidationError("Give an id.", code="id")
    return int(text)


def read_moment(text: str) -> datetime:
    """A day and a time with its offset from UTC."""
    try:
        moment = datetime.fromisoformat(text) if A_MOMENT.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValidationError("Give a moment as 2026-03-09T14:30:00Z.", code="moment")
    validate_sane_date(moment.date())
    return moment


def read_flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValidationError("Give true or false.", code="flag")
    return text == "true"


class IdField(StrictField):
    read = staticmethod(read_id)
    schema: ClassVar = {"type": "integer", "format": "int64", "minimum": 1}


class DayField(StrictField):
    read = staticmethod(parse_iso_date)
    schema: ClassVar = {"type": "string", "format": "date"}


class MonthField(StrictField):
    read = staticmethod(Month.parse)
    schema: ClassVar = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}


class MomentField(StrictField):
    read = staticmethod(read_moment)
    schema: ClassVar = {"type": "string", "format": "date-time"}


class FlagField(StrictField):
    read = staticmethod(read_flag)
    schema: ClassVar = {"type": "boolean"}


class SearchField(StrictField):
    read = staticmethod(search_terms)
    schema: ClassVar = {"type": "string", "maxLength": LONGEST_VALUE}


class WordsField(forms.Field):
    """Some of the listed words, separated by commas, each once."""

    def __init__(self, *, words: Iterable[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(words)

    def to_python(self, value: Any) -> Any:
        words = tuple(value.split(",")) if value else ()
        if unknown := [word for word in words if word not in self.words]:
            raise ValidationError(
                f"'{shown(unknown[0])}' is none of: {', '.join(self.words)}.", code="choice"
            )
        if len(set(words)) < len(words):
            raise ValidationError("Give each word once.", code="repeated")
        return words


class WordField(WordsField):
    """One of the listed words."""

    def to_python(self, value: Any) -> Any:
        words = super().to_python(value)
        if len(words) > 1:
            raise ValidationError("Give one word.", code="choice")
        return words[0] if words else None


# --- Filters over them ---


class IdFilter(django_filters.Filter):
    """Rows that point at this id, or have it."""

    field_class = IdField


class DayFilter(django_filters.Filter):
    field_class = DayField


class MonthFilter(django_filters.Filter):
    field_class = MonthField


class SinceFilter(django_filters.Filter):
    """Rows changed at that moment or later, for programs that keep a copy."""

    field_class = MomentField

    def __init__(self, field_name: str = "updated_at", **kwargs: Any) -> None:
        super().__init__(field_name, **{"lookup_expr": "gte", **kwargs})


class FlagFilter(django_filters.Filter):
    field_class = FlagField


class SearchFilter(django_filters.Filter):
    """Terms for a filter method; a blank search leaves all rows."""

    field_class = SearchField


class WordFilter(django_filters.Filter):
    """Rows with this word of a list."""

    field_class = WordField


class WordsFilter(django_filters.Filter):
    """Rows with any of the words, separated by commas."""

    field_class = WordsField

    def __init__(self, field_name: str | None = None, **kwargs: Any) -> None:
        super().__init__(field_name, **{"lookup_expr": "in", **kwargs})


# --- The whole set ---


class StrictForm(forms.Form):
    """Refuses names nobody declared, a name twice, long values, junk and inverted ranges."""

    # Names that others read: the page, the order.
    also_known: Iterable[str] = ()
    # Pairs of fields that bound a range.
    ranges: Iterable[tuple[str, str]] = ()

    def clean(self) -> dict[str, Any]:
        assert isinstance(self.data, QueryDict)
        for name, values in self.data.lists():
            self._check(name, values)
        for low, high in self.ranges:
            self._check_range(low, high)
        return self.cleaned_data

    def _check(self, name: str, values: list[str]) -> None:
        if name not in self.fields:
            if name not in self.also_known:
                known = ", ".join(sorted({*self.fields, *self.also_known}))
                self._refuse(name, "unknown_parameter", f"There is none. Known: {known}.")
            return
        if len(values) > 1:
            self._refuse(name, "repeated_parameter", "Give this once.")
        if any(len(value) > LONGEST_VALUE for value in values):
            self._refuse(name, "too_long", f"Give at most {LONGEST_VALUE} characters.")
        if any("\x00" in value or REPLACEMENT in value for value in values):
            self._refuse(name, "encoding", "This is not text in UTF-8.")
        if "" in values:
            self._refuse(name, "blank", "Give a value, or leave the parameter away.")

    def _check_range(self, low: str, high: str) -> None:
        start, end = self.cleaned_data.get(low), self.cleaned_data.get(high)
        if start is not None and end is not None and start > end:
            self._refuse(low, "inverted_range", f"This is after {high}.")

    def _refuse(self, name: str, code: str, message: str) -> None:
        """`add_error` knows only the form's own fields, and these may be anything."""
        self.cleaned_data.pop(name, None)
        errors = self.errors.setdefault(shown(name), self.error_class(renderer=self.renderer))
        errors.data.append(ValidationError(message, code=code))


class StrictFilterSet(django_filters.FilterSet):
    """A filter set whose form is strict. `ranges` names the pairs of filters that bound a range."""

    ranges: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, *args: Any, also_known: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form = cast("StrictForm", self.form)
        form.also_known = tuple(also_known)
        form.ranges = self.ranges

    @property
    def viewer(self) -> Any:
        """Whoever asks for the list."""
        assert self.request is not None
        return self.request.user

    def get_form_class(self) -> type[forms.Form]:
        """Built here so that a subclass with a Meta of its own is no less strict."""
        fields = {name: filter_.field for name, filter_ in self.filters.items()}
        return type(f"{type(self).__name__}Form", (StrictForm,), fields)
