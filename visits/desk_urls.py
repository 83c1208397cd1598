"""Addresses of the manager's pages and the lists."""

from django.urls import path
from django.urls.resolvers import URLPattern

from visits.views import (
    assigning,
    correction_desk,
    growth,
    handing_over,
    physicians,
    practices,
    realigning,
    territories,
    tiers,
)

urlpatterns: list[URLPattern] = [
    path("physicians/", physicians.physicians, name="physicians"),
    path("physicians/export/", physicians.physicians_export, name="physicians-export"),
    path("practices/", practices.practices, name="practices"),
    path("practices/export/", practices.practices_export, name="practices-export"),
    path("practices/<int:pk>/territory/", realigning.place, name="place-practice"),
    path("follow-ups/owners/", handing_over.promises_by_owner_page, name="promises-by-owner"),
    path(
        "follow-ups/handovers/<int:pk>/undo/",
        handing_over.undo_promise_handover,
        name="undo-promise-handover",
    ),
    path("practices/<int:pk>/tier/", tiers.set_tier, name="set-tier"),
    path("coverage/", tiers.coverage, name="coverage"),
    path("tiers/", tiers.tiers, name="tiers"),
    path("tiers/propose/", tiers.propose_tiers, name="propose-tiers"),
    path("tiers/changes/<int:pk>/undo/", tiers.undo_tiers, name="undo-tiers"),
    path("growth/", growth.growth, name="growth"),
    path("growth/export/", growth.growth_export, name="growth-export"),
    path("territories/", territories.territories, name="territories"),
    path("territories/new/", territories.new_territory, name="new-territory"),
    path("territories/<int:pk>/", territories.territory, name="territory"),
    path("territories/<int:pk>/edit/", territories.edit_territory, name="edit-territory"),
    path("territories/<int:pk>/delete/", territories.delete_territory, name="delete-territory"),
    path("territories/<int:pk>/realign/", realigning.realign, name="realign"),
    path("territories/<int:pk>/assign/", assigning.assign, name="assign"),
    path("territories/realignments/<int:pk>/undo/", realigning.undo, name="undo-realignment"),
    path("territories/handovers/<int:pk>/undo/", assigning.undo_handover, name="undo-handover"),
    path("territories/assignments/<int:pk>/end/", assigning.end_assignment, name="end-assignment"),
    path("corrections/", correction_desk.corrections, name="corrections"),
    path("corrections/approve/", correction_desk.approve_corrections, name="approve-corrections"),
    path(
        "corrections/<int:pk>/approve/",
        correction_desk.approve_correction,
        name="approve-correction",
    ),
    path(
        "corrections/<int:pk>/decline/",
        correction_desk.decline_correction,
        name="decline-correction",
    ),
    path(
        "corrections/batches/<uuid:key>/undo/",
        correction_desk.undo_corrections,
        name="undo-corrections",
    ),
    path("corrections/npi/", correction_desk.unknown_physicians, name="unknown-physicians"),
    path("corrections/npi/<int:pk>/undo/", correction_desk.undo_match, name="undo-match"),
    path("physicians/<int:pk>/npi/", correction_desk.find_npi, name="find-npi"),
]
