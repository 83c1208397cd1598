"""Tags for the small marks in a row: icon, delta, tier, pill, avatar."""

from functools import cache
from pathlib import Path
from urllib.parse import quote

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from liaison_crm.core.icons import icon_shapes
from liaison_crm.core.wording import initials, number, percent

register = template.Library()


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """A Lucide icon drawn in place; hidden from screen readers unless it has a label of its own."""
    names = f"i {classes}".strip()
    shapes = mark_safe(icon_shapes(name))  # noqa: S308 (our own files)
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img"><title>{}</title>{}</svg>',
            names,
            label,
            shapes,
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', names, shapes
    )


@register.simple_tag
@cache
def mark_address() -> str:
    """The mark for the tab, in the address itself: one request less for a page on a slow line."""
    drawn = Path(settings.BASE_DIR, "static", "icons", "mark.svg").read_text(encoding="utf-8")
    return f"data:image/svg+xml,{quote(drawn.strip(), safe=' =:/')}"


@register.simple_tag
def delta(change: float | None, places: int = 0, none: str = "new") -> SafeString:
    """A change in percent with its triangle, and the direction in words for screen readers."""
    if change is None:
        return format_html('<span class="delta none">{}</span>', none)
    size = percent(abs(change), places)
    if not float(size.rstrip("%").replace(",", "")):
        return format_html('<span class="delta none">{}</span>', size)
    way = "up" if change > 0 else "down"
    return format_html(
        '<span class="delta {}">{}<span class="sr"> {}</span></span>', way, size, way
    )


@register.simple_tag
def tier(letter: str) -> SafeString:
    """The A, B or C of a target; nothing for those who are none."""
    if not letter:
        return SafeString()
    return format_html(
        '<span class="tier {}"><span class="sr">Tier </span>{}</span>', letter.lower(), letter
    )


@register.simple_tag
def pill(text: str, tone: str = "", icon_name: str = "") -> SafeString:
    """A state in a word or two; tones: up, down, wait, solid, or none."""
    mark = icon(icon_name, "small") if icon_name else ""
    return format_html('<span class="{}">{}{}</span>', f"pill {tone}".strip(), mark, text)


@register.simple_tag
def avatar(name: str, classes: str = "") -> SafeString:
    """A person's two letters on a tile; the name itself stands beside it."""
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>', f"avatar {classes}".strip(), initials(name)
    )


@register.simple_tag
def rail_count(counts: dict[str, int], url_name: str) -> SafeString:
    """How many there are behind an entry of the rail, where the page knows."""
    count = counts.get(url_name)
    if not count:
        return SafeString()
    return format_html('<em data-count="{}">{}</em>', url_name, number(count))
