"""Pages that check a file before it is taken, and take it back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import log_access, signed_in
from accounts.models import AccessLog, User
from liaison_crm.core.errors import DomainError
from referrals import intake
from referrals.errors import AlreadyImported
from referrals.forms import ImportForm
from referrals.imports import services
from referrals.imports.forms import ConfirmForm, MatchForm, first_said, first_statuses
from referrals.imports.reports import Reading, Sheet, sheet_of, words_of
from referrals.intake.columns import PATIENT_NUMBER
from referrals.intake.mapping import TARGETS
from referrals.models import IntakeBatch
from referrals.views import FORM_REFUSED, for_the_desk, list_imports, note_refusal, refuse_upload

PLAIN = [f"column_{target}" for target in TARGETS if target != PATIENT_NUMBER]


@csrf_exempt  # the token is in the body, which nobody may read before the file has its way in
@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def check_import(request: HttpRequest) -> HttpResponseBase:
    """Send a file of any header. Nothing of it is taken before somebody has seen what would be."""
    if request.method != "POST":
        return redirect("imports")
    person = signed_in(request)
    if not person.is_admin:
        raise PermissionDenied
    try:
        intake.accept(request, intake.SealedArrival)
    except DomainError as refusal:
        return refuse_upload(request, ImportForm(viewer=person), refusal)
    return _receive(request)


@csrf_protect
def _receive(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = ImportForm(request.POST, request.FILES, viewer=person)
    if not form.is_valid():
        return list_imports(request, form, status=FORM_REFUSED)
    told = form.cleaned_data
    try:
        batch = services.send_to_check(
            told["file"],
            source=told["source"],
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
    log_access(
        request,
        AccessLog.Action.IMPORT,
        subject=f"import {batch.pk}",
        detail={"source": batch.source.code, "job": batch.job},
    )
    if batch.state == IntakeBatch.State.MAPPING:
        return redirect("match-columns", batch.pk)
    return redirect(batch)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def match_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns mean. *Look again* shows the file as it is said to be read."""
    person, batch = _theirs(request, pk)
    try:
        sheet, form = _asked(request, person, batch)
        if form.is_bound and form.is_valid():
            services.match_columns(batch, by=person, match=form.match())
            return redirect(batch)
    except DomainError as refusal:
        if request.method != "POST" or refusal.code == "nothing_to_match":
            messages.info(request, refusal.message)
            return redirect(batch)
        form.add_error(None, refusal.message)
    is_refused = form.is_bound and bool(form.errors)
    context = {
        "batch": batch,
        "sheet": sheet,
        "form": form,
        "columns": _columns(sheet, form),
        "now": timezone.now(),
    }
    status = FORM_REFUSED if is_refused else 200
    return render(request, "imports/columns.html", context, status=status)


@require_POST
@for_the_desk
def confirm_import(request: HttpRequest, pk: int) -> HttpResponse:
    person, batch = _theirs(request, pk)
    form = ConfirmForm(request.POST)
    mode = IntakeBatch.Mode(form.cleaned_data["mode"] if form.is_valid() else batch.mode)
    try:
        services.confirm(batch, by=person, mode=mode)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        log_access(request, AccessLog.Action.IMPORT, subject=f"import {batch.pk}")
    return redirect(batch)


@require_POST
@for_the_desk
def drop_import(request: HttpRequest, pk: int) -> HttpResponse:
    person, batch = _theirs(request, pk)
    try:
        services.drop(batch, by=person)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect(batch)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_desk
def undo_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What an undo would do, and then do it."""
    person, batch = _theirs(request, pk)
    if request.method == "POST":
        try:
            services.undo(batch, by=person, at=timezone.now())
        except DomainError as refusal:
            messages.error(request, refusal.message)
        else:
            log_access(request, AccessLog.Action.IMPORT, subject=f"undo of import {batch.pk}")
        return redirect(batch)
    if not batch.can_be_undone:
        messages.info(request, "This import cannot be undone.")
        return redirect(batch)
    context = {"batch": batch, "fate": intake.foresee(batch), "now": timezone.now()}
    return render(request, "imports/undo.html", context)


def _theirs(request: HttpRequest, pk: int) -> tuple[User, IntakeBatch]:
    """The import, for an admin. A manager reads of it on its own page."""
    person = signed_in(request)
    if not person.is_admin:
        raise PermissionDenied
    batches = IntakeBatch.objects.visible_to(person).select_related("source", "header_map")
    return person, get_object_or_404(batches, pk=pk)


def _asked(request: HttpRequest, person: User, batch: IntakeBatch) -> tuple[Sheet, MatchForm]:
    """The file as it is said to be read, and the form with every word of its status column.

    The form is bound only where it says all there is to say.
    """
    if request.method != "POST":
        sheet = sheet_of(person, batch)
        said = first_said(sheet)
        words = _words(sheet, said.get("column_status", ""))
        return sheet, MatchForm(
            sheet=sheet, words=words, initial=said | first_statuses(sheet, words)
        )
    sheet = sheet_of(person, batch, _said_reading(request.POST))
    words = _words(sheet, request.POST.get("column_status", ""))
    form = MatchForm(request.POST, sheet=sheet, words=words)
    if "look" not in request.POST and set(form.words) <= set(request.POST):
        return sheet, form
    # Words that nobody has seen yet are shown before anything is made of them.
    said = first_statuses(sheet, words) | request.POST.dict()
    return sheet, MatchForm(sheet=sheet, words=words, initial=said)


def _said_reading(told: QueryDict) -> Reading:
    """Only what the lists offer; the form says what is wrong with the rest."""
    return Reading(
        _one_of(MatchForm.base_fields["delimiter"], told.get("delimiter"), ","),
        _one_of(MatchForm.base_fields["encoding"], told.get("encoding"), "utf-8"),
        told.get("sheet", ""),
    )


def _one_of(field: object, said: str | None, usual: str) -> str:
    choices = [value for value, _ in getattr(field, "choices", ())]
    return said if said is not None and said in choices else usual


def _words(sheet: Sheet, column: str) -> list[str]:
    if column not in sheet.names:
        return []
    return words_of(sheet.samples(plain={column}).get(column))


def _columns(sheet: Sheet, form: MatchForm) -> list[object]:
    """Every column of theirs: as it is where it is said to be ours, else by its shape."""
    said = {form[name].value() for name in PLAIN} - {"", None}
    number = form[f"column_{PATIENT_NUMBER}"].value()
    return list(sheet.samples(plain=said - {number}).values())
