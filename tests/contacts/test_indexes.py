"""Deleting and joining stay quick: every foreign key leads an index, its own or another's."""

import pytest
from django.db import connection

WITHOUT_INDEX = """
    SELECT conrelid::regclass::text, attname
    FROM pg_constraint
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND conrelid::regclass::text LIKE 'contacts_%'
      AND NOT EXISTS (
          SELECT FROM pg_index
          WHERE indrelid = conrelid AND indkey[0] = conkey[1] AND indpred IS NULL
      )
"""


@pytest.mark.django_db
def test_every_foreign_key_of_the_directory_leads_an_index():
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_INDEX)
        assert cursor.fetchall() == []
