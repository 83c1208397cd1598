"""How far apart two doors are, as the crow flies."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from contacts.models import Practice

EARTH_MILES = 3958.8


def miles_between(one: Practice, two: Practice) -> float | None:
    """None where one of them has no place on the map."""
    here, there = _point(one), _point(two)
    return miles(here, there) if here and there else None


def _point(practice: Practice) -> tuple[float, float] | None:
    if practice.latitude is None or practice.longitude is None:
        return None
    return practice.latitude, practice.longitude


def miles(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Great-circle distance between two points of latitude and longitude."""
    lat1, lon1, lat2, lon2 = (radians(part) for part in (*one, *two))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(min(half, 1)))
