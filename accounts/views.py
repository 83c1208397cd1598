"""A person's own page: name, clock, second factor, devices and API tokens."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import reports, services
from accounts.forms import ProfileForm, TokenForm
from accounts.http import origin_of, signed_in
from accounts.models import ApiToken
from liaison_crm.core.errors import refusals_on


@require_http_methods(["GET", "HEAD", "POST"])
def you(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = ProfileForm.of(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            services.edit_profile(person, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("you")
    return _page(request, profile=form)


@never_cache
@require_POST
def new_token(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = TokenForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            token, secret = services.create_token(
                person,
                by=person,
                name=form.cleaned_data["name"],
                lasting=timedelta(days=form.cleaned_data["days"]),
                at=timezone.now(),
                origin=origin_of(request),
            )
            return render(request, "accounts/token.html", {"token": token, "secret": secret})
    return _page(request, token_form=form)


@require_POST
def revoke_token(request: HttpRequest, public_id: UUID) -> HttpResponse:
    person = signed_in(request)
    token = get_object_or_404(ApiToken.objects.visible_to(person), public_id=public_id)
    services.revoke_token(token, by=person, at=timezone.now(), origin=origin_of(request))
    messages.success(request, f"{token.name} no longer works.")
    return redirect("you")


@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    person = signed_in(request)
    session = get_object_or_404(UserSession, user=person, pk=session_id)
    services.end_session(person, session)
    messages.success(request, "That device is signed out.")
    return redirect("you")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    services.end_sessions(signed_in(request), keep=request.session.session_key or "")
    messages.success(request, "Every other device is signed out.")
    return redirect("you")


def _page(
    request: HttpRequest,
    *,
    profile: ProfileForm | None = None,
    token_form: TokenForm | None = None,
) -> HttpResponse:
    person = signed_in(request)
    account = reports.own_account(
        person, session_key=request.session.session_key or "", at=timezone.now()
    )
    page = {
        "person": person,
        "account": account,
        "profile": profile or ProfileForm.of(person),
        "token_form": token_form or TokenForm(),
    }
    return render(request, "accounts/you.html", page)
