"""Corrections as records: admins look and export. They decide on the desk at `/corrections/`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.desk import ReadOnlyAdmin, ReadOnlyInline
from contacts.models import ChangeRequest, ChangeStep, NpiMatch


class StepsInline(ReadOnlyInline):
    model = ChangeStep
    fields = ("at", "what", "value", "word", "by")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by", "request")


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnlyAdmin[ChangeRequest]):
    list_display = ("kind", "practice", "physician", "by", "said_by", "state", "asked_at")
    list_filter = ("state", "kind", "said_by", "practice__territory")
    search_fields = ("practice__name__istartswith", "physician__last_name__istartswith")
    list_select_related = ("practice", "physician", "staff_member", "by")
    inlines = (StepsInline,)
    ordering = ("-asked_at", "-pk")
    export_also = ("practice__name", "by__name", "decided_by__name")


@admin.register(ChangeStep)
class ChangeStepAdmin(ReadOnlyAdmin[ChangeStep]):
    list_display = ("at", "what", "request", "by", "word")
    list_filter = ("what",)
    search_fields = ("request__practice__name__istartswith",)
    list_select_related = (
        "request__practice",
        "request__physician",
        "request__staff_member",
        "by",
    )
    ordering = ("-at", "-pk")


@admin.register(NpiMatch)
class NpiMatchAdmin(ReadOnlyAdmin[NpiMatch]):
    """Found and undone on the page where NPIs are looked for."""

    list_display = ("physician", "npi", "into", "made_by", "made_at", "undone_at")
    list_filter = (("undone_at", admin.EmptyFieldListFilter),)
    search_fields = ("npi", "physician__last_name__istartswith")
    list_select_related = ("physician", "into", "made_by")
    ordering = ("-made_at", "-pk")
