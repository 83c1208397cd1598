"""The pages of everyday work: the liaison's and the manager's."""

from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("visits.field_urls")),
    path("", include("visits.issue_urls")),
    path("", include("visits.desk_urls")),
    path("messages/", include("visits.message_urls")),
    path("notices/", include("visits.notice_urls")),
]
