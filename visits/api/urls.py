from rest_framework.routers import SimpleRouter

from visits.api import issues, promises, views

router = SimpleRouter()
router.register("visits", views.Visits, basename="api-visits")
router.register("follow-ups", views.FollowUps, basename="api-follow-ups")
router.register("topics", views.Topics, basename="api-topics")
router.register("suggested-promises", promises.SuggestedPromises, basename="api-suggested-promises")
router.register("issues", issues.Issues, basename="api-issues")
router.register("issue-rules", issues.IssueRules, basename="api-issue-rules")
router.register("outsiders", issues.Outsiders, basename="api-outsiders")

urlpatterns = router.urls
