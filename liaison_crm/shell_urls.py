from django.urls import path

from liaison_crm import shell_views

urlpatterns = [
    path("more/", shell_views.more, name="more"),
    path("appearance/", shell_views.appearance, name="appearance"),
]
