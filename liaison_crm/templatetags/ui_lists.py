"""Tags for lists: sortable headers, pages, segments of links. They keep the rest of the address."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template import Context

register = template.Library()


def _address(context: Context, **changes: str | None) -> str:
    """The present query string with some parameters set or, by None, left out."""
    request: HttpRequest = context["request"]
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    text = query.urlencode()
    return f"?{text}" if text else request.path


@register.inclusion_tag("parts/sort_header.html", takes_context=True)
def sort_header(
    context: Context,
    name: str,
    label: str,
    classes: str = "",
    default: str = "",
    param: str = "sort",
) -> dict[str, Any]:
    """A column header that sorts, first its own way, then the other; `default` is the given one."""
    now = context["request"].GET.get(param) or default
    state = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    first = f"-{name}" if "num" in classes.split() else name
    turned = f"-{name}" if now == name else name
    href = _address(
        context, **{param: turned if state else first, "page": None, "after": None, "before": None}
    )
    return {"label": label, "classes": classes, "state": state, "href": href}


@dataclass(frozen=True, slots=True)
class PageLink:
    number: int | None  # None stands for pages left out
    href: str
    current: bool


@register.inclusion_tag("parts/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any], noun: str = "row") -> dict[str, Any]:
    """Page numbers of a Paginator, with how many rows there are."""
    return {
        "page": page,
        "noun": noun,
        "links": list(_page_links(context, page)),
        "previous": _address(context, page=str(page.number - 1)) if page.has_previous() else "",
        "next": _address(context, page=str(page.number + 1)) if page.has_next() else "",
    }


def _page_links(context: Context, page: Page[Any]) -> Iterator[PageLink]:
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            yield PageLink(number, _address(context, page=str(number)), number == page.number)
        else:
            yield PageLink(None, "", current=False)


@register.inclusion_tag("parts/older_newer.html")
def older_newer(
    older: str | None, newer: str | None, label: str = "Pages", words: str = "Older,Newer"
) -> dict[str, Any]:
    """Two links for a list without page numbers; None or empty where there is no more."""
    older_word, newer_word = words.split(",")
    return {
        "older": older,
        "newer": newer,
        "label": label,
        "older_word": older_word,
        "newer_word": newer_word,
    }


@register.inclusion_tag("parts/older_newer.html", takes_context=True)
def along(
    context: Context,
    older: str | None,
    newer: str | None,
    *,
    names: str = "after,before",
    at: str = "",
    words: str = "Older,Newer",
) -> dict[str, Any]:
    """The same from the two cursors of a stretch, which the parameters `names` carry; `at` is the
    part of the page that is gone through, to come back to."""
    after, before = names.split(",")
    place = f"#{at}" if at else ""
    return older_newer(
        older and _address(context, **{after: older, before: None}) + place,
        newer and _address(context, **{before: newer, after: None}) + place,
        f"{at} pages".strip().capitalize(),
        words,
    )


@register.inclusion_tag("parts/choose.html", takes_context=True)
def choose(
    context: Context, param: str, options: Sequence[tuple[str, str]], current: str, label: str
) -> dict[str, Any]:
    """A row of links of which one is chosen; each sets one parameter of the address."""
    links = [
        (
            text,
            _address(context, **{param: value, "page": None, "after": None, "before": None}),
            value == current,
        )
        for value, text in options
    ]
    return {"links": links, "label": label}


@register.simple_tag(takes_context=True)
def address(context: Context, **changes: Any) -> str:
    """The present address with parameters changed; None or '' leaves one out."""
    wanted = {name: None if value in {None, ""} else str(value) for name, value in changes.items()}
    return _address(context, **wanted)


@register.inclusion_tag("parts/stat.html")
def stat(value: str, words: str, change: float | None = None, href: str = "") -> dict[str, Any]:
    """A number with the words that belong to it, inside <div class="stats">."""
    return {"value": value, "words": words, "change": change, "href": href}


@register.inclusion_tag("parts/progress.html")
def progress(done: int | None, total: int | None, label: str) -> dict[str, Any]:
    """How far work has come; without a total it shows only that it is under way."""
    return {"done": done or 0, "total": total, "label": label}
