"""Questions about people and territories."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from accounts.models import ApiToken, Assignment, Territory, TerritoryArea, User
from accounts.user_agents import device_named


@dataclass(frozen=True)
class TerritoryLine:
    """A territory on a day: who works it, who takes over next, and what it is made of."""

    territory: Territory
    owner: User | None
    covers: tuple[User, ...]
    next_owner: User | None
    next_from: date | None
    zip_codes: tuple[str, ...]
    counties: tuple[str, ...]


def territories_on(day: date, *, viewer: User) -> tuple[TerritoryLine, ...]:
    """Every territory the viewer knows of. The owner is missing where he cannot sign in."""
    territories = list(Territory.objects.visible_to(viewer))
    assignments: dict[int, list[Assignment]] = defaultdict(list)
    for row in (
        Assignment.objects.visible_to(viewer)
        .overlapping(day, None)
        .filter(user__is_active=True)
        .select_related("user")
        .order_by("starts_on", "user__name", "pk")
    ):
        assignments[row.territory_id].append(row)
    areas: dict[int, list[TerritoryArea]] = defaultdict(list)
    for area in TerritoryArea.objects.filter(territory__in=territories):
        areas[area.territory_id].append(area)
    return tuple(_line(t, day, assignments[t.pk], areas[t.pk]) for t in territories)


def _line(
    territory: Territory, day: date, assignments: list[Assignment], areas: list[TerritoryArea]
) -> TerritoryLine:
    today = [row for row in assignments if row.starts_on <= day]
    owner = next((row for row in today if row.part == Assignment.Part.OWNER), None)
    later = [row for row in assignments if row.starts_on > day and row.part == "owner"]
    return TerritoryLine(
        territory=territory,
        owner=owner.user if owner else None,
        covers=tuple(row.user for row in today if row.part == Assignment.Part.COVER),
        next_owner=later[0].user if later else None,
        next_from=later[0].starts_on if later else None,
        zip_codes=tuple(area.code for area in areas if area.kind == TerritoryArea.Kind.ZIP),
        counties=tuple(area.code for area in areas if area.kind == TerritoryArea.Kind.COUNTY),
    )


@dataclass(frozen=True)
class SignedInDevice:
    """A session as its person would recognise it."""

    id: int
    device: str
    address: str
    signed_in_at: datetime
    last_seen_at: datetime
    is_this_one: bool


@dataclass(frozen=True)
class OwnAccount:
    """What a person's own page shows."""

    devices: tuple[SignedInDevice, ...]
    tokens: tuple[ApiToken, ...]
    has_second_factor: bool


def own_account(person: User, *, session_key: str, at: datetime) -> OwnAccount:
    """Devices newest first, tokens that still work, and whether a second factor is on."""
    sessions = UserSession.objects.filter(user=person).order_by("-last_seen_at", "-pk")
    return OwnAccount(
        devices=tuple(_device(session, session_key) for session in sessions),
        tokens=tuple(ApiToken.objects.visible_to(person).usable(at)),
        has_second_factor=Authenticator.objects.filter(
            user=person, type=Authenticator.Type.TOTP
        ).exists(),
    )


def _device(session: UserSession, session_key: str) -> SignedInDevice:
    return SignedInDevice(
        id=session.pk,
        device=device_named(session.user_agent),
        address=session.ip,
        signed_in_at=session.created_at,
        last_seen_at=session.last_seen_at,
        is_this_one=session.session_key == session_key,
    )
