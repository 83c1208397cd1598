"""A fingerprint of everything our apps hold, to prove that a refusal changed nothing."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

OUR_APPS = ("accounts", "contacts", "referrals", "visits")
# Written because somebody asked, whatever he was told; and a token's day of last use.
LOGS = {"accounts_accesslog", "accounts_idempotentrequest", "accounts_apitoken"}
# Loaded by a migration, large, and changed by nobody.
REFERENCE = {"contacts_zipcode", "contacts_specialty"}


def fingerprint() -> dict[str, str]:
    """For each table the digest of its rows."""
    tables = sorted(
        model._meta.db_table
        for label in OUR_APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model._meta.db_table not in LOGS | REFERENCE
    )
    each = (
        f"SELECT '{table}', coalesce(md5(string_agg(md5(r::text), '' ORDER BY md5(r::text))), '')"  # noqa: S608  table names of ours
        f' FROM "{table}" r'
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return dict(cursor.fetchall())
