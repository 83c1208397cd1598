"""Views that meet a lost, slow or blocked database, beside the real addresses."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from liaison_crm.urls import handler500
from liaison_crm.urls import urlpatterns as real_ones

__all__ = ["handler500", "urlpatterns"]


def ask(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@csrf_exempt
@login_not_required
def reads(request: HttpRequest) -> HttpResponse:
    ask("SELECT 1")
    return HttpResponse("fine")


@login_not_required
def slow(request: HttpRequest) -> HttpResponse:
    ask("SET statement_timeout = '50ms'")
    ask("SELECT pg_sleep(5)")
    return HttpResponse("never")


@login_not_required
def waits(request: HttpRequest) -> HttpResponse:
    ask("SET lock_timeout = '50ms'")
    ask("SELECT * FROM held_by_another")
    return HttpResponse("never")


@login_not_required
def breaks(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("reads/", reads),
    path("api/reads/", reads),
    path("slow/", slow),
    path("api/slow/", slow),
    path("waits/", waits),
    path("api/breaks/", breaks),
    *real_ones,
]
