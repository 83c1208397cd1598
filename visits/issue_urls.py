"""Addresses of issues, and the one an outsider opens."""

from django.urls import path
from django.urls.resolvers import URLPattern

from visits.views import issue_acts, issue_answer, issue_rules, issue_trend, issues

urlpatterns: list[URLPattern] = [
    path("issues/", issues.issues, name="issues"),
    path("issues/new/", issues.new_issue, name="new-issue"),
    path("issues/trend/", issue_trend.issue_trend_page, name="issue-trend"),
    path("issues/rules/", issue_rules.issue_rules, name="issue-rules"),
    path("issues/rules/new/", issue_rules.new_issue_rule, name="new-issue-rule"),
    path("issues/rules/<int:pk>/", issue_rules.edit_issue_rule, name="edit-issue-rule"),
    path("issues/rules/<int:pk>/drop/", issue_rules.drop_issue_rule, name="drop-issue-rule"),
    path(
        "issues/rules/<int:pk>/restore/", issue_rules.restore_issue_rule, name="restore-issue-rule"
    ),
    path("issues/outsiders/new/", issue_rules.new_outsider, name="new-outsider"),
    path("issues/outsiders/<int:pk>/", issue_rules.edit_outsider, name="edit-outsider"),
    path("issues/outsiders/<int:pk>/drop/", issue_rules.drop_outsider, name="drop-outsider"),
    path(
        "issues/outsiders/<int:pk>/restore/", issue_rules.restore_outsider, name="restore-outsider"
    ),
    path("issues/<int:pk>/", issues.issue, name="issue"),
    path("issues/<int:pk>/acknowledge/", issue_acts.acknowledge_issue, name="acknowledge-issue"),
    path("issues/<int:pk>/remark/", issue_acts.remark_on_issue, name="remark-on-issue"),
    path("issues/<int:pk>/resolve/", issue_acts.resolve_issue, name="resolve-issue"),
    path("issues/<int:pk>/tell/", issue_acts.tell_office, name="tell-office"),
    path("issues/<int:pk>/untell/", issue_acts.take_back_telling, name="take-back-telling"),
    path("issues/<int:pk>/reopen/", issue_acts.reopen_issue, name="reopen-issue"),
    path("issues/<int:pk>/hand-on/", issue_acts.hand_on_issue, name="hand-on-issue"),
    path("issues/<int:pk>/withdraw/", issue_acts.withdraw_issue, name="withdraw-issue"),
    path("issues/<int:pk>/restore/", issue_acts.restore_issue, name="restore-issue"),
    path("issues/<int:pk>/link/renew/", issue_acts.renew_issue_link, name="renew-issue-link"),
    path("issues/<int:pk>/link/revoke/", issue_acts.revoke_issue_link, name="revoke-issue-link"),
    path("answer/", issue_answer.answer_issue, name="answer-issue"),
]
