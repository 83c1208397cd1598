"""The sign of life of an import that runs, and how far it is: written beside its transaction."""

from __future__ import annotations

import threading
from types import TracebackType

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from referrals.models import IntakeBatch

BEAT_SECONDS = 2
# Reading and checking is about this share of the work, taking the rows is the rest.
STAGING_SHARE = 0.3


class Pulse:
    """Beats from a thread with a connection of its own, so an open transaction does not hide it."""

    def __init__(self, batch: IntakeBatch) -> None:
        self.batch = batch
        self.rows_staged = 0
        self.rows_taken = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"import-{batch.pk}", daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def staged(self, rows: int) -> None:
        self.rows_staged = rows

    def taken(self, rows: int) -> None:
        self.rows_taken = rows

    @property
    def rows_done(self) -> int:
        return int(STAGING_SHARE * self.rows_staged + (1 - STAGING_SHARE) * self.rows_taken)

    def _beat(self) -> None:
        mine = IntakeBatch.objects.filter(
            pk=self.batch.pk, state=IntakeBatch.State.RUNNING, attempts=self.batch.attempts
        )
        try:
            while not self._stop.wait(BEAT_SECONDS):
                mine.update(heartbeat_at=Now(), rows_done=self.rows_done)
        except DatabaseError:
            # Without a pulse the import looks dead, and dead it is if the database is gone.
            return
        finally:
            connection.close()
