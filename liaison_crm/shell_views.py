"""Pages that belong to no app: what else there is, and how it looks."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

THEMES = (("auto", "Auto", "sun-moon"), ("light", "Light", "sun"), ("dark", "Dark", "moon"))
A_YEAR = 365 * 24 * 60 * 60


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    chosen = request.COOKIES.get("theme", "auto")
    return render(request, "more.html", {"themes": THEMES, "chosen_theme": chosen})


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie, which the server reads: so no page ever flashes."""
    theme = request.POST.get("theme", "")
    if theme not in {value for value, _, _ in THEMES}:
        return HttpResponseBadRequest("The theme must be auto, light or dark.")
    answer = redirect("more")
    answer.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return answer
