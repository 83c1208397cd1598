"""Tags that draw forms: every field with its label, help and errors tied together."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget

register = template.Library()
LOOKS = ("", "chips", "segment", "bare")


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField, look: str = "", icon: str = "", hint: str = "") -> dict[str, Any]:
    """A field as its widget asks for: a line, a list, a box to tick, or a group of choices.

    The looks chips and segment draw choices as buttons; bare hides the label from sight.
    """
    if look not in LOOKS:
        raise template.TemplateSyntaxError(f"There is no look {look!r}.")
    widget = bound.field.widget
    grouped = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    single = isinstance(widget, forms.CheckboxInput)
    return {
        "field": bound,
        "look": look or ("chips" if grouped else ""),
        "icon": icon,
        "hint": hint,
        "shape": "group" if grouped else "check" if single else "line",
        "screened": getattr(bound.field, "screened", False),
        "optional": not bound.field.required and not single and not grouped,
    }


@register.inclusion_tag("parts/form_errors.html", takes_context=True)
def form_errors(context: template.Context, form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole, hidden fields included.

    Every form of a page has this tag, so here the request learns which form was refused: the
    outbox is told of it in place of the page.
    """
    request = getattr(context, "request", None)
    if request and form.errors:
        request.refused_form = form
    hidden = [f"{bound.label}: {error}" for bound in form.hidden_fields() for error in bound.errors]
    return {"problems": [*form.non_field_errors(), *hidden]}


@register.inclusion_tag("parts/form_fields.html")
def form_fields(form: forms.BaseForm) -> dict[str, Any]:
    """The whole form: its errors, its hidden fields, then the visible ones in order."""
    return {"form": form}


@register.inclusion_tag("parts/tile.html")
def tile(widget: BoundWidget, icon: str, note: str = "") -> dict[str, Any]:
    """One choice of a radio group as a large tile; inside <div class="tiles">."""
    return {"widget": widget, "icon": icon, "note": note}


@register.inclusion_tag("parts/file_drop.html")
def file_drop(bound: BoundField, hint: str = "", title: str = "") -> dict[str, Any]:
    """A file field as a field to drop on. With parts/file_drop_js.html it names the chosen file."""
    return {"field": bound, "hint": hint, "title": title or bound.label}


@register.inclusion_tag("parts/search_box.html")
def search_box(
    value: str, label: str, placeholder: str = "", name: str = "q", key: str = ""
) -> dict[str, Any]:
    """A search line for a GET form; `key` names its keyboard shortcut."""
    return {"value": value, "label": label, "placeholder": placeholder, "name": name, "key": key}
