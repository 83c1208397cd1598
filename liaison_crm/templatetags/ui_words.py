"""Filters: how numbers, days and names read."""

from django import template

from liaison_crm.core import wording

register = template.Library()

for function in (
    wording.number,
    wording.compact,
    wording.percent,
    wording.signed,
    wording.count_of,
    wording.sentence,
    wording.ago,
    wording.short_day,
    wording.long_day,
    wording.month_name,
    wording.month_span,
    wording.clock,
    wording.initials,
    wording.lasting,
    wording.phone_number,
):
    register.filter(function.__name__, function)
