"""Every change of a tracked model becomes a row of its history, whichever way it was made."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=type[models.Model])


def tracked(*, exclude: Sequence[str] = ()) -> Callable[[M], M]:
    """Record inserts, updates and deletes by a statement trigger, bulk and raw SQL included.

    Trackers are made anew for each model: the library's default-trackers setting copies them
    deeply, and its statement triggers then no longer recognise their operation.
    """
    track: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
    )
    return track
