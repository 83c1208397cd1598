"""Builders of rows for tests. Seeded sequences only, so that a failure can be seen again."""

from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from accounts.models import Assignment, Territory, TerritoryArea, User
from contacts.models import (
    Affiliation,
    Evidence,
    Organization,
    Physician,
    Practice,
    Specialty,
    StaffMember,
)
from liaison_crm.core.npi import check_digit
from referrals.models import (
    Facility,
    IntakeBatch,
    Referral,
    ReferralEvent,
    ServiceLine,
    Source,
    Status,
    VolumeCell,
)
from visits.education.models import Hearing, Message, MessageVersion
from visits.issues.models import Category, Issue, Outsider
from visits.models import Attendee, FollowUp, PlannedVisit, Topic, Visit
from visits.notices.models import Notice
from visits.voice.models import VoiceAnswer, VoiceLink

PASSWORD = "a long enough passphrase"
NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # noon on a Monday in New York


def npi(number: int) -> str:
    """The valid NPI whose first nine digits are 100000000 + number."""
    first_nine = str(100_000_000 + number)
    return first_nine + check_digit(first_nine)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda o: f"{o.name.lower().replace(' ', '.')}@example.org")
    role = User.Role.LIAISON
    time_zone = "America/New_York"
    password = factory.django.Password(PASSWORD)


class TerritoryFactory(DjangoModelFactory):
    class Meta:
        model = Territory

    name = factory.Sequence(lambda n: f"Territory {n}")
    colour = "#0b4a3b"


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = TerritoryArea

    territory = factory.SubFactory(TerritoryFactory)
    kind = TerritoryArea.Kind.ZIP
    code = factory.Sequence(lambda n: f"{40000 + n:05d}")


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    user = factory.SubFactory(UserFactory)
    territory = factory.SubFactory(TerritoryFactory)
    part = Assignment.Part.OWNER
    starts_on = date(2024, 1, 1)


class SpecialtyFactory(DjangoModelFactory):
    class Meta:
        model = Specialty
        django_get_or_create = ("taxonomy_code",)

    taxonomy_code = factory.Sequence(lambda n: f"999Z{n:05d}X")
    name = factory.Sequence(lambda n: f"Specialty {n}")


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Medical Group {n}")
    npi = factory.Sequence(lambda n: npi(500_000 + n))


class PracticeFactory(DjangoModelFactory):
    class Meta:
        model = Practice

    name = factory.Sequence(lambda n: f"Practice {n}")
    territory = factory.SubFactory(TerritoryFactory)
    street = factory.Sequence(lambda n: f"{n + 1} MAIN ST")
    city = "Parma"
    state = "OH"
    zip_code = "44129"
    county_fips = "39035"
    latitude = 41.38
    longitude = -81.73
    phone = factory.Sequence(lambda n: f"216555{n % 10_000:04d}")
    address_key = factory.LazyAttribute(lambda o: f"{o.street}||{o.zip_code}")


class PhysicianFactory(DjangoModelFactory):
    class Meta:
        model = Physician

    npi = factory.Sequence(npi)
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")
    credentials = "MD"
    primary_specialty = factory.SubFactory(SpecialtyFactory, taxonomy_code="999Z00000X")


class AffiliationFactory(DjangoModelFactory):
    class Meta:
        model = Affiliation

    physician = factory.SubFactory(PhysicianFactory)
    practice = factory.SubFactory(PracticeFactory)
    is_primary = True
    starts_on = date(2020, 1, 1)
    source = Evidence.NPPES


class StaffMemberFactory(DjangoModelFactory):
    class Meta:
        model = StaffMember

    practice = factory.SubFactory(PracticeFactory)
    name = factory.Sequence(lambda n: f"Staff {n}")
    books_referrals = True


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ("code",)

    code = "ehr"
    name = "EHR"
    time_zone = "America/New_York"


class ServiceLineFactory(DjangoModelFactory):
    class Meta:
        model = ServiceLine
        django_get_or_create = ("code",)

    code = "cardiology"
    name = "Cardiology"


class FacilityFactory(DjangoModelFactory):
    class Meta:
        model = Facility
        django_get_or_create = ("code",)

    code = "main"
    name = "Main Hospital"
    network = Organization.Network.OWN


class IntakeBatchFactory(DjangoModelFactory):
    class Meta:
        model = IntakeBatch

    source = factory.SubFactory(SourceFactory)
    file_name = "referrals.csv"
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    state = IntakeBatch.State.DONE


class ReferralFactory(DjangoModelFactory):
    class Meta:
        model = Referral

    source = factory.SubFactory(SourceFactory)
    external_id = factory.Sequence(lambda n: f"R{n}")
    practice = factory.SubFactory(PracticeFactory)
    physician = factory.SubFactory(PhysicianFactory)
    service_line = factory.SubFactory(ServiceLineFactory)
    destination = factory.SubFactory(FacilityFactory)
    referred_on = date(2026, 2, 3)
    first_seen_at = NOON
    status = Status.RECEIVED
    status_at = NOON


class ReferralEventFactory(DjangoModelFactory):
    class Meta:
        model = ReferralEvent

    referral = factory.SubFactory(ReferralFactory)
    status = Status.RECEIVED
    happened_at = NOON
    learned_at = NOON


class VolumeCellFactory(DjangoModelFactory):
    """A counted cell by hand, where a test wants volumes without a rollup; all in our network."""

    class Meta:
        model = VolumeCell

    month = date(2026, 2, 1)
    practice = factory.SubFactory(PracticeFactory)
    physician = factory.SubFactory(PhysicianFactory)
    service_line = factory.SubFactory(ServiceLineFactory)
    destination = factory.SubFactory(FacilityFactory)
    referrals = 1
    received = factory.SelfAttribute("referrals")
    accepted = scheduled = completed = cancelled = declined = no_show = redirected = 0
    in_network = factory.SelfAttribute("referrals")
    out_of_network = 0
    days_to_schedule = timed_schedules = days_to_complete = timed_completions = 0


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ("name",)

    name = "Report speed"


class VisitFactory(DjangoModelFactory):
    class Meta:
        model = Visit

    practice = factory.SubFactory(PracticeFactory)
    liaison = factory.SubFactory(UserFactory)
    held_at = NOON
    outcome = Visit.Outcome.GOOD_TALK


class AttendeeFactory(DjangoModelFactory):
    class Meta:
        model = Attendee

    visit = factory.SubFactory(VisitFactory)
    physician = factory.SubFactory(PhysicianFactory)


class PlannedVisitFactory(DjangoModelFactory):
    class Meta:
        model = PlannedVisit

    liaison = factory.SubFactory(UserFactory)
    practice = factory.SubFactory(PracticeFactory)
    planned_on = date(2026, 3, 2)


class FollowUpFactory(DjangoModelFactory):
    class Meta:
        model = FollowUp

    practice = factory.SubFactory(PracticeFactory)
    owner = factory.SubFactory(UserFactory)
    promise = factory.Sequence(lambda n: f"Promise {n}")
    promised_on = date(2026, 3, 2)
    due_on = date(2026, 3, 9)


class OutsiderFactory(DjangoModelFactory):
    class Meta:
        model = Outsider

    name = factory.Sequence(lambda n: f"Outsider {n}")
    email = factory.Sequence(lambda n: f"outsider{n}@hospital.example.org")


class IssueFactory(DjangoModelFactory):
    """An issue that nobody has acknowledged, raised and owned by the same liaison."""

    class Meta:
        model = Issue

    practice = factory.SubFactory(PracticeFactory)
    category = Category.REPORT_SPEED
    said = factory.Sequence(lambda n: f"Reports take {n + 3} days")
    raised_by = factory.SubFactory(UserFactory)
    owner = factory.SelfAttribute("raised_by")
    raised_at = NOON
    clock_from = factory.SelfAttribute("raised_at")
    acknowledge_by = factory.LazyAttribute(lambda o: o.clock_from + timedelta(hours=4))
    resolve_by = factory.LazyAttribute(lambda o: o.clock_from + timedelta(days=3))
    due_at = factory.SelfAttribute("acknowledge_by")


class VoiceLinkFactory(DjangoModelFactory):
    class Meta:
        model = VoiceLink

    practice = factory.SubFactory(PracticeFactory)
    made_by = factory.SubFactory(UserFactory)
    made_at = NOON
    expires_at = factory.LazyAttribute(lambda link: link.made_at + timedelta(days=180))


class VoiceAnswerFactory(DjangoModelFactory):
    class Meta:
        model = VoiceAnswer

    link = factory.SubFactory(VoiceLinkFactory)
    practice = factory.SelfAttribute("link.practice")
    face = VoiceAnswer.Face.GOOD
    answered_at = NOON


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = Notice

    person = factory.SubFactory(UserFactory)
    kind = Notice.Kind.ASSIGNED
    key = factory.Sequence(lambda n: f"stop:{n}")
    sentence = "Dana Manager put a practice on your plan."
    path = "/"
    made_at = NOON


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    title = factory.Sequence(lambda n: f"Message {n}")
    valid_from = date(2026, 1, 1)


class MessageVersionFactory(DjangoModelFactory):
    class Meta:
        model = MessageVersion

    message = factory.SubFactory(MessageFactory, title="Echo within two days")
    number = 1
    points = "Reports within two days."
    published_by = factory.SubFactory(UserFactory, role=User.Role.MANAGER)
    published_at = NOON


class HearingFactory(DjangoModelFactory):
    class Meta:
        model = Hearing

    practice = factory.SubFactory(PracticeFactory)
    version = factory.SubFactory(MessageVersionFactory)
    told_by = factory.SubFactory(UserFactory)
    told_at = NOON
    told_on = factory.LazyAttribute(lambda hearing: hearing.told_at.date())
