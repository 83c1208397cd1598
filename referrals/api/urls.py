from django.urls import path
from rest_framework.routers import SimpleRouter

from referrals.api import views

router = SimpleRouter()
router.register("referrals", views.Referrals, basename="api-referrals")
router.register("hand-referrals", views.HandReferrals, basename="api-hand-referrals")
router.register("volumes", views.Volumes, basename="api-volumes")
router.register("imports", views.Imports, basename="api-imports")
router.register(
    "imports/(?P<batch>[0-9]{1,19})/refused", views.RefusedRows, basename="api-refused-rows"
)
router.register("sources", views.Sources, basename="api-sources")
router.register("service-lines", views.ServiceLines, basename="api-service-lines")
router.register("facilities", views.Facilities, basename="api-facilities")

hl7 = views.Hl7Intake.as_view({"post": "send"})

urlpatterns = [path("intake/hl7/", hl7, name="api-intake-hl7"), *router.urls]
