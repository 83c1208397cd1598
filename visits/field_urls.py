"""Addresses of the liaison's pages."""

from django.urls import path
from django.urls.resolvers import URLPattern

from visits.views import (
    find,
    follow_up_list,
    follow_ups,
    log_visit,
    office,
    physician,
    plans,
    practice,
    referrals,
    today,
    visits,
)

urlpatterns: list[URLPattern] = [
    path("", today.today, name="today"),
    path("team/now/", today.team_now, name="team-now"),
    path("visits/new/", log_visit.new_visit, name="new-visit"),
    path("visits/new/nearby/", log_visit.practices_nearby, name="practices-nearby"),
    path("visits/", visits.visits, name="visits"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    path("visits/<int:pk>/edit/", visits.edit_visit, name="edit-visit"),
    path("visits/<int:pk>/take-back/", visits.take_back_visit, name="take-back-visit"),
    path("visits/<int:pk>/restore/", visits.restore_visit, name="restore-visit"),
    path("find/", find.find, name="find"),
    path("physicians/<int:pk>/", physician.physician, name="physician"),
    path("practices/<int:pk>/", practice.practice, name="practice"),
    path("practices/<int:pk>/people/new/", office.new_staff, name="new-staff"),
    path("practices/<int:pk>/office/", office.edit_office, name="edit-office"),
    path("people/<int:pk>/", office.edit_staff, name="edit-staff"),
    path("people/<int:pk>/left/", office.staff_left, name="staff-left"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("plan/new/", plans.plan_visit, name="plan-visit"),
    path("plan/stops/<int:pk>/drop/", plans.drop_plan, name="drop-plan"),
    path("plan/stops/<int:pk>/restore/", plans.restore_plan, name="restore-plan"),
    path("plan/stops/<int:pk>/move/", plans.move_plan, name="move-plan"),
    path("plan/stops/<int:pk>/day/", plans.replan_visit, name="replan-visit"),
    path("follow-ups/", follow_up_list.follow_ups, name="follow-ups"),
    path("follow-ups/new/", follow_ups.new_follow_up, name="new-follow-up"),
    path("follow-ups/<int:pk>/keep/", follow_ups.keep_follow_up, name="keep-follow-up"),
    path("follow-ups/<int:pk>/told/", follow_ups.tell_follow_up, name="tell-follow-up"),
    path("follow-ups/<int:pk>/untold/", follow_ups.untell_follow_up, name="untell-follow-up"),
    path("follow-ups/<int:pk>/reopen/", follow_ups.reopen_follow_up, name="reopen-follow-up"),
    path("follow-ups/<int:pk>/drop/", follow_ups.drop_follow_up, name="drop-follow-up"),
    path(
        "follow-ups/<int:pk>/reschedule/",
        follow_ups.reschedule_follow_up,
        name="reschedule-follow-up",
    ),
    path("follow-ups/<int:pk>/hand-on/", follow_ups.reassign_follow_up, name="reassign-follow-up"),
]
