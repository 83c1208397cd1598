"""Notices, what one is told, one's digest before it is sent, and the link that stops it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import signed_in
from accounts.models import User
from liaison_crm.core.keyset import RowNotThere, stretch
from liaison_crm.core.wording import count_of
from visits.days import day_for
from visits.forms.notices import NoticeChoicesForm, NoticesNarrowing
from visits.notices import telling
from visits.notices.digests import digest_for, kind_for
from visits.notices.letters import read_token, words_of
from visits.notices.models import Digest, Notice, NoticeChoices
from visits.views.asking import go_back

PAGE = 50


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Reading marks nothing: the page says so itself, once somebody looks at it."""
    person = signed_in(request)
    asked = NoticesNarrowing(request.GET)
    if not asked.is_valid():
        raise Http404
    mine = Notice.objects.visible_to(person)
    try:
        page = stretch(mine, order=("-made_at", "-pk"), size=PAGE, place=asked.place, among=mine)
    except RowNotThere as error:
        raise Http404 from error
    unseen = mine.unseen().count()
    context = {
        "page": page,
        "now": timezone.now(),
        "unseen": unseen,
        "headline": count_of(unseen, "new notice") if unseen else "Notices",
        "has_digest": kind_for(person) is not None,
    }
    return render(request, "notices/list.html", context)


@require_POST
def see_notices(request: HttpRequest) -> HttpResponse:
    telling.see_notices(signed_in(request), at=timezone.now())
    return go_back(request, "notices")


@require_http_methods(["GET", "HEAD", "POST"])
def notice_choices(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    form = NoticeChoicesForm(
        request.POST if request.method == "POST" else None,
        instance=telling.choices_of(person),
        person=person,
    )
    if form.is_valid():
        telling.choose_notices(person, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("notice-choices")
    context = {"form": form, "when": _when(person), "has_digest": kind_for(person) is not None}
    return render(request, "notices/choices.html", context)


@require_safe
def digest(request: HttpRequest) -> HttpResponse:
    """What one's digest would say if it were sent now."""
    person, now = signed_in(request), timezone.now()
    kind = kind_for(person)
    if kind is None:
        raise Http404
    report = digest_for(person, kind, on=day_for(person, now), now=now)
    context = {**words_of(person, report, now), "when": _when(person)}
    return render(request, "notices/digest.html", context)


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digest(request: HttpRequest) -> HttpResponse:
    """The link in a mail: a tap on the page stops it, and so does a mail program's own button.

    Its token is the permission. A mail program sends no cookie and no form token (RFC 8058).
    """
    found = read_token(request.GET.get("token", ""))
    if found is None:
        return render(request, "notices/stop.html", {"person": None}, status=404)
    person, kind = found
    if request.method == "POST":
        telling.choose_notices(person, **{kind: "again" in request.POST})
    context = {
        "person": person,
        "what": NoticeChoices._meta.get_field(kind).verbose_name,  # type: ignore[union-attr]  # a column, not a relation
        "is_on": getattr(telling.choices_of(person), kind),
    }
    return render(request, "notices/stop.html", context)


def _when(person: User) -> str:
    """When it comes: 07:00 in New York on working days."""
    zone = str(ZoneInfo(person.time_zone)).rpartition("/")[2].replace("_", " ")
    kind = kind_for(person)
    if kind == Digest.Kind.DAILY:
        return f"Sent at {settings.DIGEST_AT} {zone} time on working days, if there is something."
    if kind == Digest.Kind.WEEKLY:
        return f"Sent on Mondays at {settings.DIGEST_AT} {zone} time."
    return "Admins get no digest."
