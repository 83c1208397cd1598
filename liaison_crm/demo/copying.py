"""Fast writing of many rows, for history too long to build object by object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """COPY rows into the model's table; triggers and constraints work as for any writer."""
    names = ", ".join(f'"{column}"' for column in columns)
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


def reserve_ids(model: type[models.Model], count: int) -> range:
    """Ids from the table's own sequence, so that rows can name each other before they exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(name, nextval(name) + %s) FROM pg_get_serial_sequence(%s, 'id') AS name",
            [count, model._meta.db_table],
        )
        last = int(cursor.fetchone()[0])
    return range(last - count, last)
