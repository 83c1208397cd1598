"""Names of a file and what they mean here: practices, service lines, destinations.

Two spellings are one name if they fold to the same key, whatever the case, the accents' encoding
or the spaces. Python folds, because the database's lower() knows less; only different names are
folded, a page at a time, so memory stays flat.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.text import slugify
from psycopg import sql

from contacts.models import Practice
from liaison_crm.core.text import match_key
from referrals.errors import TooManyNew
from referrals.models import Facility, ServiceLine
from referrals.models.catalogue import code_format

PAGE = 20_000
# A file that names more new places or lines than this has its columns in the wrong order.
MOST_NEW = 1_000
LONGEST_CODE = 40

# What a name given in the file is called here. Twice is too often: nobody may choose for it.
CREATE_NAMES = sql.SQL("CREATE TEMPORARY TABLE {} (given text, pk bigint, is_ambiguous boolean)")
CREATE_PRACTICES = """
    CREATE TEMPORARY TABLE intake_practice (name text, zip text, pk bigint, is_ambiguous boolean)
"""

Match = tuple[int | None, bool]


def match_practices(rows: str) -> None:
    """Fill `intake_practice` with every different name and ZIP code in the table `rows`."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_practice")
        cursor.execute(CREATE_PRACTICES)
        for page in _pages(rows, "practice_name", "practice_zip"):
            known = _practices_at({zip_code for _, zip_code in page})
            with cursor.copy("COPY intake_practice FROM STDIN") as copy:
                for name, zip_code in page:
                    copy.write_row((name, zip_code, *_match(known[match_key(name), zip_code])))
        cursor.execute("ANALYZE intake_practice")


def match_catalogue(table: str, column: str, model: type[ServiceLine | Facility]) -> None:
    """Fill `table` with what each different cell of that column means: a code, or else a name."""
    catalogue = Catalogue(model)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(sql.Identifier(table)))
        cursor.execute(CREATE_NAMES.format(sql.Identifier(table)))
        for page in _pages("intake_row", column):
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                for (given,) in page:
                    copy.write_row((given, *_match(catalogue.named(given))))


class Catalogue:
    """Service lines or destinations, by code first and by name where no code says so."""

    def __init__(self, model: type[ServiceLine | Facility]) -> None:
        self.codes: dict[str, int] = {}
        self.names: defaultdict[str, list[int]] = defaultdict(list)
        for pk, code, name in model.objects.values_list("pk", "code", "name"):
            self.codes[code] = pk
            self.names[match_key(name)].append(pk)

    def named(self, given: str) -> list[int]:
        key = match_key(given)
        return [self.codes[key]] if key in self.codes else self.names.get(key, [])


def create_missing(model: type[ServiceLine | Facility], given: Collection[str]) -> list[int]:
    """Make an entry for each of these names; a name that can be a code is its own code."""
    ids: list[int] = []
    if len(given) > MOST_NEW:
        raise TooManyNew(
            f"This file names {len(given):,} {model._meta.verbose_name_plural} that are not there "
            f"yet; more than {MOST_NEW:,} at once are not made.",
            limit=MOST_NEW,
        )
    made: dict[str, str] = {}
    taken = set(model.objects.values_list("code", flat=True))
    for name in given:
        if match_key(name) not in made:
            code = made[match_key(name)] = _free_code(name, taken)
            taken.add(code)
            ids.append(model.objects.create(code=code, name=name).pk)
    return ids


def _pages(rows: str, *columns: str) -> Iterator[list[tuple[str, ...]]]:
    """Every different combination of non-empty cells, a page at a time, in order."""
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    question = sql.SQL(
        "SELECT DISTINCT {listed} FROM {rows} WHERE ({listed}) > ({last}) AND {given}"
        " ORDER BY {listed} LIMIT %s"
    ).format(
        listed=listed,
        rows=sql.Identifier(rows),
        last=sql.SQL(", ").join(sql.Placeholder() * len(columns)),
        given=sql.SQL(" AND ").join(
            sql.SQL("{} <> ''").format(sql.Identifier(column)) for column in columns
        ),
    )
    last: tuple[str, ...] = ("",) * len(columns)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(question, [*last, PAGE])
            page = cursor.fetchall()
            if page:
                yield page
            if len(page) < PAGE:
                return
            last = page[-1]


def _practices_at(zip_codes: set[str]) -> defaultdict[tuple[str, str], list[int]]:
    known: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    found = Practice.objects.filter(zip_code__in=zip_codes).values_list("pk", "name", "zip_code")
    for pk, name, zip_code in found.iterator():
        known[match_key(name), zip_code].append(pk)
    return known


def _match(found: list[int]) -> Match:
    if len(found) > 1:
        return None, True
    return (found[0] if found else None), False


def _free_code(name: str, taken: set[str]) -> str:
    code = name if _is_code(name) else slugify(name)[:LONGEST_CODE].strip("-_") or "unnamed"
    free, number = code, 1
    while free in taken:
        number += 1
        free = f"{code[: LONGEST_CODE - 5]}-{number}"
    return free


def _is_code(name: str) -> bool:
    try:
        code_format(name)
    except ValidationError:
        return False
    return len(name) <= LONGEST_CODE
