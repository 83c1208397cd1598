"""One record of every kind, and an admin to look at them."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import (
    AccessLog,
    BulkJob,
    ClosedDay,
    Handover,
    IdempotentRequest,
    User,
)
from contacts.corrections import services as corrections
from contacts.models import (
    Realignment,
    RegistryLoad,
    RegistryRecord,
    WelcomeWindow,
    ZipCode,
)
from referrals.by_hand.models import HandReferral
from referrals.models import (
    ArrivalCurve,
    BatchUndo,
    EarlierDescription,
    HeaderMap,
    Hl7Message,
    IgnoredMessages,
    RefusedRow,
    Restatement,
    Retelling,
    RollupChunk,
    RollupRun,
    SourceCode,
    ToldReferral,
    UnmatchedRow,
    VolumeCell,
    VolumeDraft,
    VolumeMark,
)
from tests import factories
from visits.correcting.models import Correction
from visits.issues import services as issues
from visits.models import PromiseHandover, SuggestedPromise
from visits.notices.models import Digest, FallReview, NoticeChoices, PracticeFall
from visits.planning import tiering
from visits.planning.feed import make_calendar_address
from visits.planning.models import (
    Cadence,
    CoverageGoal,
    Dismissal,
    StartPoint,
    TierChange,
    TierMove,
)


@pytest.fixture
def desk(erin) -> Client:
    """An admin's browser."""
    client = Client()
    client.force_login(erin)
    return client


@pytest.fixture
def frank(db):
    """A second admin."""
    return factories.UserFactory(name="Frank Admin", role=User.Role.ADMIN)


def screens() -> list[Any]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def one_of_each(erin, ana, now):
    """Makes a record of every kind the admin shows; called again, it makes another."""

    def make() -> None:
        practice = factories.PracticeFactory(organization=factories.OrganizationFactory())
        affiliation = factories.AffiliationFactory(practice=practice)
        physician = affiliation.physician
        staff = factories.StaffMemberFactory(practice=practice)
        area = factories.AreaFactory(territory=practice.territory)
        services.create_token(
            erin,
            by=erin,
            name="Export",
            lasting=timedelta(days=9),
            at=now,
            origin=services.Origin(),
        )
        services.log_access(AccessLog.Action.EXPORT, at=now, user=ana, subject="physicians")
        Handover.objects.create(territory=area.territory, made_by=erin, made_at=now)
        UserSession.objects.create(user=ana, ip="192.0.2.1", session_key=f"key{staff.pk}")
        AccessAttempt.objects.create(
            username=f"x{staff.pk}", ip_address="192.0.2.1", failures_since_start=3
        )
        BulkJob.objects.create(action="a", label="Close", ids=[1], total=1, made_by=erin)
        IdempotentRequest.objects.create(
            user=ana, key=f"k{staff.pk}", method="POST", path="/", body_sha256="0" * 64
        )
        _registry_side(physician)
        _referral_side(practice, physician, now)
        _visit_side(practice, physician, staff, ana)
        _issue_side(practice, erin, now)
        _corrections_side(practice, erin, now)
        factories.VoiceAnswerFactory(link__practice=practice)
        _notice_side(practice, now)
        _planning_side(practice, erin, now)
        _logging_side(practice, physician, ana, now)
        ClosedDay.objects.create(day=date(2026, 11, 27), name="Bridge", removed_at=now)
        Realignment.objects.create(
            to=area.territory, areas=[], practices_moved=0, made_by=erin, made_at=now
        )

    return make


def _registry_side(physician) -> None:
    ZipCode.objects.get_or_create(  # a flush between tests may have taken the shipped ones
        code="44129",
        defaults={"city": "Parma", "state": "OH", "latitude": 41, "longitude": -81},
    )
    RegistryLoad.objects.create(observed_on=date(2026, 3, 1))
    RegistryRecord.objects.create(npi=int(physician.npi), observed_on=date(2026, 3, 1))


def _hl7_side(batch, physician) -> None:
    number = Hl7Message.objects.count()
    message = Hl7Message.objects.create(
        source=batch.source,
        kind="REF^I12",
        control_id=f"M{number}",
        digest=f"{number:064x}",
        came_by=Hl7Message.Door.API,
        outcome=Hl7Message.Outcome.WAITING,
    )
    ToldReferral.objects.create(
        message=message, source=batch.source, external_id="R1", made_at=message.received_at
    )
    SourceCode.objects.create(
        source=batch.source,
        kind=SourceCode.Kind.PHYSICIAN,
        code=f"PLN{number}",
        physician=physician,
    )
    IgnoredMessages.objects.create(
        source=batch.source,
        day=date(2026, 3, 1),
        kind=f"ADT^{number:03}"[:7],
        reason=IgnoredMessages.Reason.KIND,
    )


def _sheet_side(referral, batch, now) -> None:
    HeaderMap.objects.create(source=batch.source, fingerprint=f"{batch.pk:064x}", header=["Ref"])
    EarlierDescription.objects.create(
        batch=batch,
        referral=referral,
        practice=referral.practice,
        physician=referral.physician,
        service_line=referral.service_line,
        destination=referral.destination,
        referred_on=referral.referred_on,
    )
    Retelling.objects.create(batch=batch, event_ids=[1])
    BatchUndo.objects.create(batch=batch, asked_by=factories.UserFactory(), asked_at=now)


def _referral_side(practice, physician, now) -> None:
    referral = factories.ReferralFactory(practice=practice, physician=physician)
    factories.ReferralEventFactory(referral=referral)
    batch = factories.IntakeBatchFactory()
    _hl7_side(batch, physician)
    _sheet_side(referral, batch, now)
    RefusedRow.objects.create(batch=batch, line=2, code="npi_digits", reason="Not digits.")
    UnmatchedRow.objects.create(
        source=batch.source,
        batch=batch,
        line=3,
        missing="physician",
        external_id=f"W{batch.pk}",
        physician_npi="1234567893",
        service_line_id=referral.service_line_id,
        destination_id=referral.destination_id,
        referred_on=date(2026, 3, 1),
        status="received",
        status_at=now,
    )
    key = {
        "month": date(2026, 2, 1),
        "practice_id": practice.pk,
        "physician_id": physician.pk,
        "service_line_id": referral.service_line_id,
        "destination_id": referral.destination_id,
    }
    counts = {
        field.name: 0
        for field in VolumeCell._meta.concrete_fields
        if field.name not in {"id", "month"} and not field.is_relation
    }
    VolumeCell.objects.create(**key, **counts)
    VolumeMark.objects.create(**key)
    run = RollupRun.objects.create(kind="by_hand", state="done", period=date(2026, 3, 1), as_of=now)
    RollupChunk.objects.create(run=run, number=1)
    VolumeDraft.objects.create(run=run, **key, **counts)
    ArrivalCurve.objects.create(
        source=factories.SourceFactory(code=f"source-{run.pk}"),
        measured_on=date(2026, 3, 1),
        referrals=9,
        shares=[1.0],
    )
    Restatement.objects.create(run=run, month=date(2026, 1, 1), practice=practice, was=3, now=4)


def _visit_side(practice, physician, staff, ana) -> None:
    visit = factories.VisitFactory(practice=practice, liaison=ana)
    factories.AttendeeFactory(visit=visit, physician=physician)
    factories.AttendeeFactory(visit=visit, physician=None, staff_member=staff)
    factories.PlannedVisitFactory(practice=practice, liaison=ana)
    factories.FollowUpFactory(practice=practice, owner=ana)
    factories.TopicFactory(name=f"Topic {visit.pk}")
    SuggestedPromise.objects.create(words=f"Words {visit.pk}")
    PromiseHandover.objects.create(to=ana, made_by=ana, promises=[])


def _issue_side(practice, erin, now) -> None:
    line = factories.ServiceLineFactory(code=f"line-{practice.pk}", name=f"Line {practice.pk}")
    to = factories.OutsiderFactory()
    issues.set_rule(by=erin, terms=issues.RuleTerms(service_line=line, to=to))
    said = issues.Complaint(category="billing", said="Bills come twice", service_line=line)
    issues.raise_issue(practice, by=erin, at=now, complaint=said)


def _corrections_side(practice, erin, now) -> None:
    said = corrections.Correction(
        kind="joined",
        value={"first_name": "Linh", "last_name": f"Nguyen {practice.pk}"},
        practice=practice,
    )
    newcomer = corrections.propose(said, by=erin, at=now).physician
    assert newcomer is not None  # whoever joins is there at once
    corrections.give_npi(newcomer, factories.npi(700_000 + practice.pk), by=erin, at=now)


def _notice_side(practice, now) -> None:
    notice = factories.NoticeFactory(practice=practice)
    factories.HearingFactory(
        practice=practice, version__message=factories.MessageFactory(), told_by=notice.person
    )
    NoticeChoices.objects.create(person=notice.person)
    Digest.objects.create(
        person=notice.person, kind="daily", period=now.date(), try_at=now, until=now
    )
    PracticeFall.objects.create(
        practice=practice, quarter=date(2026, 1, 1), recent=3, before=9, found_at=now
    )
    FallReview.objects.create(run_id=notice.pk, at=now)


def _logging_side(practice, physician, ana, now) -> None:
    HandReferral.objects.create(
        practice=practice,
        physician=physician,
        service_line=factories.ServiceLineFactory(),
        destination=factories.FacilityFactory(),
        referred_on=now.date(),
        taken_by=ana,
        taken_at=now,
    )
    Correction.objects.create(
        visit=factories.VisitFactory(practice=practice, liaison=ana),
        what=Correction.What.CORRECTED,
        reason="Another door.",
        before={"held_at": now.isoformat(), "see_again_on": None},
        made_by=ana,
        made_at=now,
        version=1,
        sent_sha256="0" * 64,
    )


def _planning_side(practice, erin, now) -> None:
    Cadence.objects.get_or_create(tier="A", defaults={"days": 30})
    CoverageGoal.objects.get_or_create(pk=1)
    tiering.set_tier(practice, "B", by=erin, at=now)
    change = TierChange.objects.create(shares={"A": 10}, practices_changed=1, made_by=erin)
    TierMove.objects.create(change=change, practice=practice, was="", became="B")
    Dismissal.objects.create(
        liaison=erin,
        practice=practice,
        marks={"overdue": "never"},
        why=Dismissal.Why.NOT_NOW,
        until=date(2026, 4, 1),
        dismissed_by=erin,
    )
    WelcomeWindow.objects.create(
        practice=practice, weekday=1, opens_at=time(12), closes_at=time(13)
    )
    someone = factories.UserFactory()
    StartPoint.objects.create(person=someone, zip_code=ZipCode.objects.get(pk="44129"))
    make_calendar_address(someone, by=someone, at=now, origin=services.Origin())
