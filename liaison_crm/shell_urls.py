from django.urls import path

from liaison_crm import shell_views
from liaison_crm.offline import views as offline

urlpatterns = [
    path("more/", shell_views.more, name="more"),
    path("appearance/", shell_views.appearance, name="appearance"),
    path("app.webmanifest", offline.manifest, name="manifest"),
    path("sw.js", offline.worker, name="service-worker"),
    path("offline/", offline.not_here, name="offline"),
    path("outbox/", offline.outbox, name="outbox"),
    path("outbox/token/", offline.outbox_token, name="outbox-token"),
]
