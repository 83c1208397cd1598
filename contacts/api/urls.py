from rest_framework.routers import SimpleRouter

from contacts.api import views

router = SimpleRouter()
router.register("specialties", views.Specialties, basename="api-specialties")
router.register("organizations", views.Organizations, basename="api-organizations")
router.register("practices", views.Practices, basename="api-practices")
router.register("physicians", views.Physicians, basename="api-physicians")
router.register("affiliations", views.Affiliations, basename="api-affiliations")
router.register("staff", views.Staff, basename="api-staff")
router.register("territories", views.Territories, basename="api-territories")
router.register("corrections", views.Corrections, basename="api-corrections")

urlpatterns = router.urls
