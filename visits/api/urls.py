from django.urls import include, path
from rest_framework.routers import SimpleRouter

from visits.api import issues, messages, notices, plans, promises, views, voice

router = SimpleRouter()
router.register("visits", views.Visits, basename="api-visits")
router.register("visit-corrections", views.Corrections, basename="api-visit-corrections")
router.register("follow-ups", views.FollowUps, basename="api-follow-ups")
router.register("topics", views.Topics, basename="api-topics")
router.register("suggested-promises", promises.SuggestedPromises, basename="api-suggested-promises")
router.register("issues", issues.Issues, basename="api-issues")
router.register("issue-rules", issues.IssueRules, basename="api-issue-rules")
router.register("outsiders", issues.Outsiders, basename="api-outsiders")
router.register("voice-links", voice.VoiceLinks, basename="api-voice-links")
router.register("voice-answers", voice.VoiceAnswers, basename="api-voice-answers")
router.register("messages", messages.Messages, basename="api-messages")
router.register("hearings", messages.Hearings, basename="api-hearings")
router.register("notices", notices.Notices, basename="api-notices")
router.register("plans", plans.Plans, basename="api-plans")
router.register("suggestions", plans.Suggestions, basename="api-suggestions")
router.register("dismissals", plans.Dismissals, basename="api-dismissals")
router.register("tiers", plans.Tiers, basename="api-tiers")
router.register("cadences", plans.Cadences, basename="api-cadences")
router.register("coverage", plans.Coverages, basename="api-coverage")

choices = notices.Choices.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns = [
    path("notice-choices/", choices, name="api-notice-choices"),
    path("", include(router.urls)),
]
