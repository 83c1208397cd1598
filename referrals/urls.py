"""Addresses of the pages on imports and on counting."""

from django.urls import path
from django.urls.resolvers import URLPattern

from referrals import views
from referrals.imports import views as imports

urlpatterns: list[URLPattern] = [
    path("growth/runs/", views.runs, name="runs"),
    path("import/", views.imports, name="imports"),
    path("import/new/", views.new_import, name="new-import"),
    path("import/check/", imports.check_import, name="check-import"),
    path("import/unmatched/", views.unmatched, name="unmatched"),
    path("import/<int:pk>/", views.one_import, name="import"),
    path("import/<int:pk>/columns/", imports.match_columns, name="match-columns"),
    path("import/<int:pk>/confirm/", imports.confirm_import, name="confirm-import"),
    path("import/<int:pk>/drop/", imports.drop_import, name="drop-import"),
    path("import/<int:pk>/undo/", imports.undo_import, name="undo-import"),
    path("import/<int:pk>/refused.csv", views.refused_rows, name="refused-rows"),
]
