from django.urls import include, path
from rest_framework.routers import SimpleRouter

from accounts.api import views, workdays

router = SimpleRouter()
router.register("people", views.People, basename="api-people")
router.register("assignments", views.Assignments, basename="api-assignments")
router.register("handovers", views.Handovers, basename="api-handovers")
router.register("closed-days", workdays.ClosedDays, basename="api-closed-days")
router.register("tokens", views.Tokens, basename="api-tokens")

me = views.Me.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns = [path("me/", me, name="api-me"), path("", include(router.urls))]
