"""Addresses of the pages on imports and on counting."""

from django.urls import path
from django.urls.resolvers import URLPattern

from referrals import views

urlpatterns: list[URLPattern] = [
    path("growth/runs/", views.runs, name="runs"),
    path("import/", views.imports, name="imports"),
    path("import/new/", views.new_import, name="new-import"),
    path("import/unmatched/", views.unmatched, name="unmatched"),
    path("import/<int:pk>/", views.one_import, name="import"),
    path("import/<int:pk>/refused.csv", views.refused_rows, name="refused-rows"),
]
