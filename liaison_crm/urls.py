"""Every address, by app."""

from django.contrib import admin
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("liaison_crm.shell_urls")),
    path("", include("accounts.urls")),
    path("", include("referrals.urls")),
    path("", include("visits.urls")),
    path("demo/", include("liaison_crm.demo.urls")),
    path("api/", include("liaison_crm.api")),
    path("admin/", admin.site.urls),
]

handler400 = "liaison_crm.refusals.bad_request"
handler403 = "liaison_crm.refusals.forbidden"
handler404 = "liaison_crm.refusals.not_found"
handler500 = "liaison_crm.outage.server_error"
