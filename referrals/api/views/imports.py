from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PersonViewSet
from accounts.models import AccessLog, User
from liaison_crm.core.api.views import Listed, Retrieved
from liaison_crm.core.errors import DomainError
from referrals import intake, services
from referrals.api.filters import ImportsFilter
from referrals.api.serializers import ImportIn, ImportOut, RefusedRowOut
from referrals.api.views.sheets import Checked
from referrals.errors import AlreadyImported
from referrals.models import IntakeBatch, RefusedRow

# How the bytes of each action come in.
ARRIVALS: dict[str, type[Any]] = {"create": intake.Arrival, "check": intake.SealedArrival}


class Imports(Checked, Listed, Retrieved, PersonViewSet):
    """Files of referrals: managers see what came of them, admins send them."""

    parser_classes = (MultiPartParser,)
    serializer_class = ImportOut
    filterset_class = ImportsFilter
    orderings: ClassVar = {"created_at": ("created_at", "pk"), "id": ("pk",)}
    usual_order = "-created_at"
    takes: ClassVar = {"create": ImportIn, **Checked.takes}
    keyed = ()  # the file is its own key

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Only an admin's bytes are read, and only once the handler that scrubs them is in place.

        Checking a session's CSRF token reads the form, so both come before that.
        """
        if self.action in ARRIVALS:
            _refuse_other_sessions(request)
            intake.accept(request._request, ARRIVALS[self.action])
        super().initial(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[IntakeBatch]:
        return IntakeBatch.objects.visible_to(self.person).select_related(
            "uploaded_by", "source", "header_map"
        )

    @extend_schema(responses={202: ImportOut, 200: ImportOut})
    def create(self, request: Request) -> Response:
        """Send a file: 202 and a worker takes it. The same file again: 200 and its import."""
        if not self.person.is_admin:
            raise PermissionDenied
        try:
            batch = self._queue()
        except AlreadyImported as refusal:
            return self._told(self.get_queryset().get(pk=refusal.batch.pk), status=200)
        except DomainError as refusal:
            detail = {"code": refusal.code}
            self._note(AccessLog.Action.IMPORT_REFUSED, "referrals", detail)
            raise
        told = {"source": batch.source.code, "rows": batch.rows_read}
        self._note(AccessLog.Action.IMPORT, f"import {batch.pk}", told)
        return self._told(batch, status=202)

    def _queue(self) -> IntakeBatch:
        given = self.given()
        return services.queue_import(
            given["file"],
            source=given["source"],
            mode=given["mode"],
            create_missing=given["create_missing"],
            by=self.person,
            at=timezone.now(),
        )

    def _told(self, batch: IntakeBatch, *, status: int) -> Response:
        response = self.shown_row(batch, status=status)
        response["Location"] = self.request.build_absolute_uri(f"{self.request.path}{batch.pk}/")
        return response


class RefusedRows(Listed, PersonViewSet):
    """The rows of an import that were not taken, and why."""

    serializer_class = RefusedRowOut
    orderings: ClassVar = {"line": ("line", "pk")}

    def get_queryset(self) -> QuerySet[RefusedRow]:
        batches = IntakeBatch.objects.visible_to(self.person)
        batch = get_object_or_404(batches, pk=self.kwargs["batch"])
        return RefusedRow.objects.visible_to(self.person).filter(batch=batch)


def _refuse_other_sessions(request: Request) -> None:
    person = request._request.user
    if isinstance(person, User) and not person.is_admin:
        raise PermissionDenied
