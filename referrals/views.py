"""Files of referrals: admins send them, managers see what came of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import log_access, signed_in
from accounts.models import AccessLog
from liaison_crm.core.csv.writer import csv_download
from liaison_crm.core.errors import DomainError
from referrals import intake, reports, services
from referrals.errors import AlreadyImported
from referrals.forms import ImportForm
from referrals.hl7 import reports as messages_wait
from referrals.models import IntakeBatch

REFUSED_SHOWN = 100
GROUPS_SHOWN = 100
FORM_REFUSED = 422
MEGABYTE = 1024 * 1024

View = Callable[..., HttpResponseBase]


def for_the_desk(view: View) -> View:
    """Imports hold rows of every territory; a liaison reads plainly that they are not his."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: int, **named: int) -> HttpResponseBase:
        if not signed_in(request).sees_all_territories:
            return render(request, "imports/closed.html", status=403)
        return view(request, *args, **named)

    return guarded


@require_safe
@for_the_desk
def imports(request: HttpRequest) -> HttpResponse:
    return list_imports(request, ImportForm(viewer=signed_in(request)))


@csrf_exempt  # the token is in the body, which nobody may read before the file has its way in
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def new_import(request: HttpRequest) -> HttpResponseBase:
    """Only an admin may send bytes, and what he sends is scrubbed while it arrives."""
    if request.method != "POST":
        return redirect("imports")
    if not signed_in(request).is_admin:
        raise PermissionDenied
    try:
        intake.accept(request)
    except DomainError as refusal:
        return refuse_upload(request, ImportForm(viewer=signed_in(request)), refusal)
    return _receive(request)


@csrf_protect
def _receive(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = ImportForm(request.POST, request.FILES, viewer=person)
    if not form.is_valid():
        return list_imports(request, form, status=FORM_REFUSED)
    told = form.cleaned_data
    try:
        batch = services.queue_import(
            told["file"],
            source=told["source"],
            mode=told["mode"],
            create_missing=told["create_missing"],
            by=person,
            at=timezone.now(),
        )
    except AlreadyImported as refusal:
        note_refusal(request, refusal)
        messages.info(request, f"{refusal} Here is what came of it.")
        return redirect(refusal.batch)
    except DomainError as refusal:
        return refuse_upload(request, form, refusal)
    detail = {"source": batch.source.code, "rows": batch.rows_read}
    log_access(request, AccessLog.Action.IMPORT, subject=f"import {batch.pk}", detail=detail)
    return redirect(batch)


def refuse_upload(request: HttpRequest, form: ImportForm, refusal: DomainError) -> HttpResponse:
    note_refusal(request, refusal)
    return list_imports(request, form, status=refusal.http_status, refusal=refusal.message)


def note_refusal(request: HttpRequest, refusal: DomainError) -> None:
    """Its code alone: what is wrong with a file may quote the file."""
    log_access(
        request,
        AccessLog.Action.IMPORT_REFUSED,
        subject="referrals",
        detail={"code": refusal.code},
    )


def list_imports(
    request: HttpRequest, form: ImportForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    person = signed_in(request)
    context = {
        "book": reports.imports_page(person, page=request.GET.get("page", "")),
        "waiting": reports.unmatched_counts(person),
        "questions": messages_wait.questions(person),
        "form": form,
        "refusal": refusal,
        "may_send": person.is_admin,
        "columns": intake.COLUMNS,
        "size_hint": f"CSV or Excel, up to {settings.IMPORT_MAX_BYTES // MEGABYTE} MB",
        "now": timezone.now(),
    }
    return render(request, "imports/list.html", context, status=status)


@require_safe
@for_the_desk
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page, or only its middle for the script that watches an import run."""
    person = signed_in(request)
    batches = IntakeBatch.objects.visible_to(person).select_related("source", "uploaded_by")
    batch = get_object_or_404(batches, pk=pk)
    is_watched = bool(request.headers.get("HX-Request"))
    context = {
        "batch": batch,
        "counts": reports.import_counts(batch),
        "refused": reports.refused_lines(person, batch, limit=REFUSED_SHOWN),
        "may_send": person.is_admin,
        "undo": reports.undo_of(person, batch),
        "is_watched": is_watched,
        "now": timezone.now(),
    }
    template = "imports/_import.html" if is_watched else "imports/import.html"
    return render(request, template, context)


@require_safe
@for_the_desk
def refused_rows(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every refused row as a file to correct. Who took it is noted first."""
    batch = get_object_or_404(IntakeBatch.objects.visible_to(signed_in(request)), pk=pk)
    log_access(
        request,
        AccessLog.Action.EXPORT,
        subject=f"refused rows of import {batch.pk}",
        detail={"rows": batch.rows_refused},
    )
    return csv_download(f"refused-rows-{batch.pk}", services.refused_csv(batch))


@require_safe
@for_the_desk
def unmatched(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    context = {
        "waiting": reports.unmatched_counts(person),
        "physicians": reports.missing_physicians(person, limit=GROUPS_SHOWN),
        "practices": reports.missing_practices(person, limit=GROUPS_SHOWN),
        "may_add": person.is_admin,
        "now": timezone.now(),
    }
    return render(request, "imports/unmatched.html", context)


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """How fresh the numbers are, and every count that made them so."""
    person, now = signed_in(request), timezone.now()
    if not person.sees_all_territories:
        raise PermissionDenied
    context = {"ledger": reports.ledger(person, now=now), "now": now}
    return render(request, "growth/runs.html", context)
