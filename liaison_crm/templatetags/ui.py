"""All parts of the interface in one library, {% load ui %}; docs/design.md lists them."""

from django import template

from liaison_crm.templatetags import ui_blocks, ui_charts, ui_forms, ui_lists, ui_marks, ui_words

register = template.Library()
for part in (ui_blocks, ui_charts, ui_forms, ui_lists, ui_marks, ui_words):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
