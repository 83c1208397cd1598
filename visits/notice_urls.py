"""Addresses of notices and digests."""

from django.urls import path
from django.urls.resolvers import URLPattern

from visits.views import notices

urlpatterns: list[URLPattern] = [
    path("", notices.notices, name="notices"),
    path("seen/", notices.see_notices, name="see-notices"),
    path("choices/", notices.notice_choices, name="notice-choices"),
    path("digest/", notices.digest, name="digest"),
    path("stop/", notices.stop_digest, name="stop-digest"),
]
