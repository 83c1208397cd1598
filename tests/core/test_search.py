"""A74: odd queries are refused or taken literally, and quickly."""

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison_crm.core.search import prefix_query, search_terms


def code_of(text):
    with pytest.raises(ValidationError) as refusal:
        search_terms(text)
    return refusal.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\x00b", "control"),
        ("\ufffd", "encoding"),
        ("x" * 201, "query_too_long"),
        ("x" * 100_000, "query_too_long"),
        (" ".join("a" * 11), "too_many_terms"),
        ("\u202eana", "bidi"),
        ("a\nb", "line_break"),
        ("\ud800", "surrogate"),
    ],
)
def test_a74_it_refuses(text, code):
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("  ", []),
        ("Ana  Ruiz\t", ["Ana", "Ruiz"]),
        ("50%_\\", ["50%_\\"]),
        ("Nun\u0303ez", ["Nu\u00f1ez"]),
        ("(a+)+$ ' OR 1=1--", ["(a+)+$", "'", "OR", "1=1--"]),
        (" ".join("a" * 10), ["a"] * 10),
    ],
)
def test_a74_it_splits(text, terms):
    assert search_terms(text) == terms


def matches(document, query):
    with connection.cursor() as cursor:
        compiled, values = query.resolve_expression().as_sql(
            Session.objects.all().query.get_compiler("default"), connection
        )
        cursor.execute(f"SELECT to_tsvector('simple', %s) @@ {compiled}", [document, *values])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("rui", True),
        ("ana rui", True),
        ("rui ana", True),
        ("uiz", False),
        ("ana x", False),
        ("ana & x", False),
        ("!ana", True),
        ("o'bri", True),
        ("%", False),
        ("a:*", True),
        ("\\", False),
        ("'", False),
    ],
)
def test_terms_are_prefixes_in_any_order(typed, found):
    assert bool(matches("Ana Ruiz O'Brien", prefix_query(search_terms(typed)))) == found


@pytest.mark.django_db
@settings(max_examples=300)
@given(st.text("ab'\\:*&|!<->() %_\"", max_size=40) | st.text(max_size=20))
def test_a74_no_text_is_a_syntax_error(text):
    try:
        terms = search_terms(text)
    except ValidationError:
        return
    if terms:
        matches("ana", prefix_query(terms))
