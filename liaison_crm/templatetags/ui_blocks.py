"""Block tags: the frames around a page's own content."""

from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


def _filled(part: str, content: str, **parts: Any) -> SafeString:
    """The part around a content that a template has already rendered, and so escaped."""
    inside = mark_safe(content.strip())  # noqa: S308  rendered by our own template
    return render_to_string(f"parts/{part}.html", {"content": inside, **parts})


@register.simple_block_tag
def page_head(content: str, headline: str, kicker: str = "", back: str = "") -> SafeString:
    """The page's h1, a sentence with a number, over a lead paragraph; `back` links the kicker."""
    return _filled("page_head", content, headline=headline, kicker=kicker, back=back)


@register.simple_block_tag
def card(content: str, title: str = "", **said: Any) -> SafeString:
    """A ruled panel with a heading.

    Besides the title it may be given a muted `note` or a link (`action` and `href`) on the right,
    further `classes`, and flush=True when it holds rows only.
    """
    unknown = said.keys() - {"note", "action", "href", "classes", "flush"}
    if unknown:
        raise template.TemplateSyntaxError(f"A card has no {', '.join(sorted(unknown))}.")
    classes = [said.get("classes", ""), "flush" if said.get("flush") else ""]
    words = {name: said.get(name, "") for name in ("note", "action", "href")}
    return _filled("card", content, title=title, classes=" ".join(filter(None, classes)), **words)


@register.simple_block_tag
def section(
    content: str, title: str, note: str = "", action: str = "", href: str = ""
) -> SafeString:
    """A heading over rows that need no panel."""
    return _filled("section", content, title=title, note=note, action=action, href=href)


@register.simple_block_tag
def empty(content: str, title: str, text: str = "", icon: str = "inbox") -> SafeString:
    """Nothing here yet: why, and between the tags the buttons that change it."""
    return _filled("empty", content, title=title, text=text, icon=icon)


@register.simple_block_tag
def notice(content: str, tone: str = "", icon: str = "info") -> SafeString:
    """A sentence that belongs to the page; tones: up, down, wait, or none."""
    return _filled("notice", content, tone=tone, icon=icon)


@register.simple_block_tag
def dialog(content: str, name: str, title: str) -> SafeString:
    """A native dialog, opened by a button with data-opens="name". Needs parts/dialog_js.html."""
    return _filled("dialog", content, name=name, title=title)


@register.simple_block_tag
def event(  # noqa: PLR0913, PLR0917  templates name these
    content: str,
    title: str,
    when: date | datetime | None = None,
    icon: str = "clock",
    href: str = "",
    by: str = "",
    now: date | datetime | None = None,
) -> SafeString:
    """One moment of a history, inside <ol class="timeline">; given `now`, past years are named."""
    return _filled("event", content, title=title, when=when, icon=icon, href=href, by=by, now=now)


@register.simple_block_tag
def fact(content: str, name: str) -> SafeString:
    """A name and its value, inside <dl class="facts">."""
    return _filled("fact", content, name=name)


@register.simple_block_tag
def menu(content: str, label: str, icon: str = "ellipsis") -> SafeString:
    """A button that unfolds further actions: links and buttons between the tags."""
    return _filled("menu", content, label=label, icon=icon)
