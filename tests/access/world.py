"""A small world in which every route has a row to reach, and somebody who must not reach it.

Ana owns the North and Ben covers it, Cleo owns the South. What hangs on the North is Ana's own,
Ben's by territory and a stranger's to Cleo. Moments are real ones: the views read the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Territory, User
from contacts.realigning.services import realign
from contacts.services import Area
from referrals.models import Source, VolumeCell
from tests import factories
from tests.access.correction_rows import correction_rows
from tests.access.logging_rows import logging_rows
from tests.access.planning_rows import planning_rows
from tests.access.promise_rows import promise_rows
from visits import services as visits
from visits.issues import services as issues

# No row has this id, and none will.
NOBODY = 987_654_321


@dataclass
class World:
    """Rows by the names the table knows them by, and people by the actor they play."""

    rows: dict[str, Any] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    unchanged: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.rows[name]
        except KeyError:
            raise AttributeError(name) from None

    def pk(self, name: str) -> Any:
        row = self.rows[name]
        return getattr(row, "public_id", row.pk)


def build() -> World:
    world = World()
    now = timezone.now()
    _people(world)
    _directory(world)
    _relationship(world, now)
    _territories(world, now)
    _counts(world)
    planning_rows(world, now)
    promise_rows(world, now)
    correction_rows(world, now)
    logging_rows(world, now)
    _doors(world, now)
    return world


def _people(world: World) -> None:
    north, south = (factories.TerritoryFactory(name=name) for name in ("North", "South"))
    empty = factories.TerritoryFactory(name="Empty")
    unassigned = Territory.objects.get(is_unassigned=True)
    world.rows |= {"north": north, "south": south, "empty": empty, "unassigned": unassigned}
    role = User.Role
    for actor, name, power in (
        ("owner", "Ana North", role.LIAISON),
        ("cover", "Ben Cover", role.LIAISON),
        ("outsider", "Cleo South", role.LIAISON),
        ("manager", "Dana Manager", role.MANAGER),
        ("admin", "Erin Admin", role.ADMIN),
        ("deactivated", "Gone North", role.LIAISON),
    ):
        world.people[actor] = factories.UserFactory(name=name, role=power)
    factories.UserFactory(name="Frank Admin", role=role.ADMIN)
    for actor, territory, part in (
        ("owner", north, "owner"),
        ("cover", north, "cover"),
        ("deactivated", north, "cover"),
        ("outsider", south, "owner"),
    ):
        world.rows[f"assignment_of_{actor}"] = factories.AssignmentFactory(
            user=world.people[actor], territory=territory, part=part
        )
    world.rows["colleague"] = world.people["cover"]
    world.rows["stranger"] = world.people["outsider"]


def _directory(world: World) -> None:
    factories.AreaFactory(territory=world.north, code="44129")
    factories.AreaFactory(territory=world.south, code="44101")
    world.rows["specialty"] = factories.SpecialtyFactory()
    world.rows["organization"] = factories.OrganizationFactory()
    for side, zip_code in (("north", "44129"), ("south", "44101"), ("unassigned", "96799")):
        territory = world.rows[side]
        practice = factories.PracticeFactory(
            name=f"{side.title()}ern Family Medicine", territory=territory, zip_code=zip_code
        )
        affiliation = factories.AffiliationFactory(practice=practice)
        world.rows |= {
            f"{side}_practice": practice,
            f"{side}_affiliation": affiliation,
            f"{side}_physician": affiliation.physician,
            f"{side}_staff": factories.StaffMemberFactory(practice=practice),
        }
    closed = factories.PracticeFactory(
        name="Closed Clinic", territory=world.north, closed_on=date(2026, 1, 1)
    )
    world.rows["closed_practice"] = closed
    world.rows["retired_physician"] = factories.PhysicianFactory(status="retired")
    second = factories.AffiliationFactory(
        physician=world.north_physician, practice=world.south_practice, is_primary=False
    )
    world.rows["second_affiliation"] = second
    world.rows["lone_practice"] = factories.PracticeFactory(territory=world.north)


def _relationship(world: World, now: Any) -> None:
    """Visits, plans, promises and referrals of the North, and one of each in the South."""
    people, held = world.people, now - timedelta(days=1)
    today = timezone.localdate(now)
    for side, actor in (("north", "owner"), ("south", "outsider")):
        practice, person = world.rows[f"{side}_practice"], people[actor]
        visit = factories.VisitFactory(
            practice=practice, liaison=person, held_at=held, note=f"A secret of the {side}"
        )
        factories.AttendeeFactory(visit=visit, physician=world.rows[f"{side}_physician"])
        world.rows |= {
            f"{side}_visit": visit,
            f"{side}_plan": factories.PlannedVisitFactory(
                practice=practice, liaison=person, planned_on=today, position=0
            ),
            f"{side}_promise": factories.FollowUpFactory(
                practice=practice,
                owner=person,
                promise=f"A promise to the {side}",
                promised_on=today,
                due_on=today + timedelta(days=7),
            ),
            f"{side}_referral": factories.ReferralFactory(
                practice=practice, physician=world.rows[f"{side}_physician"]
            ),
        }
        factories.ReferralEventFactory(referral=world.rows[f"{side}_referral"])
    _second_thoughts(world, now)
    _issues(world, now)
    _voice(world, now)


def _issues(world: World, now: Any) -> None:
    """Where each act on an issue can begin, all in the North and all raised by Ana."""
    people, dana = world.people, world.people["manager"]
    outsider = issues.add_outsider(by=dana, name="Rosa Diaz", email="rosa@hospital.example.org")
    dropped = issues.add_outsider(by=dana, name="Tom Last", email="tom@hospital.example.org")
    issues.drop_outsider(dropped, by=dana, at=now)
    lone = issues.add_outsider(by=dana, name="Una Free", email="una@hospital.example.org")
    rules = [
        issues.set_rule(by=dana, terms=issues.RuleTerms(category=category, to=to))
        for category, to in (("access", outsider), ("scheduling", people["cover"]))
    ]
    issues.drop_rule(rules[1], by=dana, at=now)
    world.rows |= {"issue_outsider": lone, "dropped_outsider": dropped}
    world.rows |= {"issue_rule": rules[0], "dropped_rule": rules[1]}

    def raised(category: str, side: str = "north", actor: str = "owner") -> Any:
        said = issues.Complaint(category=category, said=f"A complaint of the {side}")
        return issues.raise_issue(
            world.rows[f"{side}_practice"], by=people[actor], at=now, complaint=said
        )

    owner = people["owner"]
    for name in ("north", "fixed", "told", "withdrawn"):
        world.rows[f"{name}_issue"] = raised("other")
    world.rows["south_issue"] = raised("other", "south", "outsider")
    world.rows["asked_issue"] = asked = raised("access")
    world.rows["issue_link"] = asked.links.get()
    for name in ("fixed", "told"):
        issues.resolve_issue(world.rows[f"{name}_issue"], by=owner, at=now, answer="Mended")
    telling = issues.Telling(how="phone")
    issues.tell_office(world.told_issue, by=owner, at=now, telling=telling)
    issues.withdraw_issue(world.withdrawn_issue, by=owner, at=now)


def _voice(world: World, now: Any) -> None:
    """A card at each side and what was said by it; one in the North was taken back."""
    for side, actor in (("north", "owner"), ("south", "outsider")):
        link = factories.VoiceLinkFactory(
            practice=world.rows[f"{side}_practice"], made_by=world.people[actor], made_at=now
        )
        answer = factories.VoiceAnswerFactory(link=link, word=f"A word of the {side}")
        world.rows |= {f"{side}_voice_link": link, f"{side}_voice_answer": answer}
    world.rows["revoked_voice_link"] = factories.VoiceLinkFactory(
        practice=world.lone_practice, made_by=world.people["owner"], made_at=now, revoked_at=now
    )


def _second_thoughts(world: World, now: Any) -> None:
    """Rows that were taken back, dropped or kept, so that this can be undone."""
    owner, practice = world.people["owner"], world.north_practice
    gone = factories.VisitFactory(practice=practice, liaison=owner, held_at=now)
    visits.take_back_visit(gone, by=owner, at=now)
    today = timezone.localdate(now)
    dropped = factories.PlannedVisitFactory(
        practice=world.lone_practice, liaison=owner, planned_on=today, position=1
    )
    visits.drop_plan(dropped, by=owner, at=now)
    kept = factories.FollowUpFactory(
        practice=practice, owner=owner, promised_on=today, due_on=today
    )
    visits.keep_follow_up(kept, by=owner, at=now)
    world.rows |= {"taken_back_visit": gone, "dropped_plan": dropped, "kept_promise": kept}


def _territories(world: World, now: Any) -> None:
    manager = world.people["manager"]
    handover = accounts.assign(
        world.south,
        person=world.people["cover"],
        part="cover",
        term=accounts.Term(timezone.localdate(now) + timedelta(days=30)),
        by=manager,
        at=now,
    )
    world.rows["handover"] = handover
    world.rows["realignment"] = realign([Area("zip", "44102")], to=world.south, by=manager, at=now)


def _counts(world: World) -> None:
    world.rows["source"] = Source.objects.get(code="ehr")
    world.rows["batch"] = factories.IntakeBatchFactory(keeps_undo=True)
    world.rows["topic"] = factories.TopicFactory()
    _messages(world)
    world.rows["north_notice"] = factories.NoticeFactory(
        person=world.people["owner"], practice=world.north_practice, key="north"
    )
    zero = {
        column.name: 0
        for column in VolumeCell._meta.concrete_fields
        if column.name not in {"id", "month"} and not column.is_relation
    }
    for side, count in (("north", 11), ("south", 7), ("unassigned", 5)):
        referral = world.north_referral
        VolumeCell.objects.create(
            month=date(2026, 2, 1),
            practice=world.rows[f"{side}_practice"],
            physician=world.rows[f"{side}_physician"],
            service_line_id=referral.service_line_id,
            destination_id=referral.destination_id,
            **{**zero, "referrals": count, "received": count},
        )
    world.rows["service_line"] = world.north_referral.service_line
    world.rows["destination"] = world.north_referral.destination


def _messages(world: World) -> None:
    """One that is told, heard in the North outside a visit, and one that was withdrawn."""
    version = factories.MessageVersionFactory(published_by=world.people["manager"])
    withdrawn = factories.MessageVersionFactory(
        message=factories.MessageFactory(withdrawn_at=factories.NOON),
        published_by=world.people["manager"],
    )
    world.rows |= {
        "message": version.message,
        "message_version": version,
        "withdrawn_message": withdrawn.message,
        "north_hearing": factories.HearingFactory(
            practice=world.north_practice, version=version, told_by=world.people["owner"]
        ),
    }


def _doors(world: World, now: Any) -> None:
    """A session and a token for each; the deactivated one's were left lying by a fault."""
    for actor, person in world.people.items():
        client = Client()
        client.force_login(person)
        world.sessions[actor] = str(client.session.session_key)
        token, secret = accounts.create_token(
            person,
            by=person,
            name=f"Token of {actor}",
            lasting=timedelta(days=9),
            at=now,
            origin=accounts.Origin(),
        )
        world.tokens[actor] = secret
        world.rows[f"token_of_{actor}"] = token
    User.objects.filter(pk=world.people["deactivated"].pk).update(is_active=False)
    other = Client()
    other.force_login(world.people["owner"])
    world.rows["session_of_owner"] = UserSession.objects.get(session_key=other.session.session_key)
