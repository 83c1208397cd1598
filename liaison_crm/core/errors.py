"""Refusals a person may read, and the one way a page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError

if TYPE_CHECKING:
    from django.forms import BaseForm

UNIQUE_VIOLATION = "23505"


class DomainError(Exception):
    """The system understood and says no, in a sentence fit to show a person.

    Each subclass has a stable `code` of its own. `http_status` stays 409 unless the refusal is
    about the request itself, such as a file of the wrong kind.
    """

    code: ClassVar[str] = "refused"
    http_status: ClassVar[int] = 409

    def __init__(self, message: str, *, field: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = {name: value for name, value in details.items() if value is not None}


class AlreadyExists(DomainError):
    """Somebody else wrote the same thing first; the database kept the first one."""

    code = "already_exists"


def is_unique_violation(error: IntegrityError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == UNIQUE_VIOLATION


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Show on the form what a service refuses inside the block.

    A `ValidationError` goes to its fields and a `DomainError` to the field it names; what the
    form does not have goes on top. A lost race for a unique value reads as `AlreadyExists`.
    Not allowed and not found are no words for a form: they pass through.
    """
    try:
        yield
    except ValidationError as mistake:
        _put_on(form, mistake)
    except DomainError as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, ValidationError(refusal.message, code=refusal.code))
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        form.add_error(None, ValidationError("This already exists.", code=AlreadyExists.code))


def _put_on(form: BaseForm, mistake: ValidationError) -> None:
    if not hasattr(mistake, "error_dict"):
        form.add_error(None, mistake)
        return
    for field, errors in mistake.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)
