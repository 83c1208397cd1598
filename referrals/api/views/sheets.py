"""A file is checked before it is taken, and taken back as a whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from accounts.http import log_access
from accounts.models import AccessLog
from liaison_crm.core.api.parsers import StrictJsonParser
from liaison_crm.core.api.serializers import Nothing
from liaison_crm.core.errors import DomainError
from referrals import intake, reports
from referrals.api.serializers import ImportIn, ImportOut
from referrals.api.sheet_serializers import ConfirmIn, FateOut, MatchIn, SheetOut, UndoOut
from referrals.errors import AlreadyImported, CannotBeUndone
from referrals.imports import services
from referrals.imports.reports import sheet_of
from referrals.imports.services import Match
from referrals.models import IntakeBatch

IN_JSON: Any = {"parser_classes": (StrictJsonParser,)}


class Checked(PersonViewSet):
    """What an admin does with an import besides sending it."""

    takes: ClassVar = {
        "check": ImportIn,
        "match": MatchIn,
        "confirm": ConfirmIn,
        "drop": Nothing,
        "undo": Nothing,
    }

    @extend_schema(responses={202: ImportOut, 200: ImportOut})
    @action(detail=False, methods=["post"])
    def check(self, request: Request) -> Response:
        """Send a file of any header, CSV or XLSX, to be checked before anything is taken."""
        self._must_be_an_admin()
        given = self.given()
        try:
            batch = services.send_to_check(
                given["file"],
                source=given["source"],
                create_missing=given["create_missing"],
                by=self.person,
                at=timezone.now(),
            )
        except AlreadyImported as refusal:
            return self.shown_row(self.get_queryset().get(pk=refusal.batch.pk), status=200)
        except DomainError as refusal:
            self._note(AccessLog.Action.IMPORT_REFUSED, "referrals", {"code": refusal.code})
            raise
        told = {"source": batch.source.code, "job": batch.job}
        self._note(AccessLog.Action.IMPORT, f"import {batch.pk}", told)
        return self.shown_row(batch, status=202)

    @extend_schema(responses={200: SheetOut})
    @action(detail=True, methods=["get"], **IN_JSON)
    def columns(self, request: Request, pk: str) -> Response:
        """The header of a file that waits to be matched, and what its names suggest."""
        self._must_be_an_admin()
        batch = self._theirs()
        sheet = sheet_of(self.person, batch)
        plain = {name for ours, name in sheet.suggested.items() if ours != "patient_number"}
        samples = sheet.samples(plain=plain)
        body = {
            "kind": sheet.kind,
            "names": sheet.names,
            "sheets": sheet.sheets,
            "suggested": sheet.suggested,
            "problem": sheet.problem,
            "samples": [asdict(sample) for sample in samples.values()],
        }
        return Response(SheetOut(body).data)

    @extend_schema(responses={202: ImportOut})
    @columns.mapping.put
    def match(self, request: Request, pk: str) -> Response:
        """Say what the columns mean: remembered for this header, and the file is checked."""
        self._must_be_an_admin()
        batch, given = self._theirs(), self.given()
        services.match_columns(batch, by=self.person, match=Match(**given))
        return self.shown_row(self.get_object(), status=202)

    @extend_schema(responses={202: ImportOut})
    @action(detail=True, methods=["post"], **IN_JSON)
    def confirm(self, request: Request, pk: str) -> Response:
        """Take what was checked. Said twice, it is taken once."""
        self._must_be_an_admin()
        batch, given = self._theirs(), self.given()
        services.confirm(batch, by=self.person, mode=given["mode"])
        self._note(AccessLog.Action.IMPORT, f"import {batch.pk}", {})
        return self.shown_row(self.get_object(), status=202)

    @extend_schema(responses={200: ImportOut})
    @action(detail=True, methods=["post"], **IN_JSON)
    def drop(self, request: Request, pk: str) -> Response:
        """Forget a file that was not taken."""
        self._must_be_an_admin()
        self.given_nothing()
        services.drop(self._theirs(), by=self.person)
        return self.shown_row(self.get_object())

    @extend_schema(responses={200: FateOut})
    @action(detail=True, methods=["get"], url_path="undo", **IN_JSON)
    def foresee(self, request: Request, pk: str) -> Response:
        """What an undo would do by now; nothing is written."""
        self._must_be_an_admin()
        batch = self._theirs()
        if not batch.can_be_undone:
            raise CannotBeUndone("This import cannot be undone.")
        return Response(FateOut(asdict(intake.foresee(batch))).data)

    @extend_schema(responses={202: UndoOut})
    @foresee.mapping.post
    def undo(self, request: Request, pk: str) -> Response:
        """Take the import back. Said twice, it happens once."""
        self._must_be_an_admin()
        self.given_nothing()
        batch = self._theirs()
        services.undo(batch, by=self.person, at=timezone.now())
        self._note(AccessLog.Action.IMPORT, f"undo of import {batch.pk}", {})
        return Response(UndoOut(reports.undo_of(self.person, batch)).data, status=202)

    def _must_be_an_admin(self) -> None:
        if not self.person.is_admin:
            raise PermissionDenied

    def _theirs(self) -> IntakeBatch:
        batch = self.get_object()
        assert isinstance(batch, IntakeBatch), "The rows of this view are imports."
        return batch

    def _note(self, did: AccessLog.Action, subject: str, detail: dict[str, Any]) -> None:
        log_access(self.request._request, did, subject=subject, detail=detail)
