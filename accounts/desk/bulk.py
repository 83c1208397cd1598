"""Doing one thing to many selected records: counted, confirmed, on record, and in slices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts import services
from accounts.http import origin_of, signed_in
from accounts.models import BulkJob, User

AT_ONCE = services.SLICE
SHOWN = 10


@dataclass(frozen=True)
class BulkAction:
    """What an admin may do to one record or to many of a list."""

    name: str
    label: str
    perform: Callable[[Any, User], Any]


class BulkActions:
    """Turns each `BulkAction` of a screen into an action of its list."""

    opts: Any
    model: Any
    admin_site: Any
    bulk_actions: ClassVar[tuple[BulkAction, ...]] = ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]  # a mixin of ModelAdmin
        actions.pop("delete_selected", None)
        for action in self.bulk_actions:
            actions[action.name] = (partial(_answer, action), action.name, action.label)
        return actions


def _answer(
    action: BulkAction, screen: Any, request: HttpRequest, queryset: models.QuerySet[Any]
) -> HttpResponse | None:
    """Ask first, with the number; do it when that very number was confirmed."""
    count = queryset.count()
    if request.POST.get("confirmed") != str(count):
        return _confirmation(action, screen, request, queryset, count)
    ids = list(queryset.order_by("pk").values_list("pk", flat=True))
    job = services.start_bulk_job(
        f"{screen.opts.label_lower}:{action.name}",
        ids,
        label=f"{action.label}: {screen.opts.verbose_name_plural}",
        by=signed_in(request),
        at=timezone.now(),
        origin=origin_of(request),
    )
    if count > AT_ONCE:
        services.queue_bulk_job(job)
        messages.info(request, f"{count:,} records are being changed in the background.")
        return None
    _tell(request, run_slice(job.pk) or job)
    return None


def _confirmation(
    action: BulkAction, screen: Any, request: HttpRequest, queryset: Any, count: int
) -> HttpResponse:
    context = {
        **screen.admin_site.each_context(request),
        "title": action.label,
        "opts": screen.opts,
        "action": action,
        "count": count,
        "some": list(queryset[:SHOWN]),
        "more": max(0, count - SHOWN),
        "in_background": count > AT_ONCE,
        "select_across": request.POST.get("select_across", "0"),
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/confirm_bulk.html", context)


def _tell(request: HttpRequest, job: BulkJob) -> None:
    kept = job.done - job.refused
    messages.success(request, f"{job.label}: {kept:,} done.")
    for refusal in job.refusals[:SHOWN]:
        messages.warning(request, f"No. {refusal['id']}: {refusal['reason']}")
    if job.refused > SHOWN:
        messages.warning(request, f"{job.refused:,} were refused in all.")


def run_slice(job_id: int) -> BulkJob | None:
    """Do the next slice of a job with the action its list offers."""
    job = BulkJob.objects.only("action").get(pk=job_id)
    label, _, name = job.action.partition(":")
    screen = next(s for m, s in admin.site._registry.items() if m._meta.label_lower == label)
    action = next(action for action in screen.bulk_actions if action.name == name)  # type: ignore[attr-defined]  # screens carry them

    def perform(pk: int, by: User) -> None:
        row = screen.model._default_manager.filter(pk=pk).first()
        if row is not None:
            action.perform(row, by)

    return services.do_slice(job_id, perform, at=timezone.now())
