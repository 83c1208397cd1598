"""One-tap sign-in to the demo. In any other settings the address does not exist."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from liaison_crm.demo.people import BUTTONS, signed_in_as

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo's people; every other e-mail address answers 404."""
    email = request.POST.get("email", "")
    if not settings.DEMO or email not in {person.email for person in BUTTONS}:
        raise Http404
    login(request, signed_in_as(email), backend=BACKEND)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "today"
    return redirect(target)
