"""The root of the API: what each app serves, its description, and the page to read it on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularJSONAPIView


@require_safe
@ensure_csrf_cookie
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI out of our own static files; it calls no other host."""
    return render(request, "api/docs.html")


version_1: list[URLPattern | URLResolver] = [
    path("", include("accounts.api.urls")),
    path("", include("contacts.api.urls")),
    path("", include("referrals.api.urls")),
    path("", include("visits.api.urls")),
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="api-schema"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(version_1)),
    path("docs/", docs, name="api-docs"),
]
