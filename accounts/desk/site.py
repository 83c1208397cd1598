"""The admin: entered through our sign-in, by admins alone, for our own records."""

from __future__ import annotations

from functools import wraps
from typing import Any
from urllib.parse import unquote

from allauth.account.internal.flows.logout import logout
from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator
from django.utils.http import urlencode

from accounts.models import User

NUL = "\0"
OUR_APPS = {"accounts", "contacts", "referrals", "visits"}


class Desk(AdminSite):
    site_title = "Records"
    site_header = "Records"
    index_title = "Records"
    # The rail of another page and a search on every list are the ways around here.
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only screens of our own.

        The libraries bring theirs for people, groups, tokens and sessions; these would change
        rows past our services.
        """
        if admin_class is not None and _is_ours(admin_class):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Whoever is signed in and no admin is told so, instead of being asked to sign in."""
        open_to_admins = super().admin_view(view, cacheable)

        @wraps(open_to_admins)
        def screen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            if NUL in unquote(request.get_full_path()):
                raise BadRequest("An address has no NUL in it.")
            answer: HttpResponse = open_to_admins(request, *args, **kwargs)
            return answer

        return screen

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_admin

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one door. Whoever came through it without being an admin is refused."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or resolve_url("admin:index")
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        query = urlencode({REDIRECT_FIELD_NAME: wanted})
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")

    def logout(  # type: ignore[override]  # it redirects
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        logout(request)
        return redirect(settings.LOGIN_URL)

    def password_change(  # type: ignore[override]  # it redirects
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]  # it redirects
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("you")


def _is_ours(admin_class: type[ModelAdmin[Any]]) -> bool:
    return admin_class.__module__.partition(".")[0] in OUR_APPS
