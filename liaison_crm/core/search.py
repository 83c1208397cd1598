"""What a person typed into a search box, as terms and as a PostgreSQL query."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError

from liaison_crm.core.text import clean_line

LONGEST_QUERY = 200
MOST_TERMS = 10
# What Django puts where a query string is not UTF-8.
REPLACEMENT = "\ufffd"


def search_terms(text: str) -> list[str]:
    """The words of a search, composed (NFC), or a `ValidationError` that says what is wrong.

    Nothing in them has a meaning of its own: wildcards and operators are letters to look for.
    """
    if len(text) > LONGEST_QUERY:
        raise ValidationError(
            f"Search for at most {LONGEST_QUERY} characters.", code="query_too_long"
        )
    if REPLACEMENT in text:
        raise ValidationError("This is not text in UTF-8.", code="encoding")
    terms = clean_line(text.replace("\t", " ")).split()
    if len(terms) > MOST_TERMS:
        raise ValidationError(f"Search for at most {MOST_TERMS} words.", code="too_many_terms")
    return terms


def prefix_query(terms: Sequence[str]) -> SearchQuery:
    """Rows that have, for every term, a word starting with it. Config `simple`, as our vectors."""
    quoted = (term.replace("\\", "\\\\").replace("'", "''") for term in terms)
    return SearchQuery(
        " & ".join(f"'{term}':*" for term in quoted), config="simple", search_type="raw"
    )
