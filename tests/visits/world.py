"""A liaison's world, as many rows wide as a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import Territory, User
from contacts.models import ChangeRequest, Physician, Practice, StaffMember
from referrals.models import RollupRun
from tests import factories
from visits.days import day_for
from visits.education.models import Message
from visits.models import FollowUp, PlannedVisit, SuggestedPromise, Visit
from visits.reports.periods import recent_span


@dataclass
class World:
    """Practices of one territory with everything a page can show of them."""

    practices: list[Practice] = field(default_factory=list)
    physicians: list[Physician] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    promises: list[FollowUp] = field(default_factory=list)
    plans: list[PlannedVisit] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def grow(self, territory: Territory, liaison: User, now: datetime, rows: int) -> World:
        """`rows` more practices, the first with `rows` people and visits of its own."""
        SuggestedPromise.objects.get_or_create(words="Send the referral form")
        RollupRun.objects.get_or_create(
            kind=RollupRun.Kind.BY_HAND,
            state=RollupRun.State.DONE,
            defaults={"as_of": now, "period": now.date()},
        )
        for _ in range(rows):
            self._add_practice(territory, liaison, now)
        for _ in range(rows):
            self._add_people(self.practices[0], liaison, now)
        return self

    def _add_practice(self, territory: Territory, liaison: User, now: datetime) -> None:
        today = day_for(liaison, now)
        practice = factories.PracticeFactory(territory=territory)
        self.practices.append(practice)
        self._add_people(practice, liaison, now)
        number = len(self.practices)
        for days, open_stop in ((0, True), (-3, True), (-30, False)):
            plan = factories.PlannedVisitFactory(
                liaison=liaison,
                practice=practice,
                physician=self.physicians[-1],
                planned_on=today + timedelta(days=days),
                position=number,
            )
            if not open_stop:
                plan.visit = self.visits[-1]
                plan.save()
            self.plans.append(plan)

    def _add_people(self, practice: Practice, liaison: User, now: datetime) -> None:
        today = day_for(liaison, now)
        physician = factories.PhysicianFactory()
        self.physicians.append(physician)
        factories.AffiliationFactory(physician=physician, practice=practice)
        staff = factories.StaffMemberFactory(practice=practice)
        span = recent_span(now)
        for month in (span.recent.start, span.before.start):
            factories.VolumeCellFactory(
                month=month, practice=practice, physician=physician, referrals=20
            )
        visit = factories.VisitFactory(
            practice=practice, liaison=liaison, held_at=now - timedelta(hours=1), note="A word."
        )
        factories.AttendeeFactory(visit=visit, physician=physician)
        visit.topics.add(factories.TopicFactory())
        self.visits.append(visit)
        self._add_messages(practice, visit)
        ChangeRequest.objects.create(
            kind="staff_phone",
            practice=practice,
            staff_member=staff,
            proposed={"phone": "2165550177"},
            by=liaison,
        )
        factories.ReferralFactory(
            practice=practice, physician=physician, referred_on=span.recent.start
        )
        self._add_promises(practice, staff, visit, today, now)

    def _add_messages(self, practice: Practice, visit: Visit) -> None:
        """One heard at the office, one in the visit; both published by whoever went there."""
        for heard_in in (None, visit):
            version = factories.MessageVersionFactory(
                message=factories.MessageFactory(), published_by=visit.liaison
            )
            self.messages.append(version.message)
            factories.HearingFactory(
                practice=practice, version=version, visit=heard_in, told_by=visit.liaison
            )

    def _add_promises(
        self, practice: Practice, staff: StaffMember, visit: Visit, today: date, now: datetime
    ) -> None:
        liaison = visit.liaison
        for due in (-2, 0):
            self.promises.append(
                factories.FollowUpFactory(
                    practice=practice,
                    owner=liaison,
                    visit=visit,
                    promised_to_staff=staff,
                    promised_on=today - timedelta(days=9),
                    due_on=today + timedelta(days=due),
                )
            )
        for told_at in (None, now):
            factories.FollowUpFactory(
                practice=practice,
                owner=liaison,
                promised_to_staff=staff,
                promised_on=today - timedelta(days=9),
                due_on=today,
                kept_at=now - timedelta(minutes=1),
                kept_by=liaison,
                told_at=told_at,
                told_by=liaison if told_at else None,
                told_to_staff=staff if told_at else None,
            )
