"""People, their sessions and tokens, handovers and the logs."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.desk import BulkAction, ReadOnlyAdmin, ReadOnlyInline, RecordForm, ServiceAdmin
from accounts.forms import zone_choices
from accounts.http import origin_of, signed_in
from accounts.models import (
    AccessLog,
    ApiToken,
    Assignment,
    BulkJob,
    ClosedDay,
    Handover,
    IdempotentRequest,
    User,
)
from accounts.user_agents import device_named


class AssignmentsInline(ReadOnlyInline):
    model = Assignment
    fields = ("territory", "part", "starts_on", "ends_on")
    verbose_name_plural = "territories"


class PersonForm(RecordForm):
    time_zone = forms.ChoiceField(choices=zone_choices)

    class Meta:
        model = User
        fields = ("email", "name", "role", "time_zone", "is_active")


@admin.register(User)
class PersonAdmin(ServiceAdmin[User]):
    form = PersonForm
    list_display = ("name", "email", "role", "is_active", "time_zone", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    readonly_fields = ("last_login", "created_at")
    inlines = (AssignmentsInline,)
    history_with = ("assignments",)
    bulk_actions = (
        BulkAction("deactivate", "Deactivate", lambda row, by: services.deactivate(row, by=by)),
        BulkAction("reactivate", "Reactivate", lambda row, by: services.reactivate(row, by=by)),
        BulkAction(
            "remove_second_factor",
            "Remove the second factor",
            lambda row, by: services.remove_second_factor(row, by=by),
        ),
    )
    actions = ("export_as_csv", "send_welcome")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """One's own role and access are another admin's business."""
        fixed = super().get_readonly_fields(request, obj)
        if obj and obj.pk == signed_in(request).pk:
            return (*fixed, "role", "is_active")
        return fixed

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return ("email", "name", "role", "time_zone")
        return ("email", "name", "role", "time_zone", "is_active", "last_login", "created_at")

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    def add_record(self, request: HttpRequest, facts: dict[str, Any]) -> User:
        person = services.invite(
            facts["email"],
            name=facts["name"],
            role=facts["role"],
            time_zone=facts["time_zone"],
            by=signed_in(request),
        )
        _welcome(request, person)
        return person

    def edit_record(self, request: HttpRequest, row: User, facts: dict[str, Any]) -> None:
        by = signed_in(request)
        if "role" in facts:
            services.change_role(row, facts.pop("role"), by=by)
        if "is_active" in facts:
            change = services.reactivate if facts.pop("is_active") else services.deactivate
            change(row, by=by)
        known = {"email": row.email, "name": row.name, "time_zone": row.time_zone}
        if facts:
            services.edit_person(row, by=by, **{**known, **facts})

    @admin.action(description="Send a new welcome letter")
    def send_welcome(self, request: HttpRequest, queryset: Any) -> None:
        """To those who have not chosen a password yet; for others there is the reset."""
        waiting = [person for person in queryset.active()[:50] if not person.has_usable_password()]
        for person in waiting:
            _welcome(request, person)
        self.message_user(request, f"{len(waiting)} letters are on their way.")


def _welcome(request: HttpRequest, person: User) -> None:
    services.post_letter(person, kind="welcome", root=request.build_absolute_uri("/"))


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin[Assignment]):
    """Assigned on the Territories page, where everybody affected is in sight."""

    list_display = ("territory", "user", "part", "starts_on", "ends_on")
    list_filter = ("part", "territory")
    search_fields = ("user__name", "territory__name")
    list_select_related = ("territory", "user")
    date_hierarchy = "starts_on"


@admin.register(Handover)
class HandoverAdmin(ReadOnlyAdmin[Handover]):
    list_display = ("territory", "made_by", "made_at", "undone_at")
    list_filter = ("territory",)
    search_fields = ("territory__name", "made_by__name")
    list_select_related = ("territory", "made_by")
    bulk_actions = (
        BulkAction(
            "undo",
            "Undo",
            lambda row, by: services.undo_handover(row, by=by, at=timezone.now()),
        ),
    )


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin[ApiToken]):
    list_display = ("name", "user", "created", "expiry", "last_used_on")
    list_filter = ("last_used_on",)
    search_fields = ("name", "user__name", "user__email")
    list_select_related = ("user",)
    fields = ("name", "user", "created", "expiry", "last_used_on")
    actions = ("export_as_csv", "revoke")

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        tokens = list(queryset)
        for token in tokens:
            services.revoke_token(
                token, by=signed_in(request), at=timezone.now(), origin=origin_of(request)
            )
        self.message_user(request, f"{len(tokens)} tokens no longer work.")


@admin.register(UserSession)
class SessionAdmin(ReadOnlyAdmin[UserSession]):
    list_display = ("user", "device", "ip", "created_at", "last_seen_at")
    search_fields = ("user__name", "user__email", "ip")
    list_select_related = ("user",)
    ordering = ("-last_seen_at",)
    fields = ("user", "device", "ip", "created_at", "last_seen_at")
    actions = ("export_as_csv", "sign_out")

    @admin.display(ordering="user_agent")
    def device(self, session: UserSession) -> str:
        return device_named(session.user_agent)

    @admin.action(description="Sign out")
    def sign_out(self, request: HttpRequest, queryset: Any) -> None:
        sessions = list(queryset.select_related("user"))
        for session in sessions:
            services.end_session(session.user, session)
        self.message_user(request, f"{len(sessions)} devices are signed out.")


@admin.register(AccessAttempt)
class LockoutAdmin(ReadOnlyAdmin[AccessAttempt]):
    """Failed sign-ins that still count. Letting somebody in again forgets them."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    search_fields = ("username", "ip_address")
    ordering = ("-attempt_time",)
    fields = ("username", "ip_address", "user_agent", "failures_since_start", "attempt_time")
    actions = ("export_as_csv", "let_in_again")

    @admin.action(description="Let in again")
    def let_in_again(self, request: HttpRequest, queryset: Any) -> None:
        count, _ = queryset.delete()
        self.message_user(request, f"{count} counts of failures are forgotten.")


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin[AccessLog]):
    list_display = ("at", "user", "action", "subject", "address")
    list_filter = ("action", "at")
    search_fields = ("user__name", "user__email", "subject", "address")
    list_select_related = ("user",)


@admin.register(BulkJob)
class BulkJobAdmin(ReadOnlyAdmin[BulkJob]):
    list_display = ("label", "state", "done", "total", "refused", "made_by", "made_at")
    list_filter = ("state",)
    search_fields = ("label", "made_by__name")
    list_select_related = ("made_by",)
    fields = (
        ("label", "action"),
        ("made_by", "made_at"),
        ("state", "done", "total", "refused"),
        "refusals",
        ("alive_at", "finished_at"),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("ids")

    def exported(self) -> list[str]:
        return [name for name in super().exported() if name != "ids"]


@admin.register(IdempotentRequest)
class IdempotentRequestAdmin(ReadOnlyAdmin[IdempotentRequest]):
    list_display = ("created_at", "user", "method", "path", "status_code")
    list_filter = ("method",)
    search_fields = ("user__name", "path", "key")
    list_select_related = ("user",)
    fields = ("created_at", "user", "method", "path", "status_code", "key", "body_sha256")


@admin.register(ClosedDay)
class ClosedDayAdmin(ReadOnlyAdmin[ClosedDay]):
    """Changed by managers on the page of working days."""

    list_display = ("day", "name", "is_worked", "removed_at")
    list_filter = ("is_worked", ("removed_at", admin.EmptyFieldListFilter))
    search_fields = ("name__istartswith",)
    ordering = ("-day", "-pk")
