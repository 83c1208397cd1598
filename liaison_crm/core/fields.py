"""Model and form fields for text that people write, cleaned at every door by `core.text`.

With `screened=True` a field also refuses text by which a patient could be known. Whatever a person
writes in whole words is screened; a field that holds the name of a thing need not be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable

from liaison_crm.core.screening import PATIENT_IDENTITY, refusal_of
from liaison_crm.core.text import (
    REASONS,
    clean_line,
    clean_prose,
    line_problem,
    prose_problem,
)

if TYPE_CHECKING:
    _CharField = models.CharField[str | int | Combinable, str]
    _TextField = models.TextField[str | Combinable, str]
else:
    _CharField, _TextField = models.CharField, models.TextField


def validate_line(value: str) -> None:
    """Refuse what cannot be a line of text. A validator cannot compose; the fields below do."""
    if problem := line_problem(value):
        raise ValidationError(REASONS[problem], code=problem)


def validate_prose(value: str) -> None:
    """Refuse what cannot be text of several lines."""
    if problem := prose_problem(value):
        raise ValidationError(REASONS[problem], code=problem)


def validate_without_patients(value: str) -> None:
    """Refuse text by which a patient could be known. Only its author hears which words."""
    if refusal := refusal_of(value):
        raise ValidationError(refusal, code=PATIENT_IDENTITY)


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """Clean a text; leave None and SQL expressions as they are."""
    return clean(value) if isinstance(value, str) else value


class _ScreenedFormField(forms.CharField):
    """Screens on the server, and asks static/js/screening.js to do so before anything is sent."""

    def __init__(self, *, screened: bool = False, **kwargs: Any) -> None:
        self.screened = screened
        super().__init__(**kwargs)
        if screened:
            self.validators.append(validate_without_patients)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        return {**attrs, "data-screened": ""} if self.screened else attrs


class LineFormField(_ScreenedFormField):
    def to_python(self, value: Any) -> Any:
        return _cleaned(super().to_python(value), clean_line)


class ProseFormField(_ScreenedFormField):
    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        return _cleaned(super().to_python(value), clean_prose)


class LineField(_CharField):
    """A `CharField` of one composed line, also when written by `bulk_create` or `update`."""

    default_validators = [validate_line]  # noqa: RUF012 (as Django declares it)

    def __init__(self, *args: Any, screened: bool = False, **kwargs: Any) -> None:
        # Not deconstructed: the table is the same, and history keeps what was once accepted.
        self.screened = screened
        super().__init__(*args, **kwargs)
        if screened:
            self.validators.append(validate_without_patients)

    def to_python(self, value: Any) -> Any:
        return _cleaned(super().to_python(value), clean_line)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return super().get_db_prep_save(_cleaned(value, clean_line), connection)

    def formfield(self, **kwargs: Any) -> Any:
        ours = {"form_class": LineFormField, "screened": self.screened}
        return super().formfield(**{**(ours if "form_class" not in kwargs else {}), **kwargs})


class ProseField(_TextField):
    """A `TextField` of composed lines, also when written by `bulk_create` or `update`."""

    default_validators = [validate_prose]  # noqa: RUF012 (as Django declares it)

    def __init__(self, *args: Any, screened: bool = False, **kwargs: Any) -> None:
        # Not deconstructed: the table is the same, and history keeps what was once accepted.
        self.screened = screened
        super().__init__(*args, **kwargs)
        if screened:
            self.validators.append(validate_without_patients)

    def to_python(self, value: Any) -> Any:
        return _cleaned(super().to_python(value), clean_prose)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return super().get_db_prep_save(_cleaned(value, clean_prose), connection)

    def formfield(self, **kwargs: Any) -> Any:
        ours = {"form_class": ProseFormField, "screened": self.screened}
        return super().formfield(**{**(ours if "form_class" not in kwargs else {}), **kwargs})
