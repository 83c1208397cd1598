"""Who signs in to the demo, and the one password they share."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from accounts.models import User

PASSWORD = "rounds at nine thirty"  # noqa: S105 - shown on the demo's sign-in page on purpose


@dataclass(frozen=True)
class DemoPerson:
    name: str
    email: str
    role: str
    says: str


PEOPLE = (
    DemoPerson("Maya Lindqvist", "maya@lakeshore.example", User.Role.LIAISON, "Liaison, Cuyahoga"),
    DemoPerson("Dana Kowalski", "dana@lakeshore.example", User.Role.MANAGER, "Manager of the team"),
    DemoPerson("Iris Holm", "iris@lakeshore.example", User.Role.ADMIN, "Admin, keeps the records"),
    DemoPerson("Andre Novak", "andre@lakeshore.example", User.Role.LIAISON, "Liaison, West Shore"),
    DemoPerson("Ruth Adeyemi", "ruth@lakeshore.example", User.Role.LIAISON, "Liaison, Lake East"),
    DemoPerson("Joel Ferris", "joel@lakeshore.example", User.Role.LIAISON, "Liaison, South"),
)

# One button per role on the sign-in page; the others sign in with the shared password.
BUTTONS = PEOPLE[:3]


def signed_in_as(email: str) -> User:
    """The demo's person with that address; 404 where the market has no such one."""
    return get_object_or_404(User.objects.active(), email=email)
