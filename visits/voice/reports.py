"""What an office says of us, for its page and the brief."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import qrcode
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import User
from contacts.models import Practice
from referrals.models import ServiceLine
from visits.voice.models import VoiceAnswer, VoiceLink

COUNTED = timedelta(days=180)
FRESH = timedelta(days=45)
LISTED = 5
QUIET_ZONE = 4


@dataclass(frozen=True, slots=True)
class Voice:
    """Answers of half a year, the latest first."""

    answers: tuple[VoiceAnswer, ...]
    now: datetime

    @property
    def latest(self) -> VoiceAnswer | None:
        return self.answers[0] if self.answers else None

    @property
    def listed(self) -> tuple[VoiceAnswer, ...]:
        return self.answers[:LISTED]

    @property
    def unhappy(self) -> VoiceAnswer | None:
        """The latest answer, if it is a bad one of the last weeks: go in knowing it."""
        latest = self.latest
        is_bad = latest and latest.face == VoiceAnswer.Face.BAD
        return latest if latest and is_bad and self.now - latest.answered_at < FRESH else None

    @property
    def summary(self) -> str:
        """In words: "2 good, 1 bad"."""
        counts = Counter(answer.face for answer in self.answers)
        told = [(counts[face.value], face.label.lower()) for face in VoiceAnswer.Face]
        return ", ".join(f"{count} {label}" for count, label in told if count)


def with_voice(practices: QuerySet[Any], *, viewer: User, now: datetime) -> QuerySet[Any]:
    """The practices, each with what `voice_told` reads: no statement of its own for a page."""
    told = JSONObject(
        face="face", word="word", answered_at="answered_at", service_line="service_line__name"
    )
    answers = _answers(viewer, now).filter(practice=OuterRef("pk")).values(json=told)
    with_answers: QuerySet[Any] = practices.annotate(answers_told=ArraySubquery(answers))
    return with_answers


def voice_told(practice: Any, *, now: datetime) -> Voice:
    """`practice` comes from `with_voice`."""
    return Voice(
        tuple(
            VoiceAnswer(
                face=one["face"],
                word=one["word"],
                answered_at=datetime.fromisoformat(one["answered_at"]),
                service_line=ServiceLine(name=one["service_line"]) if one["service_line"] else None,
            )
            for one in practice.answers_told
        ),
        now,
    )


def voice_of(practice: Practice, *, viewer: User, now: datetime) -> Voice:
    answers = _answers(viewer, now).filter(practice=practice).select_related("service_line")
    return Voice(tuple(answers), now)


def _answers(viewer: User, now: datetime) -> QuerySet[VoiceAnswer]:
    return VoiceAnswer.objects.visible_to(viewer).filter(answered_at__gte=now - COUNTED)


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code as one SVG path on a square of `size` modules, its quiet zone included."""

    size: int
    path: str


def qr_of(address: str) -> Qr:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(address)
    rows = code.get_matrix()
    dark = [(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return Qr(len(rows), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark))


def lines_offered() -> QuerySet[ServiceLine]:
    """What an office may say it referred for: names that stand on every leaflet."""
    return ServiceLine.objects.order_by("name", "pk")


def link_taken_back(practice: Practice, *, viewer: User, now: datetime) -> VoiceLink | None:
    """The last card, if it was taken back and would work still."""
    links = VoiceLink.objects.visible_to(viewer).filter(practice=practice)
    latest = links.order_by("-made_at", "-pk").first()
    is_back = latest and latest.revoked_at and latest.expires_at > now
    return latest if is_back else None


def standing_link(practice: Practice, *, viewer: User) -> VoiceLink | None:
    """The card that lies there, also when it has run out."""
    links = VoiceLink.objects.visible_to(viewer).standing().select_related("made_by")
    return links.filter(practice=practice).first()
